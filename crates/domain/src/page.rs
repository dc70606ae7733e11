//! Windows into lists. Every list is read by keyset: from a position onwards or backwards, never by offset.

/// The most a REST list gives at once.
pub const MOST: u32 = 200;

/// Which way a list is sorted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "graphql", derive(async_graphql::Enum))]
pub enum Direction {
    /// The smallest, earliest or first of the alphabet first.
    Asc,
    /// The largest, latest or last of the alphabet first.
    Desc,
}

/// A part of a list: at most `limit` things beyond a position, or before one.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Window<P> {
    /// How many at most.
    pub limit: u32,
    /// Where it begins: beyond this position, in the direction of reading.
    pub from: Option<P>,
    /// Where it must end at the latest, if at all (Relay allows both sides).
    pub until: Option<P>,
    /// Read from the end of the list towards its beginning. The answer is in the order of the list all the same.
    pub backwards: bool,
}

impl<P> Window<P> {
    /// The first things of a list.
    #[must_use]
    pub const fn first(limit: u32) -> Self {
        Self { limit, from: None, until: None, backwards: false }
    }
}

/// What a window shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page<T> {
    /// The things, in the order of the list.
    pub items: Vec<T>,
    /// Whether there are more in the direction of reading.
    pub more: bool,
}

impl<T> Page<T> {
    /// Cuts what was read with a limit of one more than the window has.
    #[must_use]
    pub fn cut<P>(mut items: Vec<T>, window: &Window<P>) -> Self {
        let limit = window.limit as usize;
        let more = items.len() > limit;
        items.truncate(limit);
        if window.backwards {
            items.reverse();
        }
        Self { items, more }
    }

    /// The same page of other things.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), more: self.more }
    }
}
