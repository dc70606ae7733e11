//! The tables, as both databases have them. A test compares this with what the migrations make.

diesel::table! {
    use diesel::sql_types::{Text};
    use furusu_domain::sql::{Doc, Instant, Uid};
    organization (id) { id -> Uid, name -> Text, time_zone -> Text, created_at -> Instant, settings -> Doc, }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use furusu_domain::sql::{Instant, Uid};
    client (organization_id, id) {
        organization_id -> Uid, id -> Uid, name -> Text, scopes -> Text, created_at -> Instant,
        revoked_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use furusu_domain::sql::{Instant, Uid};
    client_secret (organization_id, client_id, id) {
        organization_id -> Uid, client_id -> Uid, id -> Uid, hash -> Text, created_at -> Instant,
        expires_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use furusu_domain::sql::{Instant, Uid};
    signing_key (id) { id -> Uid, public_key -> Binary, sealed_key -> Binary, created_at -> Instant, }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use furusu_domain::sql::{Instant, Uid};
    person (organization_id, id) {
        organization_id -> Uid, id -> Uid, sort_key -> Text, created_at -> Instant, updated_at -> Instant,
        merged_into_id -> Nullable<Uid>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use furusu_domain::sql::{Instant, Uid};
    identity (organization_id, source, external_id) {
        organization_id -> Uid, source -> Text, external_id -> Text, person_id -> Uid, recorded_at -> Instant,
        origin_person_id -> Nullable<Uid>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use furusu_domain::sql::{Doc, Instant, Uid};
    particulars (organization_id, origin_person_id, source, version) {
        organization_id -> Uid, person_id -> Uid, origin_person_id -> Uid, source -> Text, version -> Integer, employee_number -> Nullable<Text>,
        document -> Doc, recorded_at -> Instant, superseded_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use furusu_domain::sql::Uid;
    search_key (organization_id, key, person_id) { organization_id -> Uid, key -> Text, person_id -> Uid, }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, Text};
    use furusu_domain::sql::{Day, Doc, Instant, Uid};
    employment (organization_id, id, version) {
        organization_id -> Uid, id -> Uid, version -> Integer, person_id -> Uid,
        source -> Text, external_id -> Text, sequence -> Nullable<Integer>,
        hired_on -> Day, entity -> Nullable<Text>, department -> Nullable<Text>,
        departure_id -> Nullable<Uid>, departure_version -> Nullable<Integer>,
        departure_recorded_at -> Nullable<Instant>, ended_on -> Nullable<Day>,
        separation_type -> Nullable<Text>, reason -> Nullable<Text>, document -> Doc, fingerprint -> Binary,
        source_updated_at -> Nullable<Instant>, recorded_at -> Instant, superseded_at -> Nullable<Instant>,
        origin_person_id -> Nullable<Uid>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use furusu_domain::sql::{Instant, Uid};
    merge (organization_id, id) {
        organization_id -> Uid, id -> Uid, person_id -> Uid, merged_id -> Uid, reason -> Nullable<Text>, merged_by -> Text,
        merged_at -> Instant, undone_at -> Nullable<Instant>, undone_by -> Nullable<Text>, undo_reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Bool, Nullable, Text};
    use furusu_domain::sql::{Day, Doc, Instant, Uid};
    held_record (organization_id, id) {
        organization_id -> Uid, id -> Uid, source -> Text, external_id -> Text, period -> Text, record -> Nullable<Doc>,
        source_updated_at -> Nullable<Instant>, fingerprint -> Binary, suspects -> Doc, status -> Text,
        decision -> Nullable<Text>, decided_person_id -> Nullable<Uid>, decided_by -> Nullable<Text>,
        decided_at -> Nullable<Instant>, decision_reason -> Nullable<Text>, return_due_on -> Nullable<Day>, return_told -> Bool,
        held_at -> Instant, updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use furusu_domain::sql::{Day, Uid};
    due (organization_id, due_on, employment_id, what) {
        organization_id -> Uid, due_on -> Day, employment_id -> Uid, what -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use furusu_domain::sql::{Instant, Uid};
    consent (organization_id, id) {
        organization_id -> Uid, id -> Uid, person_id -> Uid, origin_person_id -> Nullable<Uid>, purpose -> Text, recipient -> Nullable<Text>, decision -> Text,
        basis -> Text, balancing_note_id -> Nullable<Text>, channel -> Text, contact_channels -> Text,
        text_version -> Nullable<Text>, given_at -> Instant, expires_at -> Nullable<Instant>, recorded_at -> Instant,
        recorded_by -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use furusu_domain::sql::{Instant, Uid};
    consent_withdrawal (organization_id, consent_id) {
        organization_id -> Uid, consent_id -> Uid, withdrawn_at -> Instant, channel -> Text, recorded_at -> Instant,
        recorded_by -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(consent, consent_withdrawal);

diesel::table! {
    use furusu_domain::sql::{Instant, Uid};
    consent_due (organization_id, due_at, consent_id) {
        organization_id -> Uid, due_at -> Instant, consent_id -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use furusu_domain::sql::{Doc, Instant, Uid};
    event (position) {
        position -> BigInt, organization_id -> Uid, id -> Uid, person_id -> Uid, name -> Text, at -> Instant,
        document -> Doc,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use furusu_domain::sql::{Instant, Uid};
    idempotency (organization_id, key) {
        organization_id -> Uid, key -> Binary, body -> Binary, claim -> Binary, claimed_until -> Instant,
        expires_at -> Instant, answer -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary};
    use furusu_domain::sql::{Instant, Uid};
    quota (organization_id, caller, began_at) {
        organization_id -> Uid, caller -> Binary, began_at -> Instant, leased -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, SmallInt};
    use furusu_domain::sql::Uid;
    roster (tenant) {
        tenant -> BigInt, organization_id -> Uid, people -> BigInt, last_rec -> BigInt, scheme -> SmallInt,
        generation -> Integer, building -> Nullable<Integer>, built_through -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, SmallInt};
    use furusu_domain::sql::{Instant, Uid};
    match_person (rec) {
        rec -> BigInt, organization_id -> Uid, person_id -> Uid, found -> SmallInt, found_until -> Nullable<Instant>,
        portrait -> Binary, keys -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, SmallInt};
    match_key (tenant, key, found, rec) { tenant -> BigInt, key -> BigInt, found -> SmallInt, rec -> BigInt, }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use furusu_domain::sql::{Instant, Uid};
    blinding (organization_id, client_id, period) {
        organization_id -> Uid, client_id -> Uid, period -> Text, number -> Integer, created_at -> Instant,
        retired_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, SmallInt, Text};
    use furusu_domain::sql::Uid;
    name_reading (organization_id, part, written, reading, found) {
        organization_id -> Uid, part -> Text, written -> Text, reading -> Text, found -> SmallInt, people -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use furusu_domain::sql::{Doc, Instant, Uid};
    lookup (organization_id, id) {
        organization_id -> Uid, id -> Uid, at -> Instant, caller -> Text, person_id -> Nullable<Uid>,
        origin_person_id -> Nullable<Uid>, result -> Text, document -> Doc,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use furusu_domain::sql::{Instant, Uid};
    lookup_review (organization_id, id) {
        organization_id -> Uid, id -> Uid, lookup_id -> Uid, at -> Instant, caller -> Text, verdict -> Text,
        reference -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Integer};
    use furusu_domain::sql::{Doc, Instant, Uid};
    match_weights (organization_id, version) {
        organization_id -> Uid, version -> Integer, made_at -> Instant, labels -> BigInt, document -> Doc, is_used -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use furusu_domain::sql::{Doc, Instant, Uid};
    engagement_formula (organization_id, version) {
        organization_id -> Uid, version -> Integer, document -> Doc, made_at -> Instant, made_by -> Text,
        in_use_at -> Nullable<Instant>, built_through -> Nullable<Uid>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use furusu_domain::sql::{Day, Instant, Uid};
    activity (organization_id, id) {
        organization_id -> Uid, id -> Uid, person_id -> Uid, origin_person_id -> Nullable<Uid>, source -> Text, external_id -> Text,
        kind -> Text, channel -> Text, occurred_at -> Instant, day -> Day, subject_type -> Nullable<Text>,
        subject_id -> Nullable<Text>, source_updated_at -> Nullable<Instant>, version -> Integer, recorded_at -> Instant,
        updated_at -> Instant, retracted_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::Integer;
    use furusu_domain::sql::{Doc, Instant, Uid};
    activity_version (organization_id, activity_id, version) {
        organization_id -> Uid, activity_id -> Uid, version -> Integer, document -> Doc, recorded_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use furusu_domain::sql::{Instant, Uid};
    activity_tombstone (organization_id, source, external_id) {
        organization_id -> Uid, source -> Text, external_id -> Text, source_updated_at -> Nullable<Instant>, recorded_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use furusu_domain::sql::{Day, Uid};
    activity_total (organization_id, grain, begins_on, kind, channel) {
        organization_id -> Uid, grain -> Text, begins_on -> Day, kind -> Text, channel -> Text, n -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, SmallInt};
    use furusu_domain::sql::Uid;
    activity_month (organization_id, person_id, month, mode) {
        organization_id -> Uid, person_id -> Uid, month -> Integer, mode -> SmallInt, n -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, SmallInt};
    use furusu_domain::sql::Uid;
    activity_reach (organization_id, mode, month, previous) {
        organization_id -> Uid, mode -> SmallInt, month -> Integer, previous -> Integer, people -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer};
    use furusu_domain::sql::{Instant, Uid};
    engagement (organization_id, version, person_id) {
        organization_id -> Uid, version -> Integer, person_id -> Uid, score -> BigInt, last_activity_at -> Instant,
        activities -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer};
    use furusu_domain::sql::Uid;
    engagement_spread (organization_id, version, step) {
        organization_id -> Uid, version -> Integer, step -> BigInt, people -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Nullable, Text};
    use furusu_domain::sql::{Instant, Uid};
    gathering (organization_id, id) {
        organization_id -> Uid, id -> Uid, state -> Text, title -> Text, description -> Nullable<Text>, place -> Nullable<Text>,
        online_address -> Nullable<Text>, starts_at -> Instant, ends_at -> Instant, registration_deadline -> Nullable<Instant>,
        capacity -> Nullable<Integer>, final_at -> Nullable<Instant>, was_published -> Bool, moved_at -> Nullable<Instant>,
        moved_by -> Nullable<Text>, registered -> Integer, waiting -> Integer, attended -> Integer, last_place -> Integer,
        version -> Integer, created_at -> Instant, updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Nullable, Text};
    use furusu_domain::sql::{Instant, Uid};
    registration (organization_id, id) {
        organization_id -> Uid, id -> Uid, gathering_id -> Uid, person_id -> Uid, origin_person_id -> Nullable<Uid>, guest_id -> Uid, state -> Text,
        waiting_place -> Integer, registered_at -> Nullable<Instant>, attended_at -> Nullable<Instant>, is_double -> Bool,
        version -> Integer, created_at -> Instant, updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Nullable, Text};
    use furusu_domain::sql::{Instant, Uid};
    registration_step (organization_id, registration_id, version) {
        organization_id -> Uid, registration_id -> Uid, version -> Integer, state -> Text, waiting_place -> Integer,
        attended_at -> Nullable<Instant>, attended_before -> Nullable<Instant>, recorded_at -> Instant, recorded_by -> Text,
        reason -> Nullable<Text>, is_amendment -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use furusu_domain::sql::{Instant, Uid};
    calendar_feed (organization_id, id) {
        organization_id -> Uid, id -> Uid, label -> Nullable<Text>, secret -> Binary, created_at -> Instant, created_by -> Text,
        revoked_at -> Nullable<Instant>, revoked_by -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use furusu_domain::sql::{Instant, Uid};
    message (organization_id, id) {
        organization_id -> Uid, id -> Uid, person_id -> Uid, origin_person_id -> Nullable<Uid>, source -> Text, external_id -> Text,
        channel -> Text, purpose -> Text, campaign -> Nullable<Text>, subject_type -> Nullable<Text>, subject_id -> Nullable<Text>,
        sent_at -> Instant, delivered_at -> Nullable<Instant>, opened_at -> Nullable<Instant>, clicked_at -> Nullable<Instant>,
        replied_at -> Nullable<Instant>, bounced_at -> Nullable<Instant>, bounce -> Nullable<Text>, consent_id -> Nullable<Uid>,
        basis -> Nullable<Text>, text_version -> Nullable<Text>, lack -> Nullable<Text>, permission_id -> Nullable<Uid>,
        source_updated_at -> Nullable<Instant>, version -> Integer, recorded_at -> Instant, updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::Integer;
    use furusu_domain::sql::{Doc, Instant, Uid};
    message_version (organization_id, message_id, version) {
        organization_id -> Uid, message_id -> Uid, version -> Integer, document -> Doc, recorded_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use furusu_domain::sql::{Instant, Uid};
    contact_permission (organization_id, id) {
        organization_id -> Uid, id -> Uid, person_id -> Uid, origin_person_id -> Nullable<Uid>, channel -> Text, purpose -> Text,
        consent_id -> Uid, granted_at -> Instant, granted_to -> Text, held_until -> Instant, message_id -> Nullable<Uid>,
    }
}

diesel::table! {
    use furusu_domain::sql::{Instant, Uid};
    figure_due (organization_id, id, person_id) { organization_id -> Uid, id -> Uid, person_id -> Uid, at -> Instant, }
}

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Nullable, Text};
    use furusu_domain::sql::Uid;
    audience (organization_id, person_id) {
        organization_id -> Uid, person_id -> Uid, is_alumnus -> Bool, is_contactable -> Bool, department -> Nullable<Text>,
        entity -> Nullable<Text>, cohort -> Nullable<Integer>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Integer, Text};
    use furusu_domain::sql::Uid;
    audience_total (organization_id, is_contactable, department, entity, cohort) {
        organization_id -> Uid, is_contactable -> Bool, department -> Text, entity -> Text, cohort -> Integer, n -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Integer, Nullable, Text};
    use furusu_domain::sql::{Day, Uid};
    leaving (organization_id, employment_id) {
        organization_id -> Uid, employment_id -> Uid, person_id -> Uid, ended_on -> Day, department -> Nullable<Text>,
        entity -> Nullable<Text>, cohort -> Nullable<Integer>, returned_on -> Nullable<Day>, away_days -> Nullable<Integer>,
        away_years -> Nullable<Integer>, left_again_on -> Nullable<Day>, stayed_years -> Nullable<Integer>,
        is_same_reason -> Nullable<Bool>,
    }
}

diesel::table! {
    use diesel::sql_types::{Text, Timestamp};
    __diesel_schema_migrations (version) { version -> Text, run_on -> Timestamp, }
}

// People without a portrait are found by asking both.
diesel::allow_tables_to_appear_in_same_query!(person, match_person);
// Whom a source names is looked up beside what people are found by.
diesel::allow_tables_to_appear_in_same_query!(search_key, identity);
// A lookup begins with what the organization goes by, all of it at once.
diesel::allow_tables_to_appear_in_same_query!(organization, match_weights, roster);
