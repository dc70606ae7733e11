//! What applicant-tracking systems send: the applicant as their form has them, and what a person decided.

use async_graphql::InputObject;
use furusu_domain::alumni::{Email, Phone};
use furusu_domain::applicants::{
    Application, Blinded, IdentifierKind, LONGEST_PERIOD, LookupPurpose, Notice, Question, Verdict, names_a_period,
};
use furusu_domain::error::{Error, Fault, Form, Problem};
use furusu_domain::matching::{BlindToken, MatchNameKind, Sketch, SketchAddress, SketchName, TokenKind, reads_as_a_date};
use furusu_domain::time::Moment;
use serde::Serialize;
use utoipa::ToSchema;

use crate::json::{Json, Place, Reader};

/// A question: was this applicant here before? Whatever the form knows, as it was written there; one name or identifier at
/// least. The more there is, the surer the answer.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
#[graphql(name = "LookUpApplicantQuestion")]
pub struct LookUpApplicant {
    /// What they are or were called, in any script; former names too.
    #[schema(max_items = 10)]
    pub names: Option<Vec<ApplicantName>>,
    /// When they were born, in any usual notation: `1985-04-02`, `昭和60年4月2日`, `S60.4.2`.
    #[schema(max_length = 40, example = "1985-04-02")]
    pub birth_on: Option<String>,
    /// How they are reached, and what else identifies them; all there are.
    #[schema(max_items = 100)]
    pub identifiers: Option<Vec<Identifier>>,
    /// Which application it is about, in the words of the system that asks.
    pub application: Option<ApplicationInput>,
    /// What the lookup is for; `application` if missing.
    pub purpose: Option<LookupPurpose>,
    /// The notice that the applicant was shown.
    pub applicant_notice: Option<ApplicantNotice>,
    /// For a blinded lookup: then every identifier is `blinded`, and `names` and `birth_on` stay away.
    pub blinding: Option<Blinding>,
}

/// What the identifiers are blinded with.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
#[graphql(name = "BlindingInput")]
pub struct Blinding {
    /// The period of the secret, as the operator of the service named it.
    #[schema(max_length = 32, example = "2026Q4")]
    pub period: String,
}

/// A name of an applicant, in parts or in one line: `full`, `family` or `given` at least.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
#[graphql(name = "ApplicantNameInput")]
pub struct ApplicantName {
    /// What kind of name it is; `current` if missing.
    pub kind: Option<MatchNameKind>,
    /// The whole name in one line, in any order.
    #[schema(max_length = 400)]
    pub full: Option<String>,
    /// Family name (姓).
    #[schema(max_length = 200)]
    pub family: Option<String>,
    /// Given name (名).
    #[schema(max_length = 200)]
    pub given: Option<String>,
    /// Middle name or initial.
    #[schema(max_length = 200)]
    pub middle: Option<String>,
    /// Reading of the whole name.
    #[schema(max_length = 400)]
    pub full_kana: Option<String>,
    /// Reading of the family name (セイ).
    #[schema(max_length = 200)]
    pub family_kana: Option<String>,
    /// Reading of the given name (メイ).
    #[schema(max_length = 200)]
    pub given_kana: Option<String>,
}

/// Something that identifies an applicant: its `value`, or in a blinded lookup its token, `blinded`.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
#[graphql(name = "ApplicantIdentifierInput")]
#[schema(as = ApplicantIdentifier)]
pub struct Identifier {
    /// What it is.
    pub kind: IdentifierKind,
    /// It, as it was written.
    #[schema(max_length = 1000)]
    pub value: Option<String>,
    /// Its token, blinded: HMAC-SHA256 over the kind, U+001F and the token's value, with the secret of the period; 64
    /// hexadecimal digits.
    #[schema(min_length = 64, max_length = 64, pattern = "^[0-9A-Fa-f]{64}$")]
    pub blinded: Option<String>,
}

/// An application in the words of the system it came in by. Ids only: names and addresses do not belong here.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
#[graphql(name = "ApplicationInput")]
#[schema(as = ApplicationReference)]
pub struct ApplicationInput {
    /// The applicant-tracking system.
    #[schema(max_length = 128, example = "greenhouse")]
    pub ats: Option<String>,
    /// Its id of the candidate.
    #[schema(max_length = 128)]
    pub candidate_id: Option<String>,
    /// Its id of the application.
    #[schema(max_length = 128)]
    pub application_id: Option<String>,
    /// Its id of the job.
    #[schema(max_length = 128)]
    pub job_id: Option<String>,
    /// The legal entity they apply to.
    #[schema(max_length = 200)]
    pub entity: Option<String>,
    /// The region whose law applies.
    #[schema(max_length = 64, example = "JP")]
    pub region: Option<String>,
}

/// The notice an applicant was shown that they may be looked up.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
#[graphql(name = "ApplicantNoticeInput")]
pub struct ApplicantNotice {
    /// Which text.
    #[schema(
        max_length = 128,
        pattern = "^[^\\s\\u0000-\\u001f\\u007f-\\u009f](?:[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f])?$"
    )]
    pub version: String,
    /// When they saw it.
    pub shown_at: Moment,
}

/// What a person decided on a finding.
#[derive(Clone, Debug, Serialize, ToSchema, InputObject)]
#[graphql(name = "ReviewFindingDecision")]
pub struct ReviewFinding {
    /// What was decided.
    pub verdict: Verdict,
    /// The reviewer's own reference, such as an id in the applicant-tracking system; no name.
    #[schema(max_length = 128)]
    pub reference: Option<String>,
}

/// The most applicants a batch has.
pub const BATCH: usize = 1_000;

/// Applicants to look up.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only its description is used: the body is read member by member, to tell every fault")]
pub struct LookUpApplicants {
    /// The questions, 1 to 1,000; answered in their order.
    #[schema(min_items = 1, max_items = 1000)]
    applicants: Vec<LookUpApplicant>,
}

/// Reads a question.
///
/// # Errors
/// Every fault.
pub fn question(json: Json<'_>, place: Place<'_>, now: Moment) -> Result<Question, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, place, &mut faults);
    let names = r.list("names", 10, name);
    let birth = r.parsed("birth_on", 40, |text| {
        if reads_as_a_date(text) { Ok(text.to_owned()) } else { Err(Problem::Malformed { expected: Form::AnyDate }) }
    });
    let is_blind = r.peek("blinding").is_some_and(|json| *json != Json::Null);
    let mut tokens = Vec::new();
    let identifiers = r.list("identifiers", MOST_IDENTIFIERS, |json, place, faults| match identifier(json, place, is_blind, faults)? {
        Sent::Plain(kind, value) => Some((kind, value)),
        Sent::Blinded(token) => {
            tokens.push(token);
            None
        }
    });
    let blinding = r.object("blinding", |r| {
        let period =
            r.parsed("period", LONGEST_PERIOD, |text| if names_a_period(text) { Ok(text.to_owned()) } else { Err(Problem::UnknownPeriod) });
        r.require("period", period)
    });
    if is_blind {
        for (name, is_there) in [("names", !names.is_empty()), ("birth_on", birth.is_some())] {
            if is_there {
                r.fault(name, Problem::Exclusive { other: "blinding" });
            }
        }
    }
    let application = r.object("application", |r| Application {
        ats: r.text("ats", 128),
        candidate_id: r.text("candidate_id", 128),
        application_id: r.text("application_id", 128),
        job_id: r.text("job_id", 128),
        entity: r.text("entity", 200),
        region: r.text("region", 64),
    });
    let purpose = r.word("purpose", LookupPurpose::WORDS, LookupPurpose::from_word);
    let notice = r.object("applicant_notice", |r| {
        let version = r.text("version", 128);
        let shown_at = r.moment("shown_at");
        if shown_at.is_some_and(|at| at > now.plus_seconds(SKEW)) {
            r.fault("shown_at", Problem::InTheFuture);
        }
        let (version, shown_at) = (r.require("version", version), r.require("shown_at", shown_at));
        version.zip(shown_at).map(|(version, shown_at)| Notice { version, shown_at })
    });
    if is_blind && tokens.is_empty() && r.faults() == 0 {
        r.fault("identifiers", Problem::Required);
    } else if names.is_empty() && identifiers.is_empty() && tokens.is_empty() && r.faults() == 0 {
        r.fault("names", Problem::RequiredOneOf { members: "names, identifiers" });
    }
    r.done();
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut applicant = Sketch { names, births: birth.into_iter().collect(), ..Sketch::default() };
    let (mut codes, mut lines) = (Vec::new(), Vec::new());
    for (kind, value) in identifiers {
        match kind {
            IdentifierKind::Email => applicant.emails.push(value),
            IdentifierKind::Phone => applicant.phones.push(value),
            IdentifierKind::EmployeeNumber => applicant.employee_numbers.push(value),
            IdentifierKind::PostalCode => codes.push(value),
            IdentifierKind::Address => lines.push(value),
            // These come blinded only.
            IdentifierKind::Birth
            | IdentifierKind::BirthYearMonth
            | IdentifierKind::BirthYearDay
            | IdentifierKind::BirthMonthDay
            | IdentifierKind::Family
            | IdentifierKind::Given
            | IdentifierKind::FamilyReading
            | IdentifierKind::GivenReading
            | IdentifierKind::FullName
            | IdentifierKind::FullReading => {}
        }
    }
    // One postal code and one address belong together, and so do the second ones.
    for n in 0..codes.len().max(lines.len()) {
        applicant.addresses.push(SketchAddress { postal_code: codes.get(n).cloned(), text: lines.get(n).cloned() });
    }
    let purpose = purpose.unwrap_or(LookupPurpose::Application);
    let blinded = blinding.flatten().map(|period| Blinded { period, tokens });
    Ok(Question { applicant, blinded, purpose, application: application.unwrap_or_default(), notice: notice.flatten() })
}

/// Clocks of others may be ahead by so many seconds.
const SKEW: i64 = 60;

fn name(json: Json<'_>, place: Place<'_>, faults: &mut Vec<Fault>) -> Option<SketchName> {
    let mut r = Reader::new(json, place, faults);
    let before = r.faults();
    let name = SketchName {
        kind: r.word("kind", MatchNameKind::WORDS, MatchNameKind::from_word).unwrap_or(MatchNameKind::Current),
        full: r.text("full", 400),
        family: r.text("family", 200),
        given: r.text("given", 200),
        middle: r.text("middle", 200),
        full_kana: r.text("full_kana", 400),
        family_kana: r.text("family_kana", 200),
        given_kana: r.text("given_kana", 200),
    };
    let says = [&name.full, &name.family, &name.given, &name.full_kana, &name.family_kana, &name.given_kana];
    if says.iter().all(|part| part.is_none()) && r.faults() == before {
        r.fault("full", Problem::RequiredOneOf { members: "full, family, given, full_kana, family_kana, given_kana" });
    }
    r.done();
    Some(name)
}

/// So many identifiers an applicant has at most; blinded, each name has several.
const MOST_IDENTIFIERS: usize = 100;

/// An identifier as it was sent.
enum Sent {
    Plain(IdentifierKind, String),
    Blinded(BlindToken),
}

fn identifier(json: Json<'_>, place: Place<'_>, is_blind: bool, faults: &mut Vec<Fault>) -> Option<Sent> {
    let mut r = Reader::new(json, place, faults);
    let kind = r.word("kind", IdentifierKind::WORDS, IdentifierKind::from_word);
    let kind = r.require("kind", kind);
    let there = |json: &Json<'_>| *json != Json::Null;
    let (is_written, is_blinded) = (r.peek("value").is_some_and(there), r.peek("blinded").is_some_and(there));
    let token = r.parsed("blinded", 64, |text| {
        // What the kind has no token for is told at the kind.
        let kind = kind.and_then(IdentifierKind::token).unwrap_or(TokenKind::Email);
        BlindToken::read(kind, text).ok_or(Problem::Malformed { expected: Form::Token })
    });
    if is_blind || is_blinded {
        if kind.is_some_and(|kind| kind.token().is_none()) {
            r.fault("kind", Problem::NotOneOf { expected: TokenKind::WORDS.to_vec() });
        }
        // A null is no value: GraphQL sends one.
        r.given("value");
        if is_written {
            r.fault("value", Problem::Exclusive { other: if is_blind { "blinding" } else { "blinded" } });
        } else if !is_blind {
            r.fault("blinded", Problem::OnlyWith { what: "blinding" });
        }
        let token = if is_written { None } else { r.require("blinded", token) };
        r.done();
        return token.map(Sent::Blinded);
    }
    if kind.is_some_and(|kind| !IdentifierKind::PLAIN.contains(&kind.as_str())) {
        r.given("value");
        r.fault("kind", Problem::NotOneOf { expected: IdentifierKind::PLAIN.to_vec() });
        r.done();
        return None;
    }
    let value = r.parsed("value", 1_000, |text| match kind {
        _ if text.is_empty() => Err(Problem::Required),
        Some(IdentifierKind::Email) => Email::parse(text).map(|email| email.as_str().to_owned()),
        Some(IdentifierKind::Phone) => Phone::parse(text).map(|phone| phone.as_str().to_owned()),
        Some(_) | None => Ok(text.to_owned()),
    });
    let value = r.require("value", value);
    r.done();
    kind.zip(value).map(|(kind, value)| Sent::Plain(kind, value))
}

/// Reads a batch: what is wrong with the batch itself refuses it, what is wrong with an applicant only that one.
///
/// # Errors
/// [`Error::Invalid`].
pub fn batch(json: Json<'_>, now: Moment) -> Result<Vec<Result<Question, Vec<Fault>>>, Error> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, Place::ROOT, &mut faults);
    // The pointers of an applicant's faults begin at the applicant: that is what its sender has in hand.
    let questions = r.list("applicants", BATCH, |json, _, _| Some(question(json, Place::ROOT, now)));
    if questions.is_empty() && r.faults() == 0 {
        r.fault("applicants", Problem::OutOfRange { expected: Form::Items { least: 1, most: BATCH } });
    }
    r.done();
    if faults.is_empty() { Ok(questions) } else { Err(Error::Invalid(faults)) }
}

/// Reads a review.
///
/// # Errors
/// [`Error::Invalid`] with every fault.
pub fn review(json: Json<'_>, place: Place<'_>) -> Result<(Verdict, Option<String>), Error> {
    let mut faults = Vec::new();
    let mut r = Reader::new(json, place, &mut faults);
    let verdict = r.word("verdict", Verdict::WORDS, Verdict::from_word);
    let verdict = r.require("verdict", verdict);
    let reference = r.text("reference", 128);
    r.done();
    match verdict {
        Some(verdict) if faults.is_empty() => Ok((verdict, reference)),
        Some(_) | None => Err(Error::Invalid(faults)),
    }
}
