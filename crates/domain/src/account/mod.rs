//! Organizations, their settings, and the clients that call for them.

mod settings;

pub use settings::{
    EditContactCap, EditOrganization, EditReturningApplicants, MailDomain, OrganizationSettings, Probability, Region, ReturningApplicants,
    edit,
};

use crate::actor::Scopes;
use crate::id::{ClientId, OrganizationId, SecretId};
use crate::time::{Moment, Zone};

/// The tenant: one employer, with its group companies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// What the operator calls it.
    pub name: String,
    /// Where its day begins.
    pub zone: Zone,
    /// Since when furusu knows it.
    pub created_at: Moment,
}

/// A program that calls furusu for an organization.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Client {
    /// Its id, which is its OAuth 2.0 `client_id`.
    pub id: ClientId,
    /// What the operator calls it.
    pub name: String,
    /// The most its tokens can allow.
    pub scopes: Scopes,
    /// Since when it may call.
    pub created_at: Moment,
    /// Since when it may not.
    pub revoked_at: Option<Moment>,
}

/// A secret of a client, of which only the Argon2id hash is kept. Two may be good at once while they are exchanged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Secret {
    /// Its id.
    pub id: SecretId,
    /// The hash, in PHC string format.
    pub hash: String,
    /// Since when it is good.
    pub created_at: Moment,
    /// Until when it is good, if it has been exchanged for another.
    pub expires_at: Option<Moment>,
}
