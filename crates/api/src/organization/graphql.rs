//! The organization by GraphQL.

use async_graphql::{ComplexObject, Context, InputObject, Object, Result, SimpleObject};
use furusu_domain::error::Error;

use super::input::{self, EditOrganizationContent};
use super::view::OrganizationView;
use crate::cx::Cx;
use crate::error::to_graphql;
use crate::graphql::{as_in_rest, cx};
use crate::idempotency;
use crate::rest::body;
use crate::rest::etag::Condition;

/// What can be asked of the organization.
#[derive(Default)]
pub struct OrganizationQuery;

#[Object]
impl OrganizationQuery {
    /// The organization of the token, with all that it sets for itself. Needs the scope `organization:admin`.
    async fn organization(&self, context: &Context<'_>) -> Result<OrganizationView> {
        Ok(OrganizationView::of(&super::find(cx(context)?).await.map_err(to_graphql)?))
    }
}

#[ComplexObject]
impl OrganizationView {
    /// Names this state of it: another state, another tag. Send it as `ifMatch` with an edit; it is the `ETag` of REST without
    /// its quotes.
    async fn etag(&self) -> String {
        self.etag.to_string()
    }
}

/// Edits the organization and its settings.
#[derive(InputObject)]
pub struct EditOrganizationInput {
    /// What is edited.
    edit: EditOrganizationContent,
    /// The `etag` of the state that is to be changed: another state is refused. The operator may require it.
    if_match: Option<String>,
    /// A name for this request, 1 to 255 printable ASCII characters: sent again with the same input within 24 hours, it does
    /// nothing.
    idempotency_key: Option<String>,
}

/// The organization after an edit.
#[derive(SimpleObject)]
pub struct EditOrganizationPayload {
    /// The organization.
    organization: OrganizationView,
    /// Whether the edit was made earlier, for the same `idempotencyKey`; the organization is as it is now.
    replayed: bool,
}

/// What can be done with the organization.
#[derive(Default)]
pub struct OrganizationMutation;

#[Object]
impl OrganizationMutation {
    /// Edit the organization and its settings. Needs the scope `organization:admin`.
    async fn edit_organization(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The edit.")] input: EditOrganizationInput,
    ) -> Result<EditOrganizationPayload> {
        let cx = cx(context)?;
        edit(cx, input).await.map_err(to_graphql)
    }
}

async fn edit(cx: &Cx, input: EditOrganizationInput) -> Result<EditOrganizationPayload, Error> {
    cx.may("organization.edit")?;
    let EditOrganizationInput { edit, if_match, idempotency_key } = input;
    let text = as_in_rest(&edit)?;
    let edit = input::edit(body::parse(text.as_bytes())?)?;
    let asked = format!("{if_match:?} {text}");
    let state = Condition::of_input(if_match).of_edit(cx)?;
    let edit = |receipt| super::edit(cx, edit, state, receipt);
    let key = idempotency_key.as_deref();
    let done = idempotency::by_graphql(cx, "editOrganization", key, asked.as_bytes(), edit, |_| super::edited(cx)).await?;
    Ok(EditOrganizationPayload { organization: OrganizationView::of(&done.what), replayed: done.replayed })
}
