//! The pairs of a word of furusu and the code the source used, as both doors show and take them.

use async_graphql::{InputObject, SimpleObject};
use furusu_domain::departures::{Coded, EmploymentStatus, EmploymentType, Reason, SeparationType, Standing};
use serde::Serialize;
use utoipa::ToSchema;

macro_rules! coded {
    ($(#[$meta:meta])* $name:ident, $input:literal, $word:ty) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema, SimpleObject, InputObject)]
        #[graphql(input_name = $input)]
        pub struct $name {
            /// The word of furusu, if anybody said which it is.
            pub value: Option<$word>,
            /// The source's own code or text.
            #[schema(max_length = 200)]
            pub source_value: Option<String>,
        }

        impl From<Coded<$word>> for $name {
            fn from(Coded { value, source_value }: Coded<$word>) -> Self {
                Self { value, source_value }
            }
        }

        impl $name {
            /// The pair, unless both are missing.
            #[must_use]
            pub fn present(coded: Coded<$word>) -> Option<Self> {
                (!coded.is_empty()).then(|| coded.into())
            }
        }
    };
}

coded!(
    /// Where an employment stands.
    CodedEmploymentStatus, "CodedEmploymentStatusInput", EmploymentStatus
);
coded!(
    /// The kind of contract.
    CodedEmploymentType, "CodedEmploymentTypeInput", EmploymentType
);
coded!(
    /// Who ended the employment, and how.
    CodedSeparationType, "CodedSeparationTypeInput", SeparationType
);
coded!(
    /// Why somebody left.
    CodedReason, "CodedReasonInput", Reason
);

/// What a source says of a return. Its bit decides nothing: "no" reads as `review_required`, "yes" as `undetermined`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema, SimpleObject, InputObject)]
#[graphql(name = "Rehire", input_name = "RehireInput")]
#[schema(as = Rehire)]
pub struct RehireView {
    /// The standing that follows, until a rule or a person decides.
    pub value: Option<Standing>,
    /// The source's own code or text.
    #[schema(max_length = 200)]
    pub source_value: Option<String>,
    /// Why, in the source's words.
    #[schema(max_length = 1000)]
    pub reason: Option<String>,
    /// Who said so, in the source's words.
    #[schema(max_length = 200)]
    pub authorised_by: Option<String>,
}

/// How somebody left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema, SimpleObject, InputObject)]
#[graphql(name = "Exit", input_name = "ExitInput")]
#[schema(as = Exit)]
pub struct ExitView {
    /// The period of notice was kept.
    pub notice_kept: Option<bool>,
    /// The work was handed over.
    pub handover_done: Option<bool>,
    /// There was an exit interview.
    pub interview_held: Option<bool>,
}

/// A manager, as the source names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema, SimpleObject, InputObject)]
#[graphql(name = "Manager", input_name = "ManagerInput")]
#[schema(as = Manager)]
pub struct ManagerView {
    /// Their id in the source.
    #[schema(max_length = 128)]
    pub external_id: Option<String>,
    /// Their name in the source.
    #[schema(max_length = 200)]
    pub name: Option<String>,
}

/// A rating. Shown only with the scope `evaluations:read`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema, SimpleObject, InputObject)]
#[graphql(name = "Evaluation", input_name = "EvaluationInput")]
#[schema(as = Evaluation)]
pub struct EvaluationView {
    /// The day it was given, or speaks of.
    pub as_of: Option<furusu_domain::time::Date>,
    /// The rating, on the scale.
    #[schema(minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64)]
    pub rating: Option<f64>,
    /// What the ends of the scale mean.
    #[schema(max_length = 200)]
    pub scale: Option<String>,
    /// The rating in the source's words.
    #[schema(max_length = 200)]
    pub source_value: Option<String>,
}

/// A name. One of `family` and `given` at least is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema, SimpleObject, InputObject)]
#[graphql(name = "PersonName", input_name = "PersonNameInput")]
#[schema(as = PersonName)]
pub struct NameView {
    /// What kind of name it is.
    pub kind: furusu_domain::departures::NameKind,
    /// Family name (姓).
    #[schema(max_length = 200)]
    pub family: Option<String>,
    /// Given name (名).
    #[schema(max_length = 200)]
    pub given: Option<String>,
    /// Middle name or initial.
    #[schema(max_length = 200)]
    pub middle: Option<String>,
    /// Reading of the family name in kana (セイ).
    #[schema(max_length = 200)]
    pub family_kana: Option<String>,
    /// Reading of the given name in kana (メイ).
    #[schema(max_length = 200)]
    pub given_kana: Option<String>,
    /// First day it was theirs.
    pub valid_from: Option<furusu_domain::time::Date>,
    /// Last day it was theirs.
    pub valid_to: Option<furusu_domain::time::Date>,
}

impl From<furusu_domain::alumni::PersonName> for NameView {
    fn from(name: furusu_domain::alumni::PersonName) -> Self {
        let furusu_domain::alumni::PersonName { kind, family, given, middle, family_kana, given_kana, valid_from, valid_to } = name;
        Self { kind, family, given, middle, family_kana, given_kana, valid_from, valid_to }
    }
}

impl From<furusu_domain::departures::Exit> for ExitView {
    fn from(exit: furusu_domain::departures::Exit) -> Self {
        let furusu_domain::departures::Exit { notice_kept, handover_done, interview_held } = exit;
        Self { notice_kept, handover_done, interview_held }
    }
}

impl From<furusu_domain::departures::Rehire> for RehireView {
    fn from(rehire: furusu_domain::departures::Rehire) -> Self {
        let furusu_domain::departures::Rehire { standing: Coded { value, source_value }, reason, authorised_by } = rehire;
        Self { value, source_value, reason, authorised_by }
    }
}

impl From<furusu_domain::departures::Manager> for ManagerView {
    fn from(manager: furusu_domain::departures::Manager) -> Self {
        let furusu_domain::departures::Manager { external_id, name } = manager;
        Self { external_id, name }
    }
}

impl From<furusu_domain::departures::Evaluation> for EvaluationView {
    fn from(evaluation: furusu_domain::departures::Evaluation) -> Self {
        let furusu_domain::departures::Evaluation { as_of, rating, scale, source_value } = evaluation;
        Self { as_of, rating, scale, source_value }
    }
}
