//! Connections, by the Relay cursor connections specification.

use async_graphql::{OutputType, SimpleObject};
use furusu_domain::error::{Error, Form, Problem};
use furusu_domain::page::{Page, Window};

use crate::cursor::Position;
use crate::cx::Cx;

/// The most a connection gives at once.
const MOST: i32 = 100;

/// Which part of a connection is asked for.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// The first so many.
    pub first: Option<i32>,
    /// Beyond this cursor.
    pub after: Option<String>,
    /// The last so many.
    pub last: Option<i32>,
    /// Before this cursor.
    pub before: Option<String>,
}

impl Part {
    /// The window that is asked for; `name` is the list with its filters and order, for which alone a cursor is good.
    ///
    /// # Errors
    /// [`Error::Invalid`]: neither or both of `first` and `last`, more than 100, or a cursor of another list.
    pub fn window<P>(&self, cx: &Cx, name: &str, place: impl Fn(Position) -> P) -> Result<Window<P>, Error> {
        let (limit, backwards, field) = match (self.first, self.last) {
            (Some(first), None) => (first, false, "/first"),
            (None, Some(last)) => (last, true, "/last"),
            (None, None) => return Err(Error::fault("", Problem::RequiredOneOf { members: "first, last" })),
            (Some(_), Some(_)) => return Err(Error::fault("/last", Problem::Exclusive { other: "first" })),
        };
        let limit = u32::try_from(limit).ok().filter(|n| (1..=MOST as u32).contains(n));
        let limit =
            limit.ok_or_else(|| Error::fault(field, Problem::OutOfRange { expected: Form::Whole { least: 1, most: i64::from(MOST) } }))?;
        let open = |cursor: &Option<String>, field: &str| {
            let position = cursor.as_ref().map(|c| cx.app().cursors.open(cx.actor().organization, name, c)).transpose();
            position.map(|p| p.map(&place)).map_err(|problem| Error::fault(field, problem))
        };
        let (after, before) = (open(&self.after, "/after")?, open(&self.before, "/before")?);
        let (from, until) = if backwards { (before, after) } else { (after, before) };
        Ok(Window { limit, from, until, backwards })
    }

    /// The things of a page, each at its place in the list of that name; `edge` gives the place and what is seen of it.
    pub fn edges<T, N: OutputType>(
        &self,
        cx: &Cx,
        name: &str,
        page: Page<T>,
        mut edge: impl FnMut(T) -> Option<(Position, N)>,
    ) -> (Vec<Edge<N>>, PageInfo) {
        let seal = |position: &Position| cx.app().cursors.seal(cx.actor().organization, name, position);
        let sealed = |(position, node): (Position, N)| Edge { cursor: seal(&position), node };
        let edges: Vec<Edge<N>> = page.items.into_iter().filter_map(|item| edge(item).map(sealed)).collect();
        let cursor = |edge: Option<&Edge<N>>| edge.map(|edge| edge.cursor.clone());
        let page_info = self.page_info(page.more, cursor(edges.first()), cursor(edges.last()));
        (edges, page_info)
    }

    /// Whether there are things beyond the page, on either side. In the direction that was not read, only a cursor
    /// tells that there are.
    fn page_info(&self, more: bool, start_cursor: Option<String>, end_cursor: Option<String>) -> PageInfo {
        let backwards = self.last.is_some();
        PageInfo {
            has_next_page: if backwards { self.before.is_some() } else { more },
            has_previous_page: if backwards { more } else { self.after.is_some() },
            start_cursor,
            end_cursor,
        }
    }
}

/// Where a page lies in its connection.
#[derive(Clone, Debug, SimpleObject)]
pub struct PageInfo {
    /// Whether there are more after it.
    pub has_next_page: bool,
    /// Whether there are more before it.
    pub has_previous_page: bool,
    /// The cursor of its first edge.
    pub start_cursor: Option<String>,
    /// The cursor of its last edge.
    pub end_cursor: Option<String>,
}

/// A thing in a connection, and its place.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(concrete(name = "AlumnusEdge", params(crate::alumni::view::AlumnusView)))]
#[graphql(concrete(name = "ActivityEdge", params(crate::engagement::view::ActivityView)))]
#[graphql(concrete(name = "MessageEdge", params(crate::engagement::messages::view::MessageView)))]
#[graphql(concrete(name = "GatheringEdge", params(crate::engagement::gatherings::view::GatheringView)))]
#[graphql(concrete(name = "RegistrationEdge", params(crate::engagement::gatherings::view::RegistrationView)))]
#[graphql(concrete(name = "TimelineEdge", params(crate::timeline::view::EntryView)))]
#[graphql(concrete(name = "DisclosureEdge", params(crate::applicants::view::DisclosureView)))]
#[graphql(concrete(name = "ConsentEdge", params(crate::privacy::view::ConsentView)))]
#[graphql(concrete(name = "DepartureEdge", params(crate::departures::view::DepartureView)))]
#[graphql(concrete(name = "HeldRecordEdge", params(crate::identity::view::HeldRecordView)))]
pub struct Edge<T: OutputType> {
    /// Its place.
    pub cursor: String,
    /// The thing.
    pub node: T,
}
