//! Lists by REST: `limit`, `after`, `sort`, and the `Link` to the next page.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use furusu_domain::error::{Error, Problem};
use furusu_domain::page::{Direction, Window};

use crate::cursor::Position;
use crate::cx::Cx;
use crate::json::Reader;

/// How many a page has if nobody says.
const USUAL: u32 = 50;

/// What is asked of a list.
#[derive(Clone, Debug)]
pub struct Question<O> {
    /// What it is sorted by, and which way.
    pub order: (O, Direction),
    limit: u32,
    after: Option<String>,
}

/// Reads `sort`, `limit` and `after`.
pub fn read<O: Copy>(r: &mut Reader<'_, '_, '_>, words: &'static [(&'static str, O)], usual: (O, Direction), most: u32) -> Question<O> {
    let order = r.parsed("sort", 40, |text| {
        let (word, direction) = text.strip_prefix('-').map_or((text, Direction::Asc), |word| (word, Direction::Desc));
        let known = words.iter().find(|(name, _)| *name == word).map(|(_, order)| (*order, direction));
        known.ok_or_else(|| Problem::NotOneOf { expected: words.iter().map(|(name, _)| *name).collect() })
    });
    let limit = r.whole("limit", 1..=i64::from(most)).and_then(|n| u32::try_from(n).ok()).unwrap_or(USUAL);
    Question { order: order.unwrap_or(usual), limit, after: r.text("after", 4_000) }
}

impl<O> Question<O> {
    /// The window that is asked for; `name` is the list with its filters and order, for which alone a cursor is good.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `/after`.
    pub fn window<P>(&self, cx: &Cx, name: &str, place: impl FnOnce(Position) -> P) -> Result<Window<P>, Error> {
        let open = |cursor: &String| cx.app().cursors.open(cx.actor().organization, name, cursor);
        let from = self.after.as_ref().map(open).transpose().map_err(|problem| Error::fault("/after", problem))?;
        Ok(Window { from: from.map(place), ..Window::first(self.limit) })
    }
}

/// A page's response, with the `Link` to the next page (RFC 8288).
#[must_use]
pub fn answer(request: &HttpRequest, next: Option<&str>) -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    if let Some(next) = next {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in super::decode_pairs(request.query_string()).filter(|(name, _)| name != "after") {
            query.append_pair(&name, &value);
        }
        query.append_pair("after", next);
        response.insert_header((header::LINK, format!("<{}?{}>; rel=\"next\"", request.path(), query.finish())));
    }
    response
}
