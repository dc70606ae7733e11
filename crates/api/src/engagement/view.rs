//! Engagement as outsiders see it: one shape for REST and GraphQL.

use async_graphql::SimpleObject;
use furusu_domain::engagement::{
    Activity, ActivityChannel, ActivityOutcome, ActivityRecorded, Contribution, EngagementMode, Formula, FormulaState, FormulaVersion,
    Kind, KindRule, Subject, SubjectType,
};
use furusu_domain::id::{ActivityId, AlumnusId};
use furusu_domain::time::Moment;
use serde::Serialize;
use utoipa::ToSchema;

use super::Standing;
use crate::error::FaultView;
use crate::rest::listing::Cursor;

/// What became of one record.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "RecordedActivity")]
#[schema(as = RecordedActivity)]
pub struct RecordedView {
    /// The record's place in the batch, from 0.
    pub index: usize,
    /// The id the source gave, if one could be read.
    pub external_id: Option<String>,
    /// What became of it.
    pub outcome: ActivityOutcome,
    /// The activity, if it is known.
    pub activity_id: Option<ActivityId>,
    /// Whose it is, if it is known.
    pub alumnus_id: Option<AlumnusId>,
    /// Why it was rejected.
    pub problems: Vec<FaultView>,
}

impl RecordedView {
    /// At its place in the batch.
    #[must_use]
    pub fn new(index: usize, recorded: ActivityRecorded) -> Self {
        let ActivityRecorded { external_id, outcome, activity, alumnus, problems } = recorded;
        let problems = problems.into_iter().map(FaultView::from).collect();
        Self { index, external_id, outcome, activity_id: activity, alumnus_id: alumnus, problems }
    }
}

/// What became of a batch.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RecordedActivities)]
pub struct BatchView {
    /// What became of each record, in order.
    pub results: Vec<RecordedView>,
}

/// What an activity is a part of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Subject")]
#[schema(as = Subject)]
pub struct SubjectView {
    /// What kind of thing.
    #[serde(rename = "type")]
    #[graphql(name = "type")]
    pub what: SubjectType,
    /// Its id: furusu's own, or the source's.
    pub id: String,
}

impl From<Subject> for SubjectView {
    fn from(subject: Subject) -> Self {
        let Subject { what, id } = subject;
        Self { what, id }
    }
}

/// One act of engagement, as it is known now.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Activity", complex)]
#[schema(as = Activity)]
pub struct ActivityView {
    /// Its id.
    pub id: ActivityId,
    /// Whose it is.
    pub alumnus_id: AlumnusId,
    /// The source that told of it.
    pub source: String,
    /// Its id there.
    pub external_id: String,
    /// What kind of activity.
    pub kind: String,
    /// How somebody engages by it.
    pub mode: Option<EngagementMode>,
    /// By which way.
    pub channel: ActivityChannel,
    /// When it happened.
    pub occurred_at: Moment,
    /// What it is a part of.
    pub subject: Option<SubjectView>,
    /// When the source last changed it.
    pub source_updated_at: Option<Moment>,
    /// Counts what is known of it, from 1.
    pub version: i32,
    /// When furusu first learnt of it.
    pub recorded_at: Moment,
    /// When what is known of it last changed.
    pub updated_at: Moment,
    /// When it was taken back, if it was: it counts no more.
    pub retracted_at: Option<Moment>,
}

impl ActivityView {
    /// By a formula, which knows the modes of kinds.
    #[must_use]
    pub fn by(formula: &Formula, activity: Activity) -> Self {
        let Activity {
            id,
            alumnus,
            merged_from: _,
            source,
            external_id,
            kind,
            channel,
            occurred_at,
            day: _,
            subject,
            source_updated_at,
            version,
            recorded_at,
            updated_at,
            retracted_at,
        } = activity;
        Self {
            id,
            alumnus_id: alumnus,
            source: source.as_str().to_owned(),
            external_id,
            mode: formula.mode(&kind),
            kind: kind.into(),
            channel,
            occurred_at,
            subject: subject.map(SubjectView::from),
            source_updated_at,
            version,
            recorded_at,
            updated_at,
            retracted_at,
        }
    }
}

/// A page of activities, what happened last first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ActivityPage)]
pub struct ActivityPageView {
    /// The activities.
    pub data: Vec<ActivityView>,
    /// Where the next page begins: send it as `after`. Null on the last page.
    #[schema(value_type = Option<Cursor>)]
    pub next: Option<String>,
}

/// What one activity contributes to a score.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "EngagementContribution")]
#[schema(as = EngagementContribution)]
pub struct ContributionView {
    /// The source that told of the activity.
    pub source: String,
    /// Its id there.
    pub external_id: String,
    /// What kind of activity.
    pub kind: String,
    /// When it happened.
    pub occurred_at: Moment,
    /// What one of its kind is worth on the day it happens.
    pub points: f64,
    /// Whether it counts: of a kind with a cap, only the earliest of each window of 90 days do.
    pub counts: bool,
    /// What it contributes to the score.
    pub contribution: f64,
}

impl From<Contribution> for ContributionView {
    fn from(of: Contribution) -> Self {
        let Contribution { act, points, counts, contribution } = of;
        let furusu_domain::engagement::Done { occurred_at, source, external_id, kind } = act;
        Self { source, external_id, kind: kind.into(), occurred_at, points, counts, contribution }
    }
}

/// How engaged somebody is. Walled off from selection: never to be used where people are chosen.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Engagement", complex)]
#[schema(as = Engagement)]
pub struct EngagementView {
    /// Whose it is.
    pub alumnus_id: AlumnusId,
    /// The sum of what their activities are worth, each halved with every half-life that has passed since.
    pub score: f64,
    /// 0 to 5: how many of the organization's thresholds the score reaches.
    pub level: u8,
    /// When they were last active.
    pub last_activity_at: Option<Moment>,
    /// How many activities they have.
    pub activity_count: i64,
    /// The moment of which all of this is.
    pub as_of: Moment,
    /// By which version of the formula.
    pub formula_version: i32,
    /// The score less that of 90 days before.
    #[graphql(skip)]
    pub trend: f64,
    /// What each activity contributes, the most first; at most 1,000.
    #[graphql(skip)]
    pub contributions: Vec<ContributionView>,
    /// Whether the two above are told.
    #[serde(skip)]
    #[graphql(skip)]
    pub is_explained: bool,
}

impl From<Standing> for EngagementView {
    fn from(standing: Standing) -> Self {
        let Standing { alumnus, score, level, last_activity_at, activities, as_of, version, explained } = standing;
        let is_explained = explained.is_some();
        let (trend, contributions) = explained.map_or((0.0, Vec::new()), |e| (e.trend, e.contributions));
        Self {
            alumnus_id: alumnus,
            score,
            level,
            last_activity_at,
            activity_count: activities,
            as_of,
            formula_version: version,
            trend,
            contributions: contributions.into_iter().map(ContributionView::from).collect(),
            is_explained,
        }
    }
}

/// How engaged somebody in a list is. Walled off from selection: never to be used where people are chosen.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = EngagementInList)]
pub struct StandingView {
    /// The sum of what their activities are worth, each halved with every half-life that has passed since.
    pub score: f64,
    /// 0 to 5: how many of the organization's thresholds the score reaches.
    pub level: u8,
    /// When they were last active.
    pub last_activity_at: Option<Moment>,
    /// How many activities they have.
    pub activity_count: i64,
    /// The moment of which all of this is.
    pub as_of: Moment,
    /// By which version of the formula.
    pub formula_version: i32,
}

impl From<Standing> for StandingView {
    fn from(standing: Standing) -> Self {
        let Standing { alumnus: _, score, level, last_activity_at, activities, as_of, version, explained: _ } = standing;
        Self { score, level, last_activity_at, activity_count: activities, as_of, formula_version: version }
    }
}

/// What one kind of activity is, and what it is worth.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "ActivityKind")]
#[schema(as = ActivityKindRule)]
pub struct KindView {
    /// The kind.
    pub kind: String,
    /// How somebody engages by it.
    pub mode: EngagementMode,
    /// What one is worth on the day it happens.
    pub points: f64,
    /// How many of them count within a window of 90 days; null if all do.
    pub cap: Option<u32>,
}

/// A version of what activities are worth.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "EngagementFormula")]
#[schema(as = EngagementFormula)]
pub struct FormulaView {
    /// Its number. 1 is what every organization begins with.
    pub version: i32,
    /// Where it stands.
    pub state: FormulaState,
    /// After how many days an activity is worth half.
    pub half_life_days: u16,
    /// Every kind there is.
    pub kinds: Vec<KindView>,
    /// From which score on somebody is at level 1, 2, 3, 4 and 5.
    pub levels: Vec<f64>,
    /// When it was made; null for what every organization begins with.
    pub made_at: Option<Moment>,
    /// By whose credentials.
    pub made_by: Option<String>,
    /// Since when figures are by it, or were for the first time.
    pub in_use_at: Option<Moment>,
}

impl From<FormulaVersion> for FormulaView {
    fn from(of: FormulaVersion) -> Self {
        let FormulaVersion { version, formula, state, made_at, made_by, in_use_at } = of;
        let Formula { half_life_days, kinds, levels } = formula;
        let kind = |(kind, KindRule { mode, points, cap }): (Kind, KindRule)| KindView { kind: kind.into(), mode, points, cap };
        let kinds = kinds.into_iter().map(kind).collect();
        Self { version, state, half_life_days, kinds, levels: levels.to_vec(), made_at, made_by, in_use_at }
    }
}

/// Every version of what activities are worth, the newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = EngagementFormulas)]
pub struct FormulasView {
    /// The versions.
    pub data: Vec<FormulaView>,
}
