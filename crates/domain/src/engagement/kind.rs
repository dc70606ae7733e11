//! Kinds of activities, and their modes.

use serde::{Deserialize, Serialize};

use crate::error::{Form, Problem};
use crate::words::words;

words! {
    /// How somebody engages: the four modes of CASE's alumni engagement metrics (2018), and collaboration, which employers
    /// need besides.
    pub enum EngagementMode {
        /// Reading, answering, writing.
        Communication = "communication",
        /// Being there.
        Experiential = "experiential",
        /// Giving time and knowledge.
        Volunteer = "volunteer",
        /// Giving money.
        Philanthropic = "philanthropic",
        /// Introducing, and doing business together.
        Collaboration = "collaboration",
    }
}

impl EngagementMode {
    /// Its number in the books; never 0, which stands for any mode.
    #[must_use]
    pub const fn number(self) -> i16 {
        match self {
            Self::Communication => 1,
            Self::Experiential => 2,
            Self::Volunteer => 3,
            Self::Philanthropic => 4,
            Self::Collaboration => 5,
        }
    }
}

/// What kind of activity: a lower-snake-case word of at most 40 characters, such as `event_attended`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Kind(String);

impl Kind {
    /// The most characters it has.
    pub const LONGEST: usize = 40;

    /// A kind by its word.
    ///
    /// # Errors
    /// The word is not of that form.
    pub fn parse(word: &str) -> Result<Self, Problem> {
        let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        let fine = word.len() <= Self::LONGEST && word.starts_with(|c: char| c.is_ascii_lowercase()) && word.bytes().all(good);
        if fine { Ok(Self(word.to_owned())) } else { Err(Problem::Malformed { expected: Form::Kind }) }
    }

    /// The word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Kind {
    type Error = &'static str;
    fn try_from(word: String) -> Result<Self, &'static str> {
        Self::parse(&word).map_err(|problem| problem.code())
    }
}

impl From<Kind> for String {
    fn from(Kind(word): Kind) -> Self {
        word
    }
}

/// What one kind of activity is, and what it is worth.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct KindRule {
    /// How somebody engages by it; never changes once it is set, since what was counted was counted by it.
    pub mode: EngagementMode,
    /// What one is worth on the day it happens.
    pub points: f64,
    /// How many of them count within one window of 90 days; all of them if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<u32>,
}

/// The kinds that every organization has, with what they are worth until it says otherwise.
pub(super) const USUAL: &[(&str, EngagementMode, f64, Option<u32>)] = &[
    ("newsletter_opened", EngagementMode::Communication, 0.2, Some(2)),
    ("link_clicked", EngagementMode::Communication, 1.0, Some(5)),
    ("survey_answered", EngagementMode::Communication, 1.0, Some(5)),
    ("profile_updated", EngagementMode::Communication, 1.0, Some(5)),
    ("message_replied", EngagementMode::Communication, 1.0, Some(5)),
    ("community_post", EngagementMode::Communication, 3.0, Some(4)),
    ("article_interview", EngagementMode::Communication, 3.0, Some(4)),
    ("event_rsvp", EngagementMode::Experiential, 1.0, Some(2)),
    ("event_attended", EngagementMode::Experiential, 3.0, None),
    ("mentoring_session", EngagementMode::Volunteer, 7.0, None),
    ("talk_given", EngagementMode::Volunteer, 7.0, None),
    ("panel", EngagementMode::Volunteer, 7.0, None),
    ("in_house_training_given", EngagementMode::Volunteer, 7.0, None),
    ("referral_made", EngagementMode::Volunteer, 3.0, None),
    ("referral_hired", EngagementMode::Volunteer, 10.0, None),
    ("introduction_made", EngagementMode::Collaboration, 7.0, None),
    ("collaboration_started", EngagementMode::Collaboration, 10.0, None),
    ("donation", EngagementMode::Philanthropic, 10.0, None),
    ("sponsorship", EngagementMode::Philanthropic, 10.0, None),
];
