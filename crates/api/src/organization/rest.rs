//! The organization by REST.

use actix_web::{HttpRequest, HttpResponse, web};

use super::input::{self, EditOrganizationContent};
use super::view::OrganizationView;
use crate::cx::Cx;
use crate::error::Refusal;
use crate::idempotency;
use crate::rest::etag::{self, Condition};
use crate::rest::{Conditional, Overtaken, Refusals, Unreadable, body, query};

/// `GET /v1/organization`
#[utoipa::path(get, path = "/v1/organization", tag = "Organization", operation_id = "getOrganization",
    description = "The organization of the token, with all that it sets for itself.",
    summary = "The organization and its settings",
    params(("If-None-Match" = Option<String>, Header, description = "Entity tags of states that are known: if it is one of them, the answer is 304")),
    responses(
        (status = 200, description = "The organization", body = OrganizationView),
        (status = 304, description = "As it is known"),
        Refusals,
    ),
    security(("oauth2" = ["organization:admin"]), ("bearer" = [])))]
pub async fn find(cx: Cx, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("organization.find")?;
    query(&request, |_| ())?;
    let view = OrganizationView::of(&super::find(&cx).await?);
    Ok(etag::answer(&request, view.etag, &view))
}

/// `PATCH /v1/organization`
#[utoipa::path(patch, path = "/v1/organization", tag = "Organization", operation_id = "editOrganization",
    description = "A member that is left out stays; null sets a setting as it was at first. Every instance goes by another time zone within half a minute.",
    summary = "Edit the organization and its settings (JSON Merge Patch, RFC 7396)",
    params(
        ("If-Match" = Option<String>, Header, description = "The entity tag of the state that is to be changed: another state is refused. The operator may require it"),
        ("Idempotency-Key" = Option<String>, Header, description = "A name for this request, 1 to 255 printable ASCII characters, in quotes or bare: sent again with the same body within 24 hours, it does nothing"),
    ),
    request_body(content = EditOrganizationContent, content_type = "application/merge-patch+json", description = "Read as application/json too."),
    responses(
        (status = 200, description = "The organization after the edit", body = OrganizationView),
        Refusals, Unreadable, Overtaken, Conditional,
    ),
    security(("oauth2" = ["organization:admin"]), ("bearer" = [])))]
pub async fn edit(cx: Cx, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Refusal> {
    cx.may("organization.edit")?;
    query(&request, |_| ())?;
    let bytes = body::json(&request, payload, body::DOCUMENT).await?;
    let (edit, state) = (input::edit(body::parse(&bytes)?)?, Condition::of_request(&request).of_edit(&cx)?);
    let edit = |receipt| super::edit(&cx, edit, state, receipt);
    let done = idempotency::by_rest(&cx, &request, &bytes, edit, |_| super::edited(&cx)).await?;
    let view = OrganizationView::of(&done.what);
    Ok(idempotency::mark(done.replayed, etag::answer(&request, view.etag, &view)))
}
