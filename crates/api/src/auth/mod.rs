//! Tokens in, tokens out, keys, clients.

mod clients;
mod gate;
mod keys;
pub mod rest;
mod token;

pub use clients::{NewClient, create, list, revoke, rotate};
pub use gate::Gate;
pub use keys::{KeyRing, MasterKey};
pub use token::{Grant, grant, operator_token};
