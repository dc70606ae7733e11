//! What a request may ask for at most; all of it is looked at before anything runs.

/// The most bytes of a document.
pub const DOCUMENT: usize = 64 << 10;

/// The most tokens of a document, white space between them included.
pub const TOKENS: usize = 20_000;

/// How deep selections, lists and objects may lie in each other in a document's text.
pub const NESTING: usize = 100;

/// How deep fields may lie in each other.
pub const DEPTH: usize = 12;

/// How often one field may be asked for side by side, under other names, fragments included.
pub const ALIASES: usize = 15;

/// The most a request may cost.
pub const COST: u64 = 2_000;

/// The most a subscription may cost: it is run anew for everything that happens.
pub const FOLLOWING: u64 = 100;

/// What a list counts for when nobody says how long it is.
pub const LIST: u64 = 5;

/// The longest page of a connection.
pub const PAGE: u64 = 100;

/// How many selections are looked at once every fragment is spread out.
pub const SELECTIONS: usize = 10_000;

/// The most requests in a batch.
pub const BATCH: usize = 10;

/// The most errors in the answer to a document that does not fit.
pub const ERRORS: usize = 20;

/// The most operations that run at once on one connection.
pub const SUBSCRIPTIONS: usize = 20;

/// What is asked of the schema itself: wide enough for the queries of the standard tools, which nest types in lists twice
/// and in `ofType` up to nine times.
pub mod introspection {
    /// How deep fields may lie in each other.
    pub const DEPTH: usize = 20;

    /// How many lists of fields, input fields, interfaces or possible types may lie in each other.
    pub const LISTS: usize = 2;

    /// How often `__schema` and `__type` may be asked for in one request.
    pub const ROOTS: usize = 10;

    /// The most values, by an estimate of how long the schema's lists are.
    pub const VALUES: u64 = 500_000;
}
