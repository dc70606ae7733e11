//! furusu's nouns and rules. No input or output, no `async`, no clock of its own: time is an argument.
//!
//! | module | what it knows |
//! | --- | --- |
//! | [`id`] | prefixed ids (`alm_…`, a UUIDv7 inside) and who mints them |
//! | [`time`] | [`time::Moment`], [`time::Date`], [`time::Zone`] and the injected [`time::Clock`] |
//! | [`error`] | the one [`error::Error`], its codes, and the [`error::Fault`]s of a record |
//! | [`page`] | windows into lists and the positions they continue from |
//! | [`actor`] | who asks, what scopes allow, and the one table `operation → scope` |
//! | [`event`] | what happened: the source of the feed, webhooks and audit |
//! | [`idempotency`] | doing a thing once, however often it is asked for |
//! | [`account`] | organizations, their settings, and their API clients |
//! | [`departures`] | departure records, employment periods, and what a record does to what is known |
//! | [`alumni`] | people, what is said of who they are, and how they read at a point of time |
//! | [`identity`] | one person over several sources: merges, and records that wait for somebody to say whom they speak of |
//! | [`applicants`] | returning applicants: questions, findings, reviews |
//! | [`engagement`] | activities, what they are worth, and the books that figures are read from |
//! | [`timeline`] | everything that happened to one person, in one list |
//! | [`privacy`] | who sees which field, consents, and who can be found by them |
//! | [`figures`] | what is counted of alumni: the catalogue of metrics, and what of a figure may be told |
//! | [`integration`] | mapping profiles: an HR system's columns into departure records |
//! | [`matching`] | who an applicant is, among everybody who was here, and why |

pub mod account;
pub mod actor;
pub mod alumni;
pub mod applicants;
pub mod departures;
pub mod engagement;
pub mod error;
pub mod event;
pub mod figures;
pub mod id;
pub mod idempotency;
pub mod identity;
pub mod integration;
pub mod matching;
pub mod page;
pub mod privacy;
#[cfg(feature = "sql")]
pub mod sql;
pub mod time;
pub mod timeline;
mod words;
