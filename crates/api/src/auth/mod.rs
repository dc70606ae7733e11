//! Tokens in, tokens out, keys, clients, external issuers.

mod clients;
mod document;
mod gate;
pub mod issuers;
pub mod jws;
mod keys;
pub mod rest;
mod token;

pub use clients::{NewClient, create, list, revoke, rotate};
pub use gate::Gate;
pub use issuers::Issuers;
pub use keys::{KeyRing, MasterKey};
pub use token::{Grant, grant, operator_token};
