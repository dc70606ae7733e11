//! The organization itself: what it is called, where its day begins, and what it sets for itself.

pub mod graphql;
pub mod input;
pub mod rest;
pub mod view;

use furusu_domain::account::{EditOrganization, Organization, OrganizationSettings, edit as apply};
use furusu_domain::error::Error;
use furusu_domain::id::OrganizationId;

use crate::cx::Cx;
use crate::idempotency::Receipt;
use crate::rest::etag::Condition;

/// The organization with what it sets for itself.
pub type Known = (Organization, OrganizationSettings);

/// The organization of whoever asks.
///
/// # Errors
/// As every statement.
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "organization.find", skip_all)]
pub async fn find(cx: &Cx) -> Result<Known, Error> {
    cx.may("organization.find")?;
    cx.read().accounts().find_with_settings().await
}

/// Edits the organization. Another time zone counts for a caller once their token is looked at again, within half a minute.
///
/// Stored keys of people are made with the organization's own mail domains and region: after a change of those they are made
/// anew, while the keys of before serve.
///
/// # Errors
/// [`Error::Invalid`] if what is edited does not go with what stays; [`Error::PreconditionFailed`] if it is not as the caller
/// means it to be; those of [`Receipt::keep`].
#[tracing::instrument(target = "furusu::spans", level = "trace", name = "organization.edit", skip_all)]
pub async fn edit(cx: &Cx, edit: EditOrganization, state: Condition, receipt: Receipt<OrganizationId>) -> Result<Known, Error> {
    cx.may("organization.edit")?;
    let edited = cx.write(async move |tx| {
        tx.accounts().hold().await?;
        let (organization, settings) = tx.accounts().find_with_settings().await?;
        state.check(Some(view::etag(&organization, &settings)))?;
        let id = organization.id;
        let before = (organization.clone(), settings.clone());
        let after = apply(organization, settings, edit).map_err(|fault| Error::Invalid(vec![fault]))?;
        // What says nothing new writes nothing.
        if after != before {
            tx.accounts().save_with_settings(&after.0, &after.1).await?;
            let read_by = |settings: &OrganizationSettings| {
                let of = &settings.returning_applicants;
                (of.own_mail_domains.clone(), of.region)
            };
            if read_by(&before.1) != read_by(&after.1) {
                // Addresses and numbers of people are read otherwise from now on.
                tx.matching().begin_rekeying().await?;
            }
        }
        receipt.keep(tx, &id).await?;
        Ok(after)
    });
    let edited = edited.await?;
    cx.app().rekey.notify_one();
    Ok(edited)
}

/// The organization that was edited before, as it is now.
///
/// # Errors
/// As every statement.
pub async fn edited(cx: &Cx) -> Result<Known, Error> {
    cx.may("organization.edit")?;
    cx.read().accounts().find_with_settings().await
}
