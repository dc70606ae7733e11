//! External issuers as the settings name them: `[[issuers]]` in `furusu.toml`, or a JSON list in `FURUSU_ISSUERS`.

use std::collections::BTreeMap;
use std::net::IpAddr;

use furusu_domain::actor::{Scope, Scopes};
use furusu_domain::id::OrganizationId;
use serde_json::{Map, Value};
use ureq::http::Uri;

use crate::auth::jws::Algorithm;

/// An issuer whose access tokens are taken, and how they are read.
#[derive(Clone, Debug, PartialEq)]
pub struct Issuer {
    /// Its identifier: the `iss` claim, letter by letter.
    pub issuer: String,
    /// Whom its tokens must be for; one of these is enough.
    pub audiences: Vec<String>,
    /// The claim that says whom a token is for: `aud`, or `client_id` for issuers that write no `aud`.
    pub audience_claim: String,
    /// The accepted types in a token's header, in lower case and without `application/`; the empty text stands for none.
    pub typ: Vec<String>,
    /// The algorithms its tokens may be signed with.
    pub algorithms: Vec<Algorithm>,
    /// Where its keys are, if that is not found out by discovery.
    pub jwks_uri: Option<String>,
    /// The claims that say what a token allows.
    pub scope_claims: Vec<Claim>,
    /// What its words allow here; without it, only furusu's own words do.
    pub scopes: Option<BTreeMap<String, Scopes>>,
    /// Whose data its tokens are about.
    pub organization: Tenant,
    /// The claims that name the client, the first that is there.
    pub client_claims: Vec<Claim>,
    /// The clients that are let in; everyone whom the issuer vouches for, if nobody is named.
    pub clients: Option<Vec<String>>,
}

/// Whose data an issuer's tokens are about.
#[derive(Clone, Debug, PartialEq)]
pub enum Tenant {
    /// Always that organization's.
    Fixed(OrganizationId),
    /// The organization that a claim names: by furusu's id, or by a word of the issuer's.
    Claimed {
        /// The claim.
        claim: Claim,
        /// The issuer's words, and whom they mean; without it, the claim is furusu's id.
        words: Option<BTreeMap<String, OrganizationId>>,
    },
}

/// Where a claim is: a name, or, if it begins with a slash, a JSON pointer (RFC 6901).
#[derive(Clone, Debug, PartialEq)]
pub struct Claim(String);

impl Claim {
    /// What the claims have there.
    #[must_use]
    pub fn of<'c>(&self, claims: &'c Map<String, Value>) -> Option<&'c Value> {
        let Some(pointer) = self.0.strip_prefix('/') else { return claims.get(&self.0) };
        let mut names = pointer.split('/').map(|name| name.replace("~1", "/").replace("~0", "~"));
        let first = claims.get(&names.next()?)?;
        names.try_fold(first, |value, name| value.as_object()?.get(&name))
    }
}

/// The members an issuer may have.
const MEMBERS: [&str; 13] = [
    "issuer",
    "audience",
    "audience_claim",
    "typ",
    "algorithms",
    "jwks_uri",
    "scope_claim",
    "scope_map",
    "organization",
    "organization_claim",
    "organization_map",
    "client_claim",
    "clients",
];

/// Where each client's id is looked for: RFC 9068 and OpenID Connect, then Entra ID's and Okta's own names.
const CLIENT_CLAIMS: [&str; 4] = ["client_id", "azp", "appid", "cid"];

/// Reads the list of issuers as the environment or the command line has it; a variable that is set to nothing names none.
///
/// # Errors
/// It is no JSON list.
pub fn parse(json: &str) -> Result<Vec<Value>, String> {
    if json.trim().is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_str(json).map_err(|e| format!("issuers: a JSON list of issuers was expected: {e}"))
}

/// Reads the issuers of a settings file or of the environment. `own` is the service's own issuer.
///
/// # Errors
/// Which field of which issuer is wrong, what came, and what was expected.
pub fn read(issuers: &[Value], own: &str) -> Result<Vec<Issuer>, String> {
    let mut known: Vec<Issuer> = Vec::with_capacity(issuers.len());
    for (n, value) in issuers.iter().enumerate() {
        let place = format!("issuers[{n}]");
        let issuer = value.as_object().ok_or_else(|| format!("{place}: {value} is no table of settings"))?;
        let issuer = Fields { place, members: issuer }.issuer()?;
        if issuer.issuer == own {
            return Err(format!("issuers[{n}].issuer: {own} is this service's own; only others are named here"));
        }
        if known.iter().any(|it| it.issuer == issuer.issuer) {
            return Err(format!("issuers[{n}].issuer: {} is named twice; give one entry several audiences", issuer.issuer));
        }
        known.push(issuer);
    }
    Ok(known)
}

/// The members of one issuer, and where it stands.
struct Fields<'v> {
    place: String,
    members: &'v Map<String, Value>,
}

impl Fields<'_> {
    fn issuer(&self) -> Result<Issuer, String> {
        if let Some(unknown) = self.members.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
            return Err(format!("{}.{unknown}: no such setting; known are {}", self.place, MEMBERS.join(", ")));
        }
        let issuer = self.text("issuer")?.ok_or_else(|| self.missing("issuer", "the issuer's URL"))?;
        address(&issuer).map_err(|why| self.wrong("issuer", &why))?;
        if issuer.contains('?') {
            return Err(self.wrong("issuer", &format!("{issuer} has a query, which no issuer has")));
        }
        let jwks_uri = self.text("jwks_uri")?;
        if let Some(uri) = &jwks_uri {
            address(uri).map_err(|why| self.wrong("jwks_uri", &why))?;
        }
        let audiences = self.texts("audience")?.ok_or_else(|| self.missing("audience", "whom its tokens are for"))?;
        let scopes = self.scopes()?;
        let audience_claim = self.text("audience_claim")?.unwrap_or_else(|| "aud".to_owned());
        match audience_claim.as_str() {
            "aud" => {}
            // Without an audience, only its own words say that a token is meant for furusu.
            "client_id" if scopes.is_some() => {}
            "client_id" => return Err(self.wrong("audience_claim", "client_id needs a scope_map of words that are meant for furusu alone")),
            other => return Err(self.wrong("audience_claim", &format!("aud or client_id was expected, not {other:?}"))),
        }
        Ok(Issuer {
            audiences,
            audience_claim,
            typ: self.typ()?,
            algorithms: self.algorithms()?,
            jwks_uri,
            scope_claims: self.claims("scope_claim", &["scope"])?,
            scopes,
            organization: self.tenant()?,
            client_claims: self.claims("client_claim", &CLIENT_CLAIMS)?,
            clients: self.texts("clients")?,
            issuer,
        })
    }

    fn wrong(&self, name: &str, why: &str) -> String {
        format!("{}.{name}: {why}", self.place)
    }

    fn missing(&self, name: &str, what: &str) -> String {
        self.wrong(name, &format!("is missing; {what} was expected"))
    }

    /// A text that is not empty.
    fn text(&self, name: &str) -> Result<Option<String>, String> {
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text.clone())),
            Some(other) => Err(self.wrong(name, &format!("a text was expected, not {other}"))),
        }
    }

    /// One text or a list of them; not none.
    fn texts(&self, name: &str) -> Result<Option<Vec<String>>, String> {
        let Some(value) = self.members.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
        let expected = |came: &Value| self.wrong(name, &format!("a text or a list of texts was expected, not {came}"));
        let one = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(|| expected(value));
        let texts = match value {
            Value::Array(items) => items.iter().map(one).collect::<Result<Vec<_>, _>>()?,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => vec![one(value)?],
        };
        // Only the type of a token can be nothing at all.
        let has_blank = name != "typ" && texts.iter().any(|text| text.trim().is_empty());
        if texts.is_empty() || has_blank { Err(expected(value)) } else { Ok(Some(texts)) }
    }

    /// A table of the issuer's words.
    fn table<T>(&self, name: &str, read: impl Fn(&str, &Value) -> Result<T, String>) -> Result<Option<BTreeMap<String, T>>, String> {
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(table)) if !table.is_empty() => {
                let entry = |(word, value): (&String, &Value)| {
                    let it = read(word, value).map_err(|why| format!("{}.{name}.{word:?}: {why}", self.place))?;
                    Ok((word.clone(), it))
                };
                table.iter().map(entry).collect::<Result<_, String>>().map(Some)
            }
            Some(other) => Err(self.wrong(name, &format!("a table was expected, not {other}"))),
        }
    }

    fn typ(&self) -> Result<Vec<String>, String> {
        let named = self.texts("typ")?.unwrap_or_else(|| vec!["at+jwt".to_owned()]);
        Ok(named.iter().map(|typ| media_type(typ)).collect())
    }

    fn algorithms(&self) -> Result<Vec<Algorithm>, String> {
        let known = || Algorithm::ALL.map(Algorithm::name).join(", ");
        let Some(names) = self.texts("algorithms")? else { return Ok(Algorithm::ALL.to_vec()) };
        let one =
            |name: &String| Algorithm::from_name(name).ok_or_else(|| self.wrong("algorithms", &format!("{name:?} is none of {}", known())));
        names.iter().map(one).collect()
    }

    fn claims(&self, name: &str, default: &[&str]) -> Result<Vec<Claim>, String> {
        let named = self.texts(name)?.unwrap_or_else(|| default.iter().map(|it| (*it).to_owned()).collect());
        Ok(named.into_iter().map(Claim).collect())
    }

    fn scopes(&self) -> Result<Option<BTreeMap<String, Scopes>>, String> {
        self.table("scope_map", |_, value| {
            let words = match value {
                Value::String(words) => words.clone(),
                Value::Array(items) if items.iter().all(Value::is_string) => {
                    items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
                }
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                    return Err(format!("furusu's scopes were expected, as a text or a list of texts, not {value}"));
                }
            };
            let scopes = Scopes::parse(&words).map_err(|word| format!("{word:?} is no scope; known are {}", Scope::WORDS.join(" ")))?;
            match scopes {
                Scopes::NONE => Err("name at least one of furusu's scopes".to_owned()),
                it if it.crosses_the_wall() => {
                    Err("matching:lookup cannot be given together with engagement:read or engagement:write".to_owned())
                }
                it => Ok(it),
            }
        })
    }

    fn tenant(&self) -> Result<Tenant, String> {
        let id = |text: &str| text.parse::<OrganizationId>().map_err(|e| format!("furusu's id of an organization was expected: {e}"));
        let words = self.table("organization_map", |_, value| id(value.as_str().unwrap_or("")))?;
        match (self.text("organization")?, self.text("organization_claim")?) {
            (Some(_), Some(_)) => Err(self.wrong("organization", "name it, or the organization_claim, but not both")),
            (Some(_), None) if words.is_some() => Err(self.wrong("organization_map", "belongs to organization_claim")),
            (Some(text), None) => Ok(Tenant::Fixed(id(&text).map_err(|why| self.wrong("organization", &why))?)),
            (None, Some(claim)) => Ok(Tenant::Claimed { claim: Claim(claim), words }),
            (None, None) => Err(self.missing("organization", "an organization, or the organization_claim that names it,")),
        }
    }
}

/// The type of a token as it is compared: without regard to case, `application/` left out (RFC 7515, section 4.1.9).
pub(in crate::auth) fn media_type(typ: &str) -> String {
    let typ = typ.to_ascii_lowercase();
    match typ.strip_prefix("application/") {
        Some(rest) if !rest.contains('/') => rest.to_owned(),
        _ => typ,
    }
}

/// Checks an address that secrets depend on: `https`, or `http` to this very machine; nobody's name in it, no fragment.
///
/// # Errors
/// What is wrong with it.
pub(in crate::auth) fn address(text: &str) -> Result<Uri, String> {
    let wrong = |why: &str| Err(format!("{text:?} {why}"));
    let Ok(uri) = text.parse::<Uri>() else { return wrong("is no URL") };
    let (Some(host), Some(authority)) = (uri.host(), uri.authority()) else { return wrong("is no URL; https://… was expected") };
    if !(text.starts_with("https://") || text.starts_with("http://") && is_loopback(host)) {
        return wrong("must begin with https://; only this very machine (localhost, 127.0.0.1, [::1]) may do without");
    }
    if authority.as_str().contains('@') {
        return wrong("must not hold a name or a password");
    }
    if text.contains('#') {
        return wrong("must not have a fragment");
    }
    Ok(uri)
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
