//! Timelines by REST.

use actix_web::{HttpRequest, HttpResponse, web};
use furusu_domain::id::AlumnusId;
use furusu_domain::page::{Direction, MOST};
use furusu_domain::timeline::TimelineKind;

use super::view::{EntryView, TimelinePageView};
use super::{Kinds, place, position};
use crate::cx::Cx;
use crate::error::Refusal;
use crate::identity::rest::as_of_another;
use crate::rest::listing::Cursor;
use crate::rest::{NoSuch, Refusals, id, listing, query};

/// `GET /v1/alumni/{id}/timeline`
#[utoipa::path(get, path = "/v1/alumni/{id}/timeline", tag = "Alumni", operation_id = "getTimeline",
    description = "By when it happened, which may be long before furusu learnt it. Corrections, and what was taken back, are entries of their own. Entries of a kind that the token may not read are left out; asked for by `kind`, they are refused with the scope that they need.",
    summary = "Everything that happened to somebody, the newest first",
    params(
        ("id" = AlumnusId, Path, description = "Their id"),
        ("kind" = Option<TimelineKind>, Query, description = "Only entries of this kind"),
        ("limit" = Option<u32>, Query, description = "How many at most, 1 to 200; 50 if missing", minimum = 1, maximum = 200),
        ("after" = Option<Cursor>, Query, description = "Where the page begins: `next` of the page before, which asked the same"),
    ),
    responses((status = 200, description = "A page", body = TimelinePageView), Refusals, NoSuch),
    security(("oauth2" = ["alumni:read"]), ("bearer" = [])))]
pub async fn page(cx: Cx, path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    cx.may("timeline.page")?;
    let (kind, question) = query(&request, |r| {
        let kind = r.word("kind", TimelineKind::WORDS, TimelineKind::from_word);
        (kind, listing::read_in_order(r, ((), Direction::Desc), MOST))
    })?;
    let of: AlumnusId = id(&path)?;
    let name = format!("timeline {of} {kind:?}");
    let window = question.window(&cx, &name, place)?;
    let kinds: Kinds = kind.into_iter().collect();
    let (answers, page) = super::page(&cx, of, &kinds, &window).await?;
    let last = page.items.last().filter(|_| page.more).map(position);
    let next = last.map(|place| cx.app().cursors.seal(cx.actor().organization, &name, &place));
    let data = page.items.into_iter().map(|entry| EntryView::seen(&cx, entry)).collect();
    let response = listing::answer(&request, next.as_deref()).json(TimelinePageView { data, next });
    Ok(as_of_another(of, answers, "/timeline", response))
}
