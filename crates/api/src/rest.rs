//! REST: where the slices are mounted, and what every handler reads requests with.

pub mod body;
pub mod coding;
pub mod contract;
pub mod cors;
pub mod doorway;
pub mod etag;
pub mod listing;
pub mod problems;

use std::borrow::Cow;

use actix_web::{HttpRequest, HttpResponse, Resource, web};
use furusu_domain::error::{Error, Unparsed};

use crate::engagement::{gatherings, messages};
use crate::error::{Refusal, Refused};
use crate::json::Reader;
use crate::{
    alumni, applicants, auth, departures, engagement, figures, graphql, identity, operating, organization, pages, privacy, timeline,
};

pub use contract::{Changed, Conditional, NoSuch, Overtaken, Refusals, Unreadable};

/// Mounts every path of the service.
pub fn mount(config: &mut web::ServiceConfig) {
    config
        .service(at("/v1/departures", "GET, HEAD").get(departures::rest::page))
        .service(at("/v1/departures/batch", "POST").post(departures::rest::record_batch))
        .service(at("/v1/departures/{source}/{external_id}", "GET, HEAD, PUT").get(departures::rest::find).put(departures::rest::record))
        .service(at("/v1/alumni", "GET, HEAD").get(alumni::rest::page))
        .service(at("/v1/alumni/search", "POST").post(alumni::rest::search))
        .service(at("/v1/alumni/{id}", "GET, HEAD, PATCH").get(alumni::rest::find).patch(alumni::rest::edit))
        .service(at("/v1/alumni/{id}/employments", "GET, HEAD").get(alumni::rest::employments))
        .service(at("/v1/alumni/{id}/departures", "GET, HEAD").get(alumni::rest::departures))
        .service(at("/v1/alumni/{id}/disclosures", "GET, HEAD").get(applicants::rest::disclosures))
        .service(at("/v1/returning-applicants/lookups", "POST").post(applicants::rest::look_up))
        .service(at("/v1/returning-applicants/lookups/batch", "POST").post(applicants::rest::look_up_all))
        .service(at("/v1/returning-applicants/lookups/{id}", "GET, HEAD").get(applicants::rest::find))
        .service(at("/v1/returning-applicants/lookups/{id}/reviews", "POST").post(applicants::rest::review))
        .service(at("/v1/alumni/{id}/consents", "GET, HEAD, POST").get(privacy::rest::page).post(privacy::rest::record))
        .service(at("/v1/alumni/{id}/consents/{consent_id}/withdrawals", "POST").post(privacy::rest::withdraw))
        .service(at("/v1/activities", "POST").post(engagement::rest::record))
        .service(at("/v1/activities/batch", "POST").post(engagement::rest::record_batch))
        .service(at("/v1/activities/{id}", "GET, HEAD").get(engagement::rest::find))
        .service(at("/v1/alumni/{id}/activities", "GET, HEAD").get(engagement::rest::page))
        .service(at("/v1/alumni/{id}/engagement", "GET, HEAD").get(engagement::rest::standing))
        .service(at("/v1/alumni/{id}/timeline", "GET, HEAD").get(timeline::rest::page))
        .service(at("/v1/engagement-formulas", "GET, HEAD, POST").get(engagement::rest::formulas).post(engagement::rest::change_formula))
        .service(at("/v1/metrics", "GET, HEAD").get(figures::rest::catalogue))
        .service(at("/v1/metrics/{id}", "GET, HEAD").get(figures::rest::metric))
        .service(at("/v1/messages", "POST").post(messages::rest::record))
        .service(at("/v1/messages/batch", "POST").post(messages::rest::record_batch))
        .service(at("/v1/messages/{id}", "GET, HEAD").get(messages::rest::find))
        .service(at("/v1/alumni/{id}/messages", "GET, HEAD").get(messages::rest::page))
        .service(at("/v1/contact-permissions", "POST").post(messages::rest::ask))
        .service(at("/v1/contact-permissions/batch", "POST").post(messages::rest::ask_batch))
        .service(at("/v1/gatherings", "GET, HEAD, POST").get(gatherings::rest::page).post(gatherings::rest::plan))
        .service(at("/v1/gatherings/{id}", "GET, HEAD, PATCH").get(gatherings::rest::find).patch(gatherings::rest::edit))
        .service(at("/v1/gatherings/{id}/moves", "POST").post(gatherings::rest::advance))
        .service(at("/v1/gatherings/{id}/calendar", "GET, HEAD").get(gatherings::rest::file))
        .service(
            at("/v1/gatherings/{id}/registrations", "GET, HEAD, POST").get(gatherings::rest::registrations).post(gatherings::rest::enrol),
        )
        .service(at("/v1/gatherings/{id}/registrations/batch", "POST").post(gatherings::rest::enrol_batch))
        .service(at("/v1/registrations/{id}", "GET, HEAD").get(gatherings::rest::registration))
        .service(at("/v1/registrations/{id}/moves", "POST").post(gatherings::rest::turn))
        .service(at("/v1/alumni/{id}/registrations", "GET, HEAD").get(gatherings::rest::of_alumnus))
        .service(at("/v1/calendar-feeds", "GET, HEAD, POST").get(gatherings::rest::feeds).post(gatherings::rest::offer_feed))
        .service(at("/v1/calendar-feeds/{id}", "DELETE").delete(gatherings::rest::revoke_feed))
        .service(at("/calendars/{secret}.ics", "GET, HEAD").get(gatherings::rest::read_feed))
        .service(at("/v1/organization", "GET, HEAD, PATCH").get(organization::rest::find).patch(organization::rest::edit))
        .service(at("/v1/alumni/{id}/merges", "GET, HEAD, POST").get(identity::rest::merges).post(identity::rest::merge))
        .service(at("/v1/alumni/{id}/merges/{merge_id}/undo", "POST").post(identity::rest::unmerge))
        .service(at("/v1/held-records", "GET, HEAD").get(identity::rest::page))
        .service(at("/v1/held-records/{id}", "GET, HEAD").get(identity::rest::find))
        .service(at("/v1/held-records/{id}/decisions", "POST").post(identity::rest::decide))
        .service(at("/graphql", "GET, HEAD, POST").get(graphql::rest::query).post(graphql::rest::execute))
        .service(at("/oauth/token", "POST").post(auth::rest::token))
        .service(at("/.well-known/jwks.json", "GET, HEAD").get(auth::rest::jwks))
        .service(at("/.well-known/oauth-authorization-server", "GET, HEAD").get(auth::rest::discovery))
        .service(at("/openapi.json", "GET, HEAD").get(contract::openapi_json))
        .service(at("/openapi.yaml", "GET, HEAD").get(contract::openapi_yaml))
        .service(at("/schema.graphql", "GET, HEAD").get(contract::graphql_schema))
        .service(at("/", "GET, HEAD").get(pages::start))
        .service(at("/docs", "GET, HEAD").get(pages::docs))
        .service(at("/pages/{file}", "GET, HEAD").get(pages::file))
        .service(at("/problems", "GET, HEAD").get(problems::list))
        .service(at("/problems/{code}", "GET, HEAD").get(problems::show))
        .service(at("/healthz", "GET, HEAD").get(operating::health))
        .service(at("/readyz", "GET, HEAD").get(operating::readiness))
        .service(at("/metrics", "GET, HEAD").get(operating::metrics::show))
        .default_service(web::to(nothing_here));
}

/// A path and the methods it has, which are what a refused method is told.
fn at(path: &str, allow: &'static str) -> Path {
    let refuse = move || async move { Refused::Method { allow }.response() };
    Path(web::resource(path).default_service(web::to(refuse)))
}

/// A path that is being mounted.
struct Path(Resource);

impl Path {
    fn get<F, Args>(self, handler: F) -> Self
    where
        F: actix_web::Handler<Args> + Clone,
        Args: actix_web::FromRequest + 'static,
        F::Output: actix_web::Responder + 'static,
    {
        Self(self.0.route(web::get().to(handler.clone())).route(web::head().to(handler)))
    }

    fn put<F, Args>(self, handler: F) -> Self
    where
        F: actix_web::Handler<Args>,
        Args: actix_web::FromRequest + 'static,
        F::Output: actix_web::Responder + 'static,
    {
        Self(self.0.route(web::put().to(handler)))
    }

    fn post<F, Args>(self, handler: F) -> Self
    where
        F: actix_web::Handler<Args>,
        Args: actix_web::FromRequest + 'static,
        F::Output: actix_web::Responder + 'static,
    {
        Self(self.0.route(web::post().to(handler)))
    }

    fn patch<F, Args>(self, handler: F) -> Self
    where
        F: actix_web::Handler<Args>,
        Args: actix_web::FromRequest + 'static,
        F::Output: actix_web::Responder + 'static,
    {
        Self(self.0.route(web::patch().to(handler)))
    }

    fn delete<F, Args>(self, handler: F) -> Self
    where
        F: actix_web::Handler<Args>,
        Args: actix_web::FromRequest + 'static,
        F::Output: actix_web::Responder + 'static,
    {
        Self(self.0.route(web::delete().to(handler)))
    }
}

impl actix_web::dev::HttpServiceFactory for Path {
    fn register(self, config: &mut actix_web::dev::AppService) {
        self.0.register(config);
    }
}

async fn nothing_here() -> HttpResponse {
    Refused::Nowhere.response()
}

/// Reads the query string with a reader, and refuses every name that nobody asked for.
///
/// # Errors
/// [`Error::Invalid`] with every fault; [`Error::Malformed`] if the URL does not hold UTF-8, which would otherwise read
/// as something that nobody wrote.
pub fn query<T>(request: &HttpRequest, read: impl FnOnce(&mut Reader<'_, '_, '_>) -> T) -> Result<T, Error> {
    if !is_text(request.uri().path()) || !is_text(request.query_string()) {
        return Err(Error::Malformed(Unparsed::Url));
    }
    let pairs = decode_pairs(request.query_string()).collect();
    let mut faults = Vec::new();
    let mut reader = Reader::of_query(pairs, &mut faults);
    let value = read(&mut reader);
    reader.done();
    if faults.is_empty() { Ok(value) } else { Err(Error::Invalid(faults)) }
}

/// Whether a part of a URL holds UTF-8, percent-encoded (RFC 3986, section 2.1).
fn is_text(encoded: &str) -> bool {
    let mut bytes = encoded.bytes();
    let mut text = Vec::with_capacity(encoded.len());
    while let Some(byte) = bytes.next() {
        text.push(match byte {
            b'%' => {
                let digit = |byte: Option<u8>| byte.and_then(|b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
                let (Some(high), Some(low)) = (digit(bytes.next()), digit(bytes.next())) else { return false };
                high << 4 | low
            }
            plain => plain,
        });
    }
    std::str::from_utf8(&text).is_ok()
}

/// The pairs of a query string or a form (`application/x-www-form-urlencoded`, WHATWG URL Standard, section 5.1).
pub fn decode_pairs(encoded: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    form_urlencoded::parse(encoded.as_bytes())
}

/// An id in a path. What is no id of that kind names nothing.
///
/// # Errors
/// [`Error::NotFound`].
pub fn id<T: std::str::FromStr>(text: &str) -> Result<T, Error> {
    text.parse().map_err(|_| Error::NotFound)
}

/// The result of a handler.
pub type Answer = Result<HttpResponse, Refusal>;
