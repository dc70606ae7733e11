//! The catalogue of metrics.

use super::span::MetricInterval::{self, Day, Month, Quarter, Week};
use crate::words::words;

words! {
    /// A metric of the catalogue.
    pub enum MetricId {
        /// Alumni: people with a departure in effect.
        AlumniCount = "alumni.count",
        /// Of the alumni, those who may be written to, and how.
        ContactableShare = "reach.contactable_share",
        /// Of those who left, the ones who have an account of their own.
        RegistrationShare = "network.registration_share",
        /// Alumni who were active.
        EngagedCount = "engaged.count",
        /// Alumni who were active, for each who may be written to.
        EngagedShare = "engaged.share",
        /// Activities.
        ActivityCount = "activities.count",
        /// Alumni at each level of engagement.
        LevelCount = "engagement.levels",
        /// From all alumni to those who came back, stage by stage.
        Funnel = "engagement.funnel",
        /// Departures that came into effect.
        DepartureCount = "departures.count",
        /// Returns.
        ReturnCount = "boomerang.count",
        /// Of all hires, those of people who were here before.
        ShareOfHires = "boomerang.share_of_hires",
        /// Of those who left, the ones who came back within some years.
        ReturnRate = "boomerang.return_rate",
        /// How long those were away who came back.
        TimeAwayMedian = "boomerang.time_away_median",
        /// Of those who left, the share that is still away, month by month.
        TimeToReturn = "boomerang.time_to_return",
        /// How long it takes to hire somebody back.
        TimeToHire = "boomerang.time_to_hire",
        /// Of the offers to people who were here before, those that were accepted.
        OfferAcceptShare = "boomerang.offer_accept_share",
        /// Of those who came back, the ones who were still here a year later.
        RetentionOneYear = "boomerang.retention_1y",
        /// Of those who came back, the ones who were still here two years later.
        RetentionTwoYears = "boomerang.retention_2y",
        /// Of those who came back and left again, the ones who left for the same reason.
        SecondExitSameReason = "boomerang.second_exit_same_reason_share",
        /// What hiring people back spared.
        CostAvoided = "cost.avoided",
        /// Of those whose reason was asked again later, the ones who said another.
        ReasonDivergence = "exit.reason_divergence",
        /// How likely people are to recommend the employer they left.
        WouldRecommend = "exit.would_recommend",
        /// Hires that alumni referred.
        ReferralHires = "referral.hires",
        /// Work, introductions and business done with alumni.
        CollaborationCount = "collaboration.count",
        /// What that was worth.
        CollaborationValueBand = "collaboration.value_band",
        /// How long a finding waits for a person to decide.
        ReviewTime = "flag.review_time",
        /// Of the findings that somebody decided on, those that were about somebody else.
        OverturnedShare = "flag.overturned_share",
        /// Of the lookups, those that found somebody who may be the applicant.
        PossibleMatchShare = "lookup.possible_match_share",
        /// How long a dispute of a standing takes.
        DisputeMedianDays = "dispute.median_days",
        /// How long an erasure takes.
        ErasureMedianDays = "erasure.median_days",
    }
}

words! {
    /// What a metric can be grouped by.
    pub enum MetricDimension {
        /// The department they left.
        Department = "department",
        /// The legal entity they left.
        Entity = "entity",
        /// The calendar year in which they left.
        ExitCohort = "exit_cohort",
        /// How they engaged.
        Mode = "mode",
        /// What kind of activity it was.
        Kind = "kind",
        /// By which way it came.
        Channel = "channel",
        /// The level of engagement, 0 to 5.
        Level = "level",
        /// The stage of the funnel.
        Stage = "stage",
        /// Within how many years after they left.
        YearsSinceExit = "years_since_exit",
        /// How many months after they left.
        MonthsSinceExit = "months_since_exit",
    }
}

words! {
    /// What the value of a metric is.
    pub enum MetricUnit {
        /// A number of people or things.
        Count = "count",
        /// The numerator for each one of the denominator: 0.25 is a quarter.
        Share = "share",
        /// Days.
        Days = "days",
        /// Hours.
        Hours = "hours",
    }
}

words! {
    /// Whether a metric can be read.
    pub enum MetricState {
        /// It can.
        Available = "available",
        /// What it is made of is not recorded yet.
        NotAvailableYet = "not_available_yet",
    }
}

/// What time a metric is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Period {
    /// Now.
    Now,
    /// From one day to another.
    Days,
    /// Whole calendar months.
    Months,
}

/// What there is to know of a metric beforehand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spec {
    /// Counted up whenever what the metric means changes.
    pub version: u16,
    /// What its value is.
    pub unit: MetricUnit,
    /// Whether it can be read.
    pub state: MetricState,
    /// What time it is of.
    pub period: Period,
    /// What it can be grouped by.
    pub by: &'static [MetricDimension],
    /// How it can be told as a series.
    pub every: &'static [MetricInterval],
    /// What it is grouped by always, after whatever else.
    pub always_by: Option<MetricDimension>,
    /// Whether the cells of a group add up to the total, so that one that is hidden could be found by subtracting.
    pub adds_up: bool,
}

use MetricDimension::{Channel, Department, Entity, ExitCohort, Kind, Level, Mode, MonthsSinceExit, Stage, YearsSinceExit};

/// What people are grouped by.
pub(super) const PEOPLE: &[MetricDimension] = &[Department, Entity, ExitCohort];
const ANY_TIME: &[MetricInterval] = &[Day, Week, Month, Quarter];
/// What is counted by month can be told by month and by what is made of months.
pub(super) const BY_MONTH: &[MetricInterval] = &[Month, Quarter];

const NOW: Spec = Spec {
    version: 1,
    unit: MetricUnit::Count,
    state: MetricState::Available,
    period: Period::Now,
    by: PEOPLE,
    every: &[],
    always_by: None,
    adds_up: true,
};
const FLOW: Spec = Spec { period: Period::Days, every: ANY_TIME, ..NOW };
const ENGAGED: Spec = Spec { period: Period::Months, by: &[Department, Entity, ExitCohort, Mode], every: BY_MONTH, adds_up: false, ..NOW };
const LATER: Spec = Spec { state: MetricState::NotAvailableYet, period: Period::Days, by: &[], every: &[], ..NOW };

impl MetricId {
    /// What there is to know of it beforehand.
    #[must_use]
    pub const fn spec(self) -> Spec {
        use MetricUnit::{Days, Hours, Share};
        match self {
            Self::AlumniCount => NOW,
            Self::ContactableShare => Spec { unit: Share, ..NOW },
            Self::EngagedCount => ENGAGED,
            Self::EngagedShare => Spec { unit: Share, ..ENGAGED },
            Self::ActivityCount => Spec { by: &[Kind, Mode, Channel, Department, Entity, ExitCohort], ..FLOW },
            Self::LevelCount => Spec { by: &[], always_by: Some(Level), ..NOW },
            Self::Funnel => Spec { unit: Share, period: Period::Months, by: &[], always_by: Some(Stage), adds_up: false, ..NOW },
            Self::DepartureCount | Self::ReturnCount => FLOW,
            Self::ReturnRate => Spec { unit: Share, by: &[Department, Entity, ExitCohort, YearsSinceExit], ..FLOW },
            Self::TimeAwayMedian => Spec { unit: Days, ..FLOW },
            Self::TimeToReturn => Spec { unit: Share, every: &[], always_by: Some(MonthsSinceExit), adds_up: false, ..FLOW },
            Self::RetentionOneYear | Self::RetentionTwoYears | Self::SecondExitSameReason => Spec { unit: Share, ..FLOW },
            Self::ReferralHires => Spec { by: &[], ..FLOW },
            Self::ReviewTime => Spec { unit: Hours, by: &[], every: &[], ..FLOW },
            Self::OverturnedShare | Self::PossibleMatchShare => Spec { unit: Share, by: &[], every: &[], ..FLOW },
            Self::RegistrationShare | Self::ShareOfHires | Self::OfferAcceptShare | Self::ReasonDivergence | Self::WouldRecommend => {
                Spec { unit: Share, ..LATER }
            }
            Self::TimeToHire | Self::DisputeMedianDays | Self::ErasureMedianDays => Spec { unit: Days, ..LATER },
            Self::CostAvoided | Self::CollaborationCount | Self::CollaborationValueBand => LATER,
        }
    }
}
