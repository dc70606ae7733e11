//! Organizations, clients and their secrets, and the keys of the service itself.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use furusu_domain::account::{Client, Organization, OrganizationSettings, Secret};
use furusu_domain::actor::Scopes;
use furusu_domain::error::Error;
use furusu_domain::id::{ClientId, KeyId, OrganizationId, SecretId};
use furusu_domain::sql::Json;
use furusu_domain::time::{Moment, Zone};

use crate::document;
use crate::expr::kept;
use crate::schema::{__diesel_schema_migrations as migration, client, client_secret, organization, signing_key};
use crate::tx::Tx;

/// The repository of organizations and clients.
#[derive(Clone, Copy)]
pub struct Accounts<'t>(pub(crate) &'t Tx);

/// A key that signs access tokens: the private half is sealed, so that a copy of the database signs nothing.
#[derive(Clone, Debug)]
pub struct SigningKey {
    /// Its id, which is the `kid` of the tokens.
    pub id: KeyId,
    /// The public half, as 32 bytes (Ed25519, RFC 8032).
    pub public_key: Vec<u8>,
    /// The private half, sealed with the master key.
    pub sealed_key: Vec<u8>,
    /// Since when it is there.
    pub created_at: Moment,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = organization)]
struct OrganizationRow {
    id: OrganizationId,
    name: String,
    time_zone: String,
    created_at: Moment,
}

impl TryFrom<OrganizationRow> for Organization {
    type Error = Error;
    fn try_from(row: OrganizationRow) -> Result<Self, Error> {
        let OrganizationRow { id, name, time_zone, created_at } = row;
        let zone: Zone = time_zone.parse().map_err(|_| Error::Internal(format!("{time_zone} is no time zone")))?;
        Ok(Self { id, name, zone, created_at })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = client)]
struct ClientRow {
    organization_id: OrganizationId,
    id: ClientId,
    name: String,
    scopes: String,
    created_at: Moment,
    revoked_at: Option<Moment>,
}

impl From<ClientRow> for Client {
    fn from(row: ClientRow) -> Self {
        let ClientRow { organization_id: _, id, name, scopes, created_at, revoked_at } = row;
        Self { id, name, scopes: Scopes::known_in(&scopes), created_at, revoked_at }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = client_secret)]
struct SecretRow {
    organization_id: OrganizationId,
    client_id: ClientId,
    id: SecretId,
    hash: String,
    created_at: Moment,
    expires_at: Option<Moment>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_key)]
struct KeyRow {
    id: KeyId,
    public_key: Vec<u8>,
    sealed_key: Vec<u8>,
    created_at: Moment,
}

impl Accounts<'_> {
    /// Whether the database answers.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if it does not.
    pub async fn ping(self) -> Result<(), Error> {
        let one: Result<i32, Error> = on!(self, |db| diesel::select(1_i32.into_sql::<diesel::sql_types::Integer>()).get_result(db).await);
        one.map(|_| ())
    }

    /// The versions of the migrations that have been applied.
    ///
    /// # Errors
    /// As every statement.
    pub async fn migrations(self) -> Result<Vec<String>, Error> {
        on!(self, |db| migration::table.select(migration::version).load(db).await)
    }

    /// Every organization.
    ///
    /// # Errors
    /// As every statement.
    pub async fn organizations(self) -> Result<Vec<Organization>, Error> {
        let rows: Vec<OrganizationRow> =
            on!(self, |db| organization::table.order(organization::created_at).select(OrganizationRow::as_select()).load(db).await)?;
        rows.into_iter().map(Organization::try_from).collect()
    }

    /// The organization of that id.
    ///
    /// # Errors
    /// As every statement.
    pub async fn seek_organization(self, id: OrganizationId) -> Result<Option<Organization>, Error> {
        let row: Option<OrganizationRow> =
            on!(self, |db| { organization::table.find(id).select(OrganizationRow::as_select()).first(db).await.optional() })?;
        row.map(Organization::try_from).transpose()
    }

    /// Adds an organization.
    ///
    /// # Errors
    /// As every statement.
    pub async fn insert_organization(self, new: &Organization) -> Result<(), Error> {
        let Organization { id, name, zone, created_at } = new.clone();
        let row = OrganizationRow { id, name, time_zone: zone.name().to_owned(), created_at };
        on!(self, |db| diesel::insert_into(organization::table).values(row).execute(db).await)?;
        Ok(())
    }

    /// What the organization sets for itself.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such organization.
    pub async fn settings(self) -> Result<OrganizationSettings, Error> {
        let row: Option<Json> =
            on!(self, |db| { organization::table.find(self.0.organization).select(organization::settings).first(db).await.optional() })?;
        document::read("settings", &row.ok_or(Error::NotFound)?)
    }

    /// The organization with what it sets for itself, in one statement.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such organization.
    pub async fn find_with_settings(self) -> Result<(Organization, OrganizationSettings), Error> {
        let row: Option<(OrganizationRow, Json)> = on!(self, |db| {
            organization::table
                .find(self.0.organization)
                .select((OrganizationRow::as_select(), organization::settings))
                .first(db)
                .await
                .optional()
        })?;
        let (row, settings) = row.ok_or(Error::NotFound)?;
        Ok((row.try_into()?, document::read("settings", &settings)?))
    }

    /// Keeps an organization and what it sets for itself.
    ///
    /// # Errors
    /// As every statement.
    pub async fn save_with_settings(self, organization: &Organization, settings: &OrganizationSettings) -> Result<(), Error> {
        let Organization { id: _, name, zone, created_at: _ } = organization;
        let settings = document::write(settings)?;
        on!(self, |db| {
            kept(diesel::update(organization::table.find(self.0.organization)).set((
                organization::name.eq(name),
                organization::time_zone.eq(zone.name()),
                organization::settings.eq(settings),
            )))
            .execute(db)
            .await
        })?;
        Ok(())
    }

    /// The organization's clients, the oldest first.
    ///
    /// # Errors
    /// As every statement.
    pub async fn clients(self) -> Result<Vec<Client>, Error> {
        let rows: Vec<ClientRow> = on!(self, |db| {
            client::table
                .filter(client::organization_id.eq(self.0.organization))
                .order(client::created_at)
                .select(ClientRow::as_select())
                .load(db)
                .await
        })?;
        Ok(rows.into_iter().map(Client::from).collect())
    }

    /// The client of that id and its organization, whichever that is: a client names only itself when it asks for a
    /// token, so this is the one statement that finds the tenant instead of naming it.
    ///
    /// # Errors
    /// As every statement.
    pub async fn seek_client_anywhere(self, id: ClientId) -> Result<Option<(OrganizationId, Client)>, Error> {
        let row: Option<ClientRow> =
            on!(self, |db| client::table.filter(client::id.eq(id)).select(ClientRow::as_select()).first(db).await.optional())?;
        Ok(row.map(|row| (row.organization_id, Client::from(row))))
    }

    /// The secrets of a client.
    ///
    /// # Errors
    /// As every statement.
    pub async fn secrets(self, of: ClientId) -> Result<Vec<Secret>, Error> {
        let rows: Vec<SecretRow> = on!(self, |db| {
            client_secret::table
                .filter(client_secret::organization_id.eq(self.0.organization))
                .filter(client_secret::client_id.eq(of))
                .order(client_secret::created_at.desc())
                .select(SecretRow::as_select())
                .load(db)
                .await
        })?;
        let secret =
            |SecretRow { organization_id: _, client_id: _, id, hash, created_at, expires_at }| Secret { id, hash, created_at, expires_at };
        Ok(rows.into_iter().map(secret).collect())
    }

    /// Adds a client.
    ///
    /// # Errors
    /// As every statement.
    pub async fn insert_client(self, new: &Client) -> Result<(), Error> {
        let Client { id, name, scopes, created_at, revoked_at } = new.clone();
        let row = ClientRow { organization_id: self.0.organization, id, name, scopes: scopes.to_string(), created_at, revoked_at };
        on!(self, |db| diesel::insert_into(client::table).values(row).execute(db).await)?;
        Ok(())
    }

    /// Adds a secret to a client.
    ///
    /// # Errors
    /// As every statement.
    pub async fn insert_secret(self, of: ClientId, new: &Secret) -> Result<(), Error> {
        let Secret { id, hash, created_at, expires_at } = new.clone();
        let row = SecretRow { organization_id: self.0.organization, client_id: of, id, hash, created_at, expires_at };
        on!(self, |db| diesel::insert_into(client_secret::table).values(row).execute(db).await)?;
        Ok(())
    }

    /// Ends the client's secrets that have no end yet.
    ///
    /// # Errors
    /// As every statement.
    pub async fn expire_secrets(self, of: ClientId, at: Moment) -> Result<usize, Error> {
        on!(self, |db| {
            kept(
                diesel::update(
                    client_secret::table
                        .filter(client_secret::organization_id.eq(self.0.organization))
                        .filter(client_secret::client_id.eq(of))
                        .filter(client_secret::expires_at.is_null()),
                )
                .set(client_secret::expires_at.eq(Some(at))),
            )
            .execute(db)
            .await
        })
    }

    /// Revokes a client; `false` if there is none, or it was revoked before.
    ///
    /// # Errors
    /// As every statement.
    pub async fn revoke_client(self, id: ClientId, at: Moment) -> Result<bool, Error> {
        let n = on!(self, |db| {
            kept(
                diesel::update(
                    client::table
                        .filter(client::organization_id.eq(self.0.organization))
                        .filter(client::id.eq(id))
                        .filter(client::revoked_at.is_null()),
                )
                .set(client::revoked_at.eq(Some(at))),
            )
            .execute(db)
            .await
        })?;
        Ok(n == 1)
    }

    /// The service's signing keys, the newest first.
    ///
    /// # Errors
    /// As every statement.
    pub async fn signing_keys(self) -> Result<Vec<SigningKey>, Error> {
        let rows: Vec<KeyRow> = on!(self, |db| signing_key::table
            .order((signing_key::created_at.desc(), signing_key::id.desc()))
            .select(KeyRow::as_select())
            .load(db)
            .await)?;
        let key = |KeyRow { id, public_key, sealed_key, created_at }| SigningKey { id, public_key, sealed_key, created_at };
        Ok(rows.into_iter().map(key).collect())
    }

    /// Adds a signing key.
    ///
    /// # Errors
    /// As every statement.
    pub async fn insert_signing_key(self, new: &SigningKey) -> Result<(), Error> {
        let SigningKey { id, public_key, sealed_key, created_at } = new.clone();
        let row = KeyRow { id, public_key, sealed_key, created_at };
        on!(self, |db| diesel::insert_into(signing_key::table).values(row).execute(db).await)?;
        Ok(())
    }

    /// Removes the signing keys that are older than the moment.
    ///
    /// # Errors
    /// As every statement.
    pub async fn remove_signing_keys_before(self, at: Moment) -> Result<usize, Error> {
        on!(self, |db| diesel::delete(signing_key::table.filter(signing_key::created_at.lt(at))).execute(db).await)
    }

    /// Waits until no other unit of work edits the organization, and keeps it so until this one ends.
    ///
    /// # Errors
    /// As every statement.
    pub async fn hold(self) -> Result<(), Error> {
        // Another lock than that of new people, which is made of the other half of the id.
        let mut lock = [0; 8];
        lock.copy_from_slice(&self.0.organization.as_bytes()[..8]);
        on!(self, |db| own::one_at_a_time(db, i64::from_be_bytes(lock)).await)
    }

    /// Holds a lock until the unit of work ends, so that two instances that start at once make one key and not two.
    ///
    /// # Errors
    /// As every statement.
    pub async fn alone(self) -> Result<(), Error> {
        on!(self, |db| own::one_at_a_time(db, i64::from_be_bytes(*b"furusu-k")).await)
    }
}
