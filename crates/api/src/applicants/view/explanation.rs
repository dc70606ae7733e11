//! Why somebody was found, in bits.

use async_graphql::SimpleObject;
use furusu_domain::applicants::Explanation;
use furusu_domain::matching::{Line, MatchField, MatchLevel};
use serde::Serialize;
use utoipa::ToSchema;

/// Why, in bits: the prior and every line add up to the total. Two to the power of the total are the odds that the applicant
/// is this person and not nobody; the probability shares them with the other candidates.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "FindingExplanation")]
#[schema(as = FindingExplanation)]
pub struct ExplanationView {
    /// log2 odds of any one person before anything is compared: the more people there are, the lower.
    pub prior_bits: f64,
    /// What each field adds.
    pub lines: Vec<ExplanationLineView>,
    /// The sum.
    pub total_bits: f64,
    /// The probability of the person found.
    pub probability: f64,
    /// The probability that the applicant is nobody here.
    pub nobody: f64,
    /// How many people there are.
    pub roster: i32,
}

/// What one field adds.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "FindingExplanationLine")]
#[schema(as = FindingExplanationLine)]
pub struct ExplanationLineView {
    /// What was compared.
    pub field: MatchField,
    /// How far it agrees.
    pub level: MatchLevel,
    /// What that is worth, in bits.
    pub bits: f64,
    /// What the applicant said, masked.
    pub left: Option<String>,
    /// What the record says, masked.
    pub right: Option<String>,
    /// The share of people of whom the same would be true, where known.
    pub share_of_alumni: Option<f64>,
}

impl ExplanationView {
    pub(super) fn of(explanation: Explanation, probability: f64, roster: u64) -> Self {
        let Explanation { prior_bits, lines, total_bits, nobody } = explanation;
        let line = |Line { field, level, bits, left, right, share }| ExplanationLineView {
            field,
            level,
            bits,
            left,
            right,
            share_of_alumni: share,
        };
        Self {
            prior_bits,
            lines: lines.into_iter().map(line).collect(),
            total_bits,
            probability,
            nobody,
            roster: i32::try_from(roster).unwrap_or(i32::MAX),
        }
    }
}
