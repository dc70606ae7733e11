//! The words of a finding.

use crate::words::words;

words! {
    /// Whether the applicant was here before.
    pub enum LookupResult {
        /// They were, as far as can be told: a person confirms it.
        Match = "match",
        /// They may have been: a person must compare.
        PossibleMatch = "possible_match",
        /// Nobody was found who may be found.
        NoMatch = "no_match",
    }
}

words! {
    /// How far a finding goes; each tier has those before it.
    pub enum FindingTier {
        /// That they were here.
        WasHere = "was_here",
        /// What is decided of a return, and the programme.
        Standing = "standing",
        /// That HR may be talked to about them: they agreed.
        TalkToHr = "talk_to_hr",
    }
}

words! {
    /// How a field was compared, coarsely.
    pub enum EvidenceMethod {
        /// Written the same, variants of kanji and letters apart.
        Same = "same",
        /// Read the same, or may be.
        SameReading = "same_reading",
        /// A name they bore before.
        FormerName = "former_name",
        /// Nearly the same: a slip, or a part of it.
        Similar = "similar",
        /// Not the same.
        Different = "different",
        /// Not compared: not on record here.
        NotCompared = "not_compared",
    }
}

words! {
    /// How much a field says, coarsely.
    pub enum EvidenceStrength {
        /// Much for the same person: 10 bits or more.
        Strong = "strong",
        /// Something for the same person: 4 bits or more.
        Moderate = "moderate",
        /// A little for the same person.
        Weak = "weak",
        /// Nothing either way.
        None = "none",
        /// Against the same person.
        Against = "against",
    }
}

words! {
    /// What a finding may be used for.
    pub enum PermittedUse {
        /// A person looks at it; nobody is rejected by it.
        HumanReviewOnly = "human_review_only",
    }
}

words! {
    /// A way to go on with somebody who was here.
    pub enum EngagementKind {
        /// Ask HR, who knew them.
        TalkToHr = "talk_to_hr",
    }
}

words! {
    /// Why a way to go on is open.
    pub enum EngagementReason {
        /// Contact about a return is granted, by a record of consent.
        BoomerangContactGranted = "boomerang_contact_granted",
    }
}
