//! Permissions to write to somebody that are held for a while.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use furusu_domain::engagement::ContactPermission;
use furusu_domain::error::Error;
use furusu_domain::id::{AlumnusId, ConsentId, ContactPermissionId, MessageId, OrganizationId};
use furusu_domain::privacy::{ContactChannel, Purpose};
use furusu_domain::time::Moment;

use crate::expr::kept;
use crate::schema::contact_permission as permission;
use crate::tx::Tx;

/// The repository of permissions that are held.
#[derive(Clone, Copy)]
pub struct ContactPermissions<'t>(pub(crate) &'t Tx);

/// How many values a statement is asked about at once.
const AT_ONCE: usize = 2_000;

#[derive(Clone, Insertable)]
#[diesel(table_name = permission, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    id: ContactPermissionId,
    person_id: AlumnusId,
    origin_person_id: Option<AlumnusId>,
    channel: ContactChannel,
    purpose: Purpose,
    consent_id: ConsentId,
    granted_at: Moment,
    granted_to: String,
    held_until: Moment,
    message_id: Option<MessageId>,
}

impl ContactPermissions<'_> {
    /// For whom these were held; what does not exist is left out.
    ///
    /// # Errors
    /// As every statement.
    pub async fn whose(self, ids: &[ContactPermissionId]) -> Result<BTreeMap<ContactPermissionId, AlumnusId>, Error> {
        let mut found = BTreeMap::new();
        for ids in ids.chunks(AT_ONCE) {
            let rows: Vec<(ContactPermissionId, AlumnusId)> = on!(self, |db| {
                permission::table
                    .filter(permission::organization_id.eq(self.0.organization))
                    .filter(self.0.among(permission::id, ids))
                    .select((permission::id, permission::person_id))
                    .load(db)
                    .await
            })?;
            found.extend(rows);
        }
        Ok(found)
    }

    /// Until when permissions for each of these people are held that nobody used yet.
    ///
    /// # Errors
    /// As every statement.
    pub async fn held(self, people: &[AlumnusId], at: Moment) -> Result<Vec<(AlumnusId, Moment)>, Error> {
        let mut found = Vec::new();
        for ids in people.chunks(AT_ONCE) {
            let rows: Vec<(AlumnusId, Moment)> = on!(self, |db| {
                permission::table
                    .filter(permission::organization_id.eq(self.0.organization))
                    .filter(self.0.among(permission::person_id, ids))
                    .filter(permission::held_until.gt(at))
                    .filter(permission::message_id.is_null())
                    .select((permission::person_id, permission::held_until))
                    .load(db)
                    .await
            })?;
            found.extend(rows);
        }
        Ok(found)
    }

    /// Adds permissions. The people must be held, so that nobody else is given their place.
    ///
    /// # Errors
    /// As every statement.
    pub async fn insert(self, new: Vec<ContactPermission>) -> Result<(), Error> {
        let organization_id = self.0.organization;
        let row = |of: ContactPermission| {
            let ContactPermission { id, alumnus, merged_from, channel, purpose, consent, granted, held_until, used_by } = of;
            let (granted_at, granted_to) = granted;
            Row {
                organization_id,
                id,
                person_id: alumnus,
                origin_person_id: merged_from,
                channel,
                purpose,
                consent_id: consent,
                granted_at,
                granted_to,
                held_until,
                message_id: used_by,
            }
        };
        let rows: Vec<Row> = new.into_iter().map(row).collect();
        bulk!(self, rows, |part| diesel::insert_into(permission::table).values(part))?;
        Ok(())
    }

    /// Notes which messages used permissions up; what was used before stays so.
    ///
    /// # Errors
    /// As every statement.
    pub async fn use_up(self, used: Vec<(ContactPermissionId, MessageId)>) -> Result<(), Error> {
        for (id, message) in used {
            on!(self, |db| {
                let it = permission::table.find((self.0.organization, id)).filter(permission::message_id.is_null());
                kept(diesel::update(it).set(permission::message_id.eq(Some(message)))).execute(db).await
            })?;
        }
        Ok(())
    }
}
