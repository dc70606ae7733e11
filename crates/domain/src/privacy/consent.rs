//! Consents: what was said about one purpose, on which basis, when and by which way. Records are only ever added to: a
//! withdrawal is a record of its own, and nothing that was once true is overwritten.

use crate::alumni::Alumnus;
use crate::departures::Employment;
use crate::error::{Fault, Problem};
use crate::id::{AlumnusId, ConsentId};
use crate::time::{Date, Moment};
use crate::words::words;

words! {
    /// What a person's data may be used for.
    pub enum Purpose {
        /// Being listed where other alumni look.
        Directory = "directory",
        /// Being sent news.
        Newsletter = "newsletter",
        /// Being invited to gatherings.
        Events = "events",
        /// Being told of open positions.
        JobOffers = "job_offers",
        /// Being asked whether they would come back.
        BoomerangContact = "boomerang_contact",
        /// Being recognised when they apply again.
        ReturningApplicantFlag = "returning_applicant_flag",
        /// Being asked to refer others, or referred.
        Referral = "referral",
        /// Mentoring, or being mentored.
        Mentoring = "mentoring",
        /// Working together as businesses or freelancers.
        Collaboration = "collaboration",
        /// Being asked in surveys.
        ResearchSurvey = "research_survey",
        /// Being counted in statistics.
        Statistics = "statistics",
        /// Being passed on to somebody outside, the recipient.
        ThirdParty = "third_party",
    }
}

words! {
    /// What makes the use lawful.
    pub enum ConsentBasis {
        /// The person said yes.
        Consent = "consent",
        /// The organization's interest, weighed against the person's in a balancing note.
        LegitimateInterest = "legitimate_interest",
        /// A contract with the person needs it.
        Contract = "contract",
        /// A law asks for it.
        LegalObligation = "legal_obligation",
        /// Nothing does: only an objection has no basis.
        None = "none",
    }
}

words! {
    /// What was said.
    pub enum ConsentDecision {
        /// The purpose may be followed.
        Granted = "granted",
        /// The person objects: it may not.
        Objected = "objected",
    }
}

words! {
    /// By which way a word came in.
    pub enum ConsentChannel {
        /// By e-mail.
        Email = "email",
        /// By telephone.
        Phone = "phone",
        /// By text message.
        Sms = "sms",
        /// By letter.
        Post = "post",
        /// In a web page of the organization's or its programme's.
        Portal = "portal",
        /// On a paper form.
        Paper = "paper",
        /// Face to face.
        InPerson = "in_person",
        /// By any other way.
        Other = "other",
    }
}

words! {
    /// A way to reach a person, which a word may be limited to.
    pub enum ContactChannel {
        /// By e-mail.
        Email = "email",
        /// By telephone.
        Phone = "phone",
        /// By text message.
        Sms = "sms",
        /// By letter.
        Post = "post",
        /// By LINE.
        Line = "line",
        /// In an application of the organization's or its programme's.
        InApp = "in_app",
    }
}

words! {
    /// Where a record stands.
    pub enum ConsentState {
        /// It is good now.
        InForce = "in_force",
        /// Its time is over.
        Expired = "expired",
        /// It was withdrawn.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// On which side of the end of an employment a word was given.
    pub enum ConsentTiming {
        /// Before the end date, while they were employed: a consent then is weak, since who depends on the employer can hardly refuse.
        BeforeEnd = "before_end",
        /// After the end date.
        AfterEnd = "after_end",
    }
}

impl Purpose {
    /// Whether people are contacted for it, so that a word may be limited to some ways of reaching them.
    #[must_use]
    pub const fn reaches_people(self) -> bool {
        match self {
            Self::Newsletter
            | Self::Events
            | Self::JobOffers
            | Self::BoomerangContact
            | Self::Referral
            | Self::Mentoring
            | Self::Collaboration
            | Self::ResearchSurvey => true,
            Self::Directory | Self::ReturningApplicantFlag | Self::Statistics | Self::ThirdParty => false,
        }
    }
}

impl ConsentBasis {
    /// Bases a grant can have.
    pub const GRANTING: &'static [&'static str] = &["consent", "legitimate_interest", "contract", "legal_obligation"];

    /// Whether the person agreed to it themselves: only such a word lifts an objection.
    #[must_use]
    pub const fn is_agreed(self) -> bool {
        match self {
            Self::Consent | Self::Contract => true,
            Self::LegitimateInterest | Self::LegalObligation | Self::None => false,
        }
    }
}

/// A purpose and, where data are passed on, to whom: each recipient is a purpose of its own.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Aim {
    /// The purpose.
    pub purpose: Purpose,
    /// To whom data are passed on; only with [`Purpose::ThirdParty`], and always there.
    pub recipient: Option<String>,
}

impl Aim {
    /// To be recognised when applying again.
    pub const FLAG: Self = Self { purpose: Purpose::ReturningApplicantFlag, recipient: None };
}

/// What was said, as it comes in: not looked at yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// For what.
    pub aim: Aim,
    /// What.
    pub decision: ConsentDecision,
    /// On which basis; an objection needs none.
    pub basis: Option<ConsentBasis>,
    /// Where the organization's interest was weighed against the person's.
    pub balancing_note_id: Option<String>,
    /// By which way it came.
    pub channel: ConsentChannel,
    /// The ways of reaching the person that it speaks of; none for all.
    pub contact_channels: Vec<ContactChannel>,
    /// Which version of which text they were shown.
    pub text_version: Option<String>,
    /// When it was said; now if missing.
    pub given_at: Option<Moment>,
    /// When it ends by itself.
    pub expires_at: Option<Moment>,
}

/// One record: what was said about one purpose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Consent {
    /// Its id.
    pub id: ConsentId,
    /// Whose word it is about.
    pub alumnus: AlumnusId,
    /// For what.
    pub aim: Aim,
    /// What was said.
    pub decision: ConsentDecision,
    /// On which basis.
    pub basis: ConsentBasis,
    /// Where the organization's interest was weighed against the person's.
    pub balancing_note_id: Option<String>,
    /// By which way it came.
    pub channel: ConsentChannel,
    /// The ways of reaching the person that it speaks of; none for all.
    pub contact_channels: Vec<ContactChannel>,
    /// Which version of which text they were shown.
    pub text_version: Option<String>,
    /// When it was said.
    pub given_at: Moment,
    /// When it ends by itself, if it does.
    pub expires_at: Option<Moment>,
    /// When furusu learnt it.
    pub recorded_at: Moment,
    /// By whose credentials.
    pub recorded_by: String,
    /// Its withdrawal, if there is one.
    pub withdrawal: Option<Withdrawal>,
}

/// The withdrawal of a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Withdrawal {
    /// Since when.
    pub at: Moment,
    /// By which way it came.
    pub channel: ConsentChannel,
    /// When furusu learnt it.
    pub recorded_at: Moment,
    /// By whose credentials.
    pub recorded_by: String,
}

impl Consent {
    /// A new record of what was said.
    ///
    /// # Errors
    /// Every fault: what is missing for the basis or the purpose, what does not go with them, moments that cannot be.
    pub fn record(id: ConsentId, alumnus: AlumnusId, said: Said, now: Moment, by: &str) -> Result<Self, Vec<Fault>> {
        let faults = said.faults(now);
        if !faults.is_empty() {
            return Err(faults);
        }
        let Said { aim, decision, basis, balancing_note_id, channel, mut contact_channels, text_version, given_at, expires_at } = said;
        contact_channels.sort_unstable();
        contact_channels.dedup();
        Ok(Self {
            id,
            alumnus,
            aim,
            decision,
            basis: basis.unwrap_or(ConsentBasis::None),
            balancing_note_id,
            channel,
            contact_channels,
            text_version,
            given_at: given_at.unwrap_or(now),
            expires_at,
            recorded_at: now,
            recorded_by: by.to_owned(),
            withdrawal: None,
        })
    }

    /// The withdrawal of the record, at a moment or now.
    ///
    /// # Errors
    /// It cannot be withdrawn before it was given, nor in the future.
    pub fn withdraw(&self, at: Option<Moment>, channel: ConsentChannel, now: Moment, by: &str) -> Result<Withdrawal, Fault> {
        let since = at.unwrap_or(now);
        if since > now {
            return Err(Fault::new("/withdrawn_at", Problem::InTheFuture));
        }
        if since < self.given_at {
            return Err(Fault::new("/withdrawn_at", Problem::Before { other: "/given_at" }));
        }
        Ok(Withdrawal { at: since, channel, recorded_at: now, recorded_by: by.to_owned() })
    }

    /// Whether it says that the purpose may be followed.
    #[must_use]
    pub fn is_granted(&self) -> bool {
        self.decision == ConsentDecision::Granted
    }

    /// Where the record stands at a moment.
    #[must_use]
    pub fn state(&self, at: Moment) -> ConsentState {
        if self.withdrawal.as_ref().is_some_and(|withdrawal| withdrawal.at <= at) {
            ConsentState::Withdrawn
        } else if self.expires_at.is_some_and(|end| end <= at) {
            ConsentState::Expired
        } else {
            ConsentState::InForce
        }
    }

    /// Whether it is a consent that was taken while they were employed, and so a weak one.
    #[must_use]
    pub fn is_weak(&self, timing: ConsentTiming) -> bool {
        self.decision == ConsentDecision::Granted && self.basis == ConsentBasis::Consent && timing == ConsentTiming::BeforeEnd
    }
}

impl Said {
    /// Everything that is wrong with it: what is missing for the basis or the purpose, what does not go with them, moments that
    /// cannot be.
    #[must_use]
    pub fn faults(&self, now: Moment) -> Vec<Fault> {
        let Self { aim, decision, basis, balancing_note_id, channel: _, contact_channels, text_version, given_at, expires_at } = self;
        let mut faults = Vec::new();
        let mut fault = |pointer: &str, problem| faults.push(Fault::new(pointer, problem));
        let to_somebody = aim.purpose == Purpose::ThirdParty;
        match &aim.recipient {
            None if to_somebody => fault("/recipient", Problem::Required),
            Some(_) if !to_somebody => fault("/recipient", Problem::OnlyWith { what: "purpose third_party" }),
            Some(_) | None => {}
        }
        let is_grant = *decision == ConsentDecision::Granted;
        match basis {
            None if is_grant => fault("/basis", Problem::Required),
            Some(ConsentBasis::None) if is_grant => fault("/basis", Problem::NotOneOf { expected: ConsentBasis::GRANTING.to_vec() }),
            Some(_) | None => {}
        }
        let weighed = is_grant && *basis == Some(ConsentBasis::LegitimateInterest);
        match balancing_note_id {
            None if weighed => fault("/balancing_note_id", Problem::Required),
            Some(_) if *basis != Some(ConsentBasis::LegitimateInterest) => {
                fault("/balancing_note_id", Problem::OnlyWith { what: "basis legitimate_interest" });
            }
            Some(_) | None => {}
        }
        if !contact_channels.is_empty() && !aim.purpose.reaches_people() {
            fault("/contact_channels", Problem::OnlyWith { what: "a purpose for which people are contacted" });
        }
        // Whoever relies on a consent must be able to show what was agreed to.
        if is_grant && *basis == Some(ConsentBasis::Consent) && text_version.is_none() {
            fault("/text_version", Problem::Required);
        }
        if given_at.is_some_and(|given| given > now) {
            fault("/given_at", Problem::InTheFuture);
        }
        if let Some(end) = expires_at {
            if !is_grant {
                // What somebody objects to once, they need not object to again.
                fault("/expires_at", Problem::OnlyWith { what: "decision granted" });
            } else if *end <= given_at.unwrap_or(now) {
                fault("/expires_at", Problem::Before { other: "/given_at" });
            }
        }
        faults
    }
}

impl ConsentTiming {
    /// On which side of the end a day lies: after it if the person had left by then and had not come back. It follows what
    /// is known of their periods now, so that a corrected end date corrects it.
    #[must_use]
    pub fn of(periods: &[Employment], day: Date) -> Self {
        let runs = |period: &Employment| period.stint.employment.hired_on <= day && period.ended_on().is_none_or(|end| day <= end);
        let is_over = |period: &Employment| period.ended_on().is_some_and(|end| end < day);
        if periods.iter().any(is_over) && !periods.iter().any(runs) { Self::AfterEnd } else { Self::BeforeEnd }
    }

    /// The same of a person.
    #[must_use]
    pub fn of_alumnus(alumnus: &Alumnus, day: Date) -> Self {
        Self::of(&alumnus.employments, day)
    }
}

/// Narrows a list of consents.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ConsentFilter {
    /// Those about this purpose.
    pub purpose: Option<Purpose>,
}

/// A place in a list of consents, which has those first that were given last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ConsentPosition {
    /// When the one there was given.
    pub given_at: Moment,
    /// Which one is there.
    pub id: ConsentId,
}
