//! The words in English.

use actix_web::http::StatusCode;
use furusu_domain::departures::Outcome;
use furusu_domain::engagement::{Bar, ReasonCode};
use furusu_domain::error::{Error, Form, Kind, Oddity, Problem, Rule, Unparsed};
use furusu_domain::timeline::TimelineKind;

use super::Entry;
use crate::error::Refused;
use crate::graphql::bounds;
use crate::graphql::words::{Came, Phrase, Why};
use crate::pages;

pub(super) const FRAME: pages::Frame = pages::Frame {
    lang: "en",
    skip: "Skip to the content",
    pages: "Pages",
    reference: "API reference",
    problems: "Problems",
    contracts: "Contracts",
};

pub(super) fn entry(code: &str) -> Option<Entry> {
    let (title, advice) = match code {
        "malformed" => ("The request cannot be parsed", "The body is not JSON. The detail names the line and column."),
        "unauthenticated" => ("Credentials are required", "Send an access token: Authorization: Bearer, then the token."),
        "invalid_token" => ("The access token is not good", "It has ended, is of another service, or was never good. Get another one."),
        "insufficient_scope" => ("The token does not allow this", "The detail names the scope. Ask the operator for a client that has it."),
        "not_found" => ("There is no such thing", "Nothing is known by this id, or not to your organization."),
        "method_not_allowed" => ("The path has no such method", "The Allow header names the methods there are."),
        "not_acceptable" => {
            ("No answer of that type is given", "The detail names the types that are given. Ask for one of them in Accept.")
        }
        "request_timeout" => ("The request took too long", "The body did not arrive in time. Send it again."),
        "uri_too_long" => ("The target is too long", "A head has 32 KiB at most. Send filters in a body: POST .../search."),
        "headers_too_large" => ("The head is too large", "A head has 32 KiB and 96 fields at most."),
        "not_implemented" => ("The transfer coding is not known", "Send the body with Content-Length, or chunked."),
        "version_not_supported" => ("The version of HTTP is not spoken here", "Speak HTTP/1.1."),
        "conflict" => ("Somebody else changed it at the same time", "Read it again and send your change again."),
        "move_refused" => ("It cannot move there from where it is", "allowed names the moves there are."),
        "edit_refused" => ("As it stands, not all of it can be edited", "allowed names the members that can be."),
        "registration_closed" => ("The gathering takes no such word of a guest now", "The detail says what stands in the way."),
        "attendance_final" => (
            "Attendance is final",
            "From when on it was cannot be changed afterwards. Single people can be amended, with a reason that is kept.",
        ),
        "too_large" => ("The body is too large", "A document has 1 MiB at most, a batch 16 MiB, decompressed. Send several."),
        "unsupported_media_type" => ("The body is of another type", "Send application/json, plain or compressed with gzip or zstd."),
        "invalid" => ("What came is wrong", "errors names each place (a JSON pointer) and what was expected there."),
        "batch_rejected" => {
            ("The batch was refused", "It was atomic and a record was rejected: results says which and why. Nothing was written.")
        }
        "precondition_failed" => (
            "It has changed since it was read",
            "Somebody else changed it: If-Match names another state. Read it again, look whether your change still fits, and send it with the new entity tag.",
        ),
        "precondition_required" => ("An entity tag is required", "Read it first, and send its ETag as If-Match with the change."),
        "idempotency_key_reused" => (
            "The idempotency key came before",
            "The same key came with another request within 24 hours. Take a new key for each request, and the same only to repeat it.",
        ),
        "idempotency_key_in_use" => (
            "The request still runs",
            "The request with this idempotency key is not done. Wait as long as Retry-After says and send it again.",
        ),
        "rate_limited" => ("Too many requests", "Wait as long as Retry-After says."),
        "internal" => ("The service made a mistake", "Name the request id to the operator; the cause is in the log."),
        "not_ready" => ("The service is not ready", "Its database cannot be reached or is behind. The operator can run furusu check."),
        "unavailable" => ("Not available now", "The service cannot reach what it needs. Try again soon."),
        _ => return None,
    };
    Some(Entry { title, advice })
}

pub(super) fn error(error: &Error) -> String {
    match error {
        Error::Malformed(Unparsed::Syntax { breaks_off, line, column }) => {
            let what = if *breaks_off { "the JSON breaks off" } else { "this is not JSON" };
            format!("{what}, at line {line} column {column}")
        }
        Error::Malformed(Unparsed::Handshake) => "this is no handshake of a WebSocket".into(),
        Error::Malformed(Unparsed::Url) => "the URL is not UTF-8, percent-encoded".into(),
        Error::Malformed(Unparsed::TooMany { most }) => format!("a document of at most {most} values was expected"),
        Error::Unauthenticated => "send an access token: Authorization: Bearer …".into(),
        Error::InvalidToken => "get another access token and try again".into(),
        Error::Forbidden(scope) => format!("the scope {scope} is required"),
        Error::NotFound => "nothing is known by this id, or not to this organization".into(),
        Error::Conflict => "read it again and try again".into(),
        Error::Refused(rule) => self::rule(rule),
        Error::Invalid(faults) => match faults.len() {
            1 => "one thing is wrong; see errors".into(),
            n => format!("{n} things are wrong; see errors"),
        },
        Error::BatchRejected(results) => {
            let rejected = results.iter().filter(|r| r.outcome == Outcome::Rejected).count();
            format!("{rejected} of {} records were rejected and nothing was written; see results", results.len())
        }
        Error::RateLimited { retry_after } => format!("try again in {retry_after} s"),
        Error::PreconditionFailed => "read it again, and send the change with its new entity tag".into(),
        Error::PreconditionRequired => "say with If-Match (ifMatch) which state is to be changed".into(),
        Error::IdempotencyKeyReused => "it was sent with another request; take a new key".into(),
        Error::IdempotencyKeyInUse { retry_after } => {
            format!("the one with this idempotency key is not done; try again in {retry_after} s")
        }
        Error::Unavailable => "the service cannot reach what it needs; try again soon".into(),
        Error::Internal(_) => "the cause was logged; name the request id to the operator".into(),
    }
}

fn rule(rule: &Rule) -> String {
    match rule {
        Rule::Move { from, allowed } if allowed.is_empty() => format!("from {from} it moves nowhere"),
        Rule::Move { from, allowed } => format!("from {from} it can move to: {}", allowed.join(", ")),
        Rule::Edit { state, allowed } if allowed.is_empty() => format!("what is {state} is not edited any more"),
        Rule::Edit { state, allowed } => format!("of what is {state}, these can be edited: {}", allowed.join(", ")),
        Rule::Registration { bar } => match bar {
            Bar::NotPublished => "the gathering is not published",
            Bar::Cancelled => "the gathering is cancelled",
            Bar::DeadlinePassed => "the deadline for registering has passed",
            Bar::Over => "the gathering is over",
            Bar::NotBegun => "the gathering has not begun; guests are let in from a day before",
        }
        .into(),
        Rule::AttendanceFinal => "attendance is final; amend single people, with a reason".into(),
    }
}

pub(super) fn refused(refused: &Refused) -> String {
    match refused {
        Refused::Nowhere => "this path leads nowhere".into(),
        Refused::NoSuchProblem => "no problem is called so".into(),
        Refused::OnThisMachineOnly => "this is shown on this machine only".into(),
        Refused::Method { allow } => format!("this path has {allow}"),
        Refused::NotAcceptable { given } => format!("given are: {given}"),
        Refused::TooSlow { seconds } => format!("the body did not arrive within {seconds} s"),
        Refused::TooLarge { limit } => format!("at most {limit} bytes are read here"),
        Refused::MediaType { expected } => format!("a body of the type {expected} was expected"),
        Refused::Coding => "a body that is not compressed, or with gzip or zstd, was expected".into(),
        Refused::Preflight => {
            "pages of this origin, or this method or header from them, are not allowed; the operator names origins in cors_origins".into()
        }
        Refused::BrokenOff => "the body broke off".into(),
        Refused::BadCoding => "the body cannot be decompressed".into(),
        Refused::DatabaseUnreachable => "the database cannot be reached".into(),
        Refused::DatabaseBehind => "the database's migrations are behind; run furusu migrate".into(),
        Refused::BadHead { what } => (*what).into(),
        Refused::SlowHead => "the head did not arrive in time".into(),
        Refused::TargetTooLong { limit } => format!("a head of at most {limit} bytes is read here"),
        Refused::HeadTooLarge { limit } => format!("a head of at most {limit} bytes and 96 fields is read here"),
        Refused::TransferCoding => "a body without Transfer-Encoding, or chunked, was expected".into(),
        Refused::Version => "HTTP/1.1 or HTTP/1.0 was expected".into(),
        Refused::Other { status: StatusCode::NOT_ACCEPTABLE } => "given are: gzip, zstd and identity".into(),
        Refused::Other { .. } => "the request was refused before it was read".into(),
    }
}

pub(super) fn why(why: &Why) -> String {
    match why {
        Why::Request(what) | Why::Json(what) | Why::Syntax(what) | Why::Document(what) => what.clone(),
        Why::Variables(what) | Why::TooLarge(what) | Why::Batch(what) => what.clone(),
        Why::NoDocument => "query: a GraphQL document was expected, and none came".into(),
        Why::Operation => "operationName: the document has several operations, or none of this name; name one of them".into(),
        Why::TooDeep => format!("fields may lie {} deep", bounds::DEPTH),
        Why::TooManyAliases => format!("one field may be asked for {} times side by side", bounds::ALIASES),
        Why::TooCostly { cost, limit } => format!("the request costs {cost} and may cost {limit}: ask for fewer things at once"),
        Why::Introspection(what) => format!("more of the schema is asked for than is given at once: {what}"),
        Why::MutationByGet => "send mutations by POST; GET runs queries only".into(),
        Why::SubscriptionHere => "subscribe by WebSocket (graphql-transport-ws) or with Accept: text/event-stream".into(),
        Why::NotAcceptable => "the answer is application/graphql-response+json or application/json".into(),
        // Apollo's clients look for this very word.
        Why::PersistedQueryNotFound => "PersistedQueryNotFound".into(),
        Why::UnknownDocument => "documentId: no document is known by this id".into(),
        Why::HashMismatch => "the hash is of another document than the one that came with it".into(),
        Why::NotTrusted => "only documents that the operator has listed are run here".into(),
        Why::TooManySubscriptions => format!("a connection has at most {} operations at once", bounds::SUBSCRIPTIONS),
        Why::TooSlow => "more happened than was read in time; connect again".into(),
    }
}

pub(super) fn phrase(phrase: Phrase<'_>) -> String {
    match phrase {
        Phrase::Member { name, expected, came } => {
            let name = if name.is_empty() { "the request" } else { name };
            format!("{name}: {} was expected, {} came", kind(expected), kind(came))
        }
        Phrase::Version => "extensions.persistedQuery.version: 1 was expected".into(),
        Phrase::Hash => "extensions.persistedQuery.sha256Hash: 64 hexadecimal digits were expected".into(),
        Phrase::Batch { most, came } => format!("1 to {most} requests in a batch were expected, {came} came"),
        Phrase::BatchInEvents => "one request was expected for an answer in events, a batch came".into(),
        Phrase::Bytes { most, came } => format!("query: at most {most} bytes of document were expected, {came} came"),
        Phrase::Fragments => "the document's fragments lie too deep in each other".into(),
        Phrase::Tokens { most, deep } => format!("the document has more than {most} tokens, or nests more than {deep} deep"),
        Phrase::Selections { most } => format!("once its fragments are spread out, the document selects more than {most} times"),
        Phrase::Value { place, ty, came } => {
            let came = match came {
                Came::Of(of) => kind(of),
                Came::Word => "a word",
                Came::Bytes => "bytes",
                Came::Nothing => "nothing",
                Came::AnotherWord => "another word",
                Came::NotWhole => "a number that is not whole, or beyond 32 bits,",
            };
            format!("{place}: a value of the type {ty} was expected, {came} came")
        }
        Phrase::NoMember { place, of, member } => format!("{place}: {of} has no member {member}"),
    }
}

pub(super) fn fault(problem: &Problem) -> String {
    match problem {
        Problem::Required => "is required".into(),
        Problem::Unknown { known } if known.is_empty() => "is not known here; nothing is expected here".into(),
        Problem::Unknown { known } => format!("is not known here; known are: {}", known.join(", ")),
        Problem::Repeated => "stands there more than once".into(),
        Problem::WrongType { expected, came } => format!("{} came where {} was expected", kind(*came), kind(*expected)),
        Problem::Malformed { expected } | Problem::OutOfRange { expected } => format!("{} was expected", form(*expected)),
        Problem::NotOneOf { expected } => format!("one of these was expected: {}", expected.join(", ")),
        Problem::TooLong { limit, came } => format!("{came} came where at most {limit} are allowed"),
        Problem::Before { other } => format!("is before {}, which cannot be", place(other)),
        Problem::After { other } => format!("is after {}, which cannot be", place(other)),
        Problem::Reserved => "is a name that furusu keeps for itself".into(),
        Problem::InTheFuture => "is in the future, which cannot be".into(),
        Problem::DiffersFromPath => "differs from the one in the path".into(),
        Problem::SamePerson => "is the same person already".into(),
        Problem::UnknownKind { known } => {
            format!("one of the organization's kinds of activities was expected: {}", known.join(", "))
        }
        Problem::UnknownPerson => "names nobody whom furusu knows".into(),
        Problem::UnknownPermission => "names no permission that was held for this person".into(),
        Problem::Fixed => "cannot be changed once it is set".into(),
        Problem::NotRising => "must be above the one before it".into(),
        Problem::UnknownPeriod => "is no period in which this client may look people up blinded".into(),
        Problem::TwoPeople => "these ids belong to two different people".into(),
        Problem::NeedsScope { scope } => format!("cannot be asked for without the scope {scope}"),
        Problem::ForeignCursor => "this cursor came with another question; send it with the same filters and order".into(),
        Problem::RequiredOneOf { members } => format!("one of these is required: {members}"),
        Problem::Exclusive { other } => format!("cannot stand together with {other}"),
        Problem::OnlyWith { what } => format!("may stand only with {what}"),
        Problem::Above { other } => format!("is above {other}, which cannot be"),
        Problem::Odd { what } => oddity(*what).into(),
    }
}

pub(super) const fn reason(code: ReasonCode) -> &'static str {
    match code {
        ReasonCode::Deceased => "they have died",
        ReasonCode::NoConsent => "nothing they said, and no other basis, allows it for this purpose by this way",
        ReasonCode::Objected => "they objected",
        ReasonCode::Withdrawn => "they withdrew what they had allowed",
        ReasonCode::Expired => "what they had allowed has come to its end",
        ReasonCode::NoAddress => "no address is known for this way",
        ReasonCode::Bounced => "a message came back for good, and the address has not changed since",
        ReasonCode::CapReached => "they were written to as often as the organization allows",
    }
}

/// What stands at a pointer that other values are compared with.
fn place(pointer: &str) -> &str {
    match pointer {
        "/birth_on" => "the birth date, /birth_on",
        "/employment/hired_on" => "the first day, /employment/hired_on",
        "/given_at" => "the moment it was given, given_at",
        "/starts_at" => "the beginning, starts_at",
        "/sent_at" => "the moment it was sent, sent_at",
        "/ends_at" => "the end, ends_at",
        other => other,
    }
}

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Boolean => "a boolean",
        Kind::Number => "a number",
        Kind::WholeNumber => "a whole number",
        Kind::Text => "a string",
        Kind::List => "an array",
        Kind::Object => "an object",
        Kind::Code => "a string, a number or a boolean",
    }
}

fn form(form: Form) -> String {
    match form {
        Form::PlainText => "text without control characters".into(),
        Form::Date => "a date of the form YYYY-MM-DD".into(),
        Form::AnyDate => "a date, such as 1985-04-02, 1985年4月2日 or 昭和60年4月2日".into(),
        Form::Instant => "an instant by RFC 3339, such as 2016-06-17T00:00:00Z".into(),
        Form::ExternalId => "an id of 1 to 128 characters, none of them a control character".into(),
        Form::AlumnusId => "an id that begins with alm_".into(),
        Form::Source => "1 to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit".into(),
        Form::IdempotencyKey => "1 to 255 printable ASCII characters, in quotes or bare".into(),
        Form::Email => "an e-mail address such as name@example.com".into(),
        Form::Phone => "a telephone number of 5 to 20 digits, such as +81 90 0000 0000".into(),
        Form::Search => "the beginning of a name or an e-mail address".into(),
        Form::Probability => "a number above 0 and below 1".into(),
        Form::Token => "a blinded token of 64 hexadecimal digits".into(),
        Form::MailDomain => "a mail domain such as example.com, without @".into(),
        Form::Region => "a region by the two letters of ISO 3166-1, such as JP".into(),
        Form::Kind => "a word of lower-case letters, digits and _, at most 40 characters, such as event_attended".into(),
        Form::Since1970 => "an instant from 1970 on".into(),
        Form::MonthBegin => "the first day of a calendar month".into(),
        Form::MonthEnd => "the last day of a calendar month".into(),
        Form::Points { most } => format!("0, or a number from 0.001 to {most}"),
        Form::WebAddress => "an address that begins with https:// or http://, without credentials".into(),
        Form::TimeZone => "the name of an IANA time zone, such as Asia/Tokyo".into(),
        Form::Whole { least, most } => format!("a whole number from {least} to {most}"),
        Form::Number { most } => format!("a number from -{most} to {most}"),
        Form::Items { least, most } => format!("a list of {least} to {most}"),
    }
}

pub(super) const fn happened(kind: TimelineKind) -> &'static str {
    match kind {
        TimelineKind::EmploymentBegan => "Hired",
        TimelineKind::EmploymentCorrected => "Employment corrected",
        TimelineKind::DepartureAnnounced => "Departure announced",
        TimelineKind::DepartureCorrected => "Departure corrected",
        TimelineKind::DepartureRescinded => "Departure taken back",
        TimelineKind::DepartureEffective => "Left",
        TimelineKind::AlumnusReturned => "Returned",
        TimelineKind::ConsentGranted => "Consent given",
        TimelineKind::ConsentObjected => "Objection raised",
        TimelineKind::ConsentWithdrawn => "Consent or objection withdrawn",
        TimelineKind::ConsentExpired => "Consent came to its end",
        TimelineKind::AlumnusMerged => "Merged with another record",
        TimelineKind::AlumnusUnmerged => "Merge taken back",
        TimelineKind::ReturningApplicantMatched => "Told to an applicant-tracking system",
        TimelineKind::EngagementRecorded => "Took part",
        TimelineKind::EngagementCorrected => "Activity corrected",
        TimelineKind::EngagementRetracted => "Activity taken back",
    }
}

const fn oddity(what: Oddity) -> &'static str {
    match what {
        Oddity::Tenure => "an employment period of more than 60 years; kept as it came",
        Oddity::AgeAtHire => "hired before the age of 14; kept as it came",
        Oddity::FarAhead => "more than two years ahead; kept as it came",
        Oddity::OriginalHireLater => "the first hire is later than this one; kept as it came",
        Oddity::AfterTheEnd => "later than the last day employed; kept as it came",
        Oddity::StatusContradictsDates => "the status says something else than the dates; the dates count",
        Oddity::RestrictedWithoutBasis => "restricting a return needs a basis, an authoriser and a review date; kept as review_required",
        Oddity::EligibleUndecided => "only a rule or a person decides that; kept as undetermined",
        Oddity::HireDateCorrected => "the period overlaps one that is known from this source; taken as a correction of its hire date",
    }
}
