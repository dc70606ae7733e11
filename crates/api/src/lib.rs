//! furusu's doors: the command line, REST and GraphQL, over the same verbs.
//!
//! | module | what is there |
//! | --- | --- |
//! | [`config`] | settings: flags over environment over `furusu.toml` |
//! | [`app`] | what a running service is made of |
//! | [`cx`] | [`cx::Cx`]: who asks, and the two ways to the store |
//! | [`auth`] | tokens in, tokens out, keys, clients |
//! | [`catalogue`] | every word that a caller reads, in English and Japanese |
//! | [`error`] | errors as REST and GraphQL show them |
//! | [`json`] | reading JSON with all its faults |
//! | [`idempotency`], [`quota`] | idempotency keys, and how much each caller may ask, for both doors |
//! | [`departures`], [`alumni`], [`applicants`], [`identity`], [`privacy`], [`engagement`], [`figures`], [`timeline`], [`organization`], [`integration`] | the slices: verbs, views, and both doors of each |
//! | [`rest`], [`graphql`] | where the slices are mounted |
//! | [`pages`] | the pages: API reference, GraphiQL, problems |
//! | [`operating`] | health, readiness, metrics, logs, request ids |
//! | [`server`] | the HTTP server, from its first connection to its last |
//! | [`cli`] | the command line |
//! | [`demo`] | a small believable organisation |

pub mod alumni;
pub mod app;
pub mod applicants;
pub mod auth;
pub mod catalogue;
pub mod cli;
pub mod config;
pub mod cursor;
pub mod cx;
pub mod demo;
pub mod departures;
pub mod engagement;
pub mod error;
pub mod figures;
pub mod graphql;
pub mod idempotency;
pub mod identity;
pub mod integration;
pub mod json;
pub mod operating;
pub mod organization;
pub mod pages;
pub mod privacy;
pub mod quota;
pub mod rest;
pub mod server;
pub mod timeline;
pub mod vocabulary;
