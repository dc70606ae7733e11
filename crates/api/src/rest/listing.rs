//! Lists by REST: `limit`, `after`, `sort`, and the `Link` to the next page; and what parameters look like.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use furusu_domain::account::MailDomain;
use furusu_domain::alumni::{AlumniOrder, DepartureOrder};
use furusu_domain::error::{Error, Problem};
use furusu_domain::page::{Direction, Window};
use serde_json::json;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::cursor::Position;
use crate::cx::Cx;
use crate::json::Reader;

/// How many a page has if nobody says.
const USUAL: u32 = 50;

/// The most characters a cursor has.
const LONGEST: usize = 4_000;

/// An id as a source gives it: without control characters, and without blanks around it.
const EXTERNAL_ID: &str =
    "^[^\\s\\u0000-\\u001f\\u007f-\\u009f](?:[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f])?$";

/// Two labels at least (RFC 5321, section 4.1.2).
const MAIL_DOMAIN: &str = "^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$";

/// Declares what parameters and members of one kind look like.
macro_rules! shape {
    ($(#[doc = $doc:literal])+ $name:ident: $schema:expr) => {
        $(#[doc = $doc])+
        #[derive(Debug)]
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let about = concat!($($doc),+).trim();
                let schema: ObjectBuilder = $schema;
                schema.schema_type(Type::String).description(Some(about)).into()
            }
        }

        impl ToSchema for $name {}
    };
}

shape!(
    /// A place in a list, opaque: `next` of a page. Good only for the filters and the order of that page.
    Cursor: ObjectBuilder::new().max_length(Some(LONGEST)).pattern(Some("^[A-Za-z0-9_-]+$"))
);
shape!(
    /// An HR system.
    SourceName: ObjectBuilder::new().max_length(Some(64)).pattern(Some("^[A-Za-z0-9][A-Za-z0-9._-]*$")).examples([json!("hris")])
);
shape!(
    /// A person's id in an HR system. No control characters, no blanks around it.
    ExternalId: ObjectBuilder::new().max_length(Some(128)).pattern(Some(EXTERNAL_ID)).examples([json!("10084")])
);
shape!(
    /// An e-mail address, trimmed and in lower case.
    EmailAddress: ObjectBuilder::new()
        .max_length(Some(254))
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)))
        .examples([json!("h.sato@example.com")])
);
shape!(
    /// A telephone number of 5 to 20 digits, as it was written.
    PhoneNumber: ObjectBuilder::new()
        .max_length(Some(60))
        .pattern(Some("^(?:[ +\\-().#/,xet（）－ー‐‑–　]*[0-9０-９]){5,20}[ +\\-().#/,xet（）－ー‐‑–　]*$"))
        .examples([json!("+81 90 0000 0000")])
);
shape!(
    /// A kind of activity.
    ActivityKind: ObjectBuilder::new().max_length(Some(40)).pattern(Some("^[a-z][a-z0-9_]*$")).examples([json!("event_attended")])
);
shape!(
    /// An `https` or `http` address without credentials.
    WebAddressText: ObjectBuilder::new()
        .max_length(Some(2_000))
        .pattern(Some("^https?://[A-Za-z0-9._:\\[\\]-]+([/?#][!#-;=?-\\[\\]^_a-~]*)?$"))
        .examples([json!("https://meet.example.com/hanami")])
);
shape!(
    /// What a list of gatherings is sorted by; a minus before it turns it round. `starts_at` if missing.
    GatheringSort: sorts(GatheringSort::WORDS)
);

impl GatheringSort {
    /// The words of `sort`: there is one order.
    pub const WORDS: &'static [(&'static str, ())] = &[("starts_at", ())];
}

shape!(
    /// What an organization is called.
    OrganizationName: ObjectBuilder::new().max_length(Some(200)).pattern(Some(
        "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$"
    ))
);
shape!(
    /// An IANA time zone.
    TimeZoneName: ObjectBuilder::new().max_length(Some(100)).pattern(Some("^[A-Za-z0-9_+/-]+$")).examples([json!("Asia/Tokyo")])
);
shape!(
    /// A mail domain without the @, kept in lower case. Other scripts are written in their ASCII form (`xn--…`).
    MailDomainName: ObjectBuilder::new().max_length(Some(MailDomain::LONGEST)).pattern(Some(MAIL_DOMAIN)).examples([json!("example.com")])
);
shape!(
    /// A region by the two letters of ISO 3166-1.
    RegionCode: ObjectBuilder::new().pattern(Some("^[A-Za-z]{2}$")).examples([json!("JP")])
);
shape!(
    /// What a list of alumni is sorted by; a minus before it turns it round. `-ended_on` if missing.
    AlumniSort: sorts(AlumniOrder::WORDS)
);
shape!(
    /// What a list of departures is sorted by; a minus before it turns it round. `ended_on` leaves rescinded ones out.
    /// `-updated_at` if missing.
    DepartureSort: sorts(DepartureOrder::WORDS)
);

shape!(
    /// What a list of held records is sorted by; a minus before it turns it round. `held_at` if missing.
    HeldSort: sorts(HeldSort::WORDS)
);

impl HeldSort {
    /// The words of `sort`: there is one order.
    pub const WORDS: &'static [(&'static str, ())] = &[("held_at", ())];
}

/// Each word, and each with a minus.
fn sorts<O>(words: &[(&'static str, O)]) -> ObjectBuilder {
    ObjectBuilder::new().enum_values(Some(words.iter().flat_map(|(word, _)| [(*word).to_owned(), format!("-{word}")])))
}

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
    read_in_order(r, order.unwrap_or(usual), most)
}

/// Reads `limit` and `after` of a list that has one order.
pub fn read_in_order<O>(r: &mut Reader<'_, '_, '_>, order: (O, Direction), most: u32) -> Question<O> {
    let limit = r.whole("limit", 1..=i64::from(most)).and_then(|n| u32::try_from(n).ok()).unwrap_or(USUAL);
    Question { order, limit, after: r.parsed("after", LONGEST, cursor) }
}

/// A cursor as it came.
fn cursor(text: &str) -> Result<String, Problem> {
    if text.is_empty() { Err(Problem::ForeignCursor) } else { Ok(text.to_owned()) }
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
