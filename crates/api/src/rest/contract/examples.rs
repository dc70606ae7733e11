//! Examples: what callers send, and what they are answered. They are of one story, and each is valid.

mod gatherings;
mod messages;

use serde_json::{Value, json};
use utoipa::Modify;
use utoipa::openapi::{Content, RefOr};

use super::each_operation;

const ALUMNUS: &str = "alm_0198c7d2a4b07c3e9f1a2b3c4d5e6f70";
const EMPLOYMENT: &str = "emp_0198c7d2a4b07c3e9f1a2b3c4d5e6f71";
const DEPARTURE: &str = "dep_0198c7d2a4b07c3e9f1a2b3c4d5e6f72";
const CLIENT: &str = "cli_0198c7d2a4b07c3e9f1a2b3c4d5e6f01";
const MERGED: &str = "alm_0198c7d2a4b07c3e9f1a2b3c4d5e6f73";
const MERGE: &str = "mrg_0198c7d2a4b07c3e9f1a2b3c4d5e6f74";
const HELD: &str = "hld_0198c7d2a4b07c3e9f1a2b3c4d5e6f75";
const LOOKUP: &str = "lkp_0198c7d2a4b07c3e9f1a2b3c4d5e6f76";
const REVIEW: &str = "rev_0198c7d2a4b07c3e9f1a2b3c4d5e6f77";
const ACTIVITY: &str = "act_0198c7d2a4b07c3e9f1a2b3c4d5e6f78";
const RECORDED_AT: &str = "2024-04-01T09:30:00Z";

/// What an operation is sent, or answers with a status.
fn example(operation: &str, place: &str) -> Option<Value> {
    let value = match (operation, place) {
        ("recordDeparture", "request") => record("10084"),
        ("recordDeparture", "200") => recorded("updated", "10084"),
        ("recordDeparture", "201") => recorded("created", "10084"),
        ("recordDeparture", "202") => json!({
            "index": 0, "external_id": "10084", "outcome": "held", "alumnus_id": null, "employment_id": null, "departure_id": null,
            "held_record_id": HELD, "problems": [],
        }),
        ("recordDepartures", "request") => json!({ "source": "hris", "records": [record("10084")] }),
        ("recordDepartures", "200") => json!({ "results": [recorded("unchanged", "10084")] }),
        ("getDepartureRecord", "200") => json!({
            "source": "hris", "alumnus_id": ALUMNUS, "employment_id": EMPLOYMENT, "departure_id": DEPARTURE,
            "departure_status": "effective", "recorded_at": RECORDED_AT, "record": record_known(), "withheld": ["evaluation"],
        }),
        ("listDepartures", "200") => json!({ "data": [departure()], "next": null }),
        ("listAlumni" | "searchAlumni", "200") => json!({ "data": [alumnus()], "next": null }),
        ("searchAlumni", "request") => json!({ "search": "Sato", "limit": 10 }),
        ("getAlumnus", "200") => {
            let mut alumnus = alumnus();
            alumnus["employments"] = json!([employment()]);
            alumnus
        }
        ("editAlumnus", "request") => json!({ "emails": ["hanako@example.com"], "preferred_name": { "given": "Hana" } }),
        ("editAlumnus", "200") => {
            let mut alumnus = alumnus();
            alumnus["emails"] = json!(["hanako@example.com"]);
            alumnus["employments"] = json!([employment()]);
            alumnus
        }
        ("listEmployments", "200") => json!({ "data": [employment()] }),
        ("listDeparturesOfAlumnus", "200") => {
            let mut history = departure();
            history["versions"] = json!([departure()]);
            json!({ "data": [history] })
        }
        ("recordActivity", "request") => json!({ "source": "events", "record": activity_told() }),
        ("recordActivity", "200") => activity_recorded("unchanged"),
        ("recordActivity", "201") => activity_recorded("created"),
        ("recordActivities", "request") => json!({ "source": "events", "records": [activity_told()] }),
        ("recordActivities", "200") => json!({ "results": [activity_recorded("created")] }),
        ("getActivity", "200") => activity(),
        ("listActivities", "200") => json!({ "data": [activity()], "next": null }),
        ("getTimeline", "200") => json!({ "data": [{
            "id": format!("engagement.recorded:{ACTIVITY}"), "kind": "engagement.recorded", "title": "Took part",
            "occurred_at": "2024-04-20T09:00:00Z", "occurred_on": "2024-04-20", "recorded_at": "2024-04-21T00:10:00Z",
            "about": "event_attended", "employment_id": null, "departure_id": null, "version": null, "consent_id": null,
            "merge_id": null, "merged_id": null, "lookup_id": null, "activity_id": ACTIVITY,
        }], "next": null }),
        ("getEngagement", "200") => json!({
            "alumnus_id": ALUMNUS, "score": 1.5, "level": 1, "last_activity_at": "2024-04-20T09:00:00Z", "activity_count": 1,
            "as_of": "2024-10-17T09:00:00Z", "formula_version": 1, "trend": -0.62,
            "contributions": [{
                "source": "events", "external_id": "2024-04-hanami/10084", "kind": "event_attended",
                "occurred_at": "2024-04-20T09:00:00Z", "points": 3.0, "counts": true, "contribution": 1.5,
            }],
        }),
        ("listEngagementFormulas", "200") => json!({ "data": [formula(1, "in_use")] }),
        ("changeEngagementFormula", "request") => json!({
            "half_life_days": 365,
            "kinds": [{ "kind": "event_attended", "points": 4.0 }, { "kind": "choir", "mode": "experiential", "points": 2.0, "cap": 12 }],
        }),
        ("changeEngagementFormula", "201") => formula(2, "building"),
        ("listMetrics", "200") => json!({
            "data": [{
                "id": "engaged.share", "definition": metric_definition(), "has_window": true,
                "by": ["department", "entity", "exit_cohort", "mode"], "every": ["month", "quarter"],
            }],
        }),
        ("getMetric", "200") => json!({
            "id": "engaged.share", "definition": metric_definition(), "as_of": RECORDED_AT,
            "window": { "from": "2023-05-01", "to": "2024-04-30", "every": null }, "by": ["mode"], "within_years": null, "floor": 5,
            "total": metric_cell(json!([]), 77, 160), "totals": [],
            "cells": [
                metric_cell(json!([{ "by": "mode", "key": "experiential" }]), 34, 160),
                {
                    "group": [{ "by": "mode", "key": "volunteer" }], "from": null, "to": null, "value": null, "numerator": null,
                    "denominator": null, "low": null, "high": null, "hidden": "small", "provisional": false,
                },
            ],
        }),
        ("listConsents", "200") => json!({ "data": [consent()], "next": null }),
        ("recordConsent", "request") => json!({
            "purpose": "job_offers", "decision": "granted", "basis": "consent", "channel": "portal", "contact_channels": ["email"],
            "text_version": "2024-04", "given_at": "2024-04-02T01:00:00Z", "expires_at": "2027-04-02T01:00:00Z",
        }),
        ("recordConsent", "201") => consent(),
        ("withdrawConsent", "request") => json!({ "channel": "email", "withdrawn_at": "2025-10-01T03:00:00Z" }),
        ("withdrawConsent", "200") => {
            let mut consent = consent();
            consent["state"] = json!("withdrawn");
            consent["withdrawal"] = json!({
                "withdrawn_at": "2025-10-01T03:00:00Z", "channel": "email", "recorded_at": "2025-10-01T04:00:00Z",
                "recorded_by": CLIENT,
            });
            consent
        }
        ("getOrganization", "200") => organization(),
        ("editOrganization", "request") => json!({ "returning_applicants": { "basis": "consent", "own_mail_domains": ["example.com"] } }),
        ("editOrganization", "200") => {
            let mut organization = organization();
            organization["returning_applicants"]["basis"] = json!("consent");
            organization["returning_applicants"]["own_mail_domains"] = json!(["example.com"]);
            organization
        }
        ("mergeAlumni", "request") => json!({ "merged_id": MERGED, "reason": "The same passport" }),
        ("mergeAlumni", "201") => merge(),
        ("listMerges", "200") => json!({ "data": [merge()] }),
        ("unmergeAlumni", "request") => json!({ "reason": "Twins" }),
        ("unmergeAlumni", "200") => {
            let mut undone = merge();
            undone["undone_at"] = json!("2024-04-03T08:00:00Z");
            undone["undone_by"] = json!("operator");
            undone["undo_reason"] = json!("Twins");
            undone
        }
        ("listHeldRecords", "200") => json!({ "data": [held()], "next": null }),
        ("getHeldRecord", "200") => held(),
        ("decideHeldRecord", "request") => json!({ "decision": "same_person", "alumnus_id": ALUMNUS }),
        ("decideHeldRecord", "200") => {
            let mut decided = held();
            decided["status"] = json!("decided");
            decided["record"] = Value::Null;
            decided["verdict"] = json!({
                "decision": "same_person", "alumnus_id": ALUMNUS, "decided_by": "operator", "decided_at": RECORDED_AT, "reason": null,
            });
            decided.as_object_mut().into_iter().for_each(|held| drop(held.remove("withheld")));
            json!({ "held_record": decided, "result": recorded("created", "E-77") })
        }
        ("lookUpApplicant", "request") => applicant(),
        ("lookUpApplicant", "200") => finding(),
        ("lookUpApplicants", "request") => json!({ "applicants": [applicant()] }),
        ("lookUpApplicants", "200") => json!({ "results": [{ "index": 0, "finding": finding(), "problems": [] }] }),
        ("getFinding", "200") => {
            let mut finding = finding();
            finding["reviews"] = json!([review()]);
            finding
        }
        ("reviewFinding", "request") => json!({ "verdict": "confirmed", "reference": "gh-17" }),
        ("reviewFinding", "201") => review(),
        ("listDisclosures", "200") => json!({ "data": [disclosure()], "next": null }),
        ("issueToken", "200") => {
            let scope = "departures:write departures:read alumni:read";
            json!({ "access_token": "eyJhbGciOiJFZERTQSJ9.e30.c2ln", "token_type": "Bearer", "expires_in": 900, "scope": scope })
        }
        ("issueToken", "400") => json!({ "error": "invalid_request", "error_description": "grant_type is missing" }),
        ("issueToken", "401") => json!({ "error": "invalid_client", "error_description": "the client's credentials are not good" }),
        ("issueToken", "429") => json!({ "error": "temporarily_unavailable", "error_description": "too many at once" }),
        _ => return gatherings::example(operation, place).or_else(|| messages::example(operation, place)),
    };
    Some(value)
}

fn merge() -> Value {
    json!({
        "id": MERGE, "alumnus_id": ALUMNUS, "merged_id": MERGED, "reason": "The same passport", "merged_by": "operator",
        "merged_at": RECORDED_AT, "undone_at": null, "undone_by": null, "undo_reason": null,
    })
}

fn held() -> Value {
    let line = |field: &str, level: &str, bits: f64, sides: Option<[&str; 2]>| {
        let [left, right] = sides.map_or([None, None], |sides| sides.map(Some));
        json!({ "field": field, "level": level, "bits": bits, "left": left, "right": right })
    };
    let evidence = [
        line("prior", "everybody", -10.0, None),
        line("family", "same", 6.7, Some(["S…", "S…"])),
        line("given", "same", 8.3, Some(["H…", "H…"])),
        line("birth_on", "same", 12.1, Some(["1988-…", "1988-…"])),
    ];
    let mut record = record_known();
    record["external_id"] = json!("E-77");
    json!({
        "id": HELD, "source": "payroll", "external_id": "E-77", "status": "waiting",
        "suspects": [{ "alumnus_id": ALUMNUS, "probability": 0.999_993, "is_away": true, "evidence": evidence }],
        "record": record, "verdict": null, "held_at": RECORDED_AT, "updated_at": RECORDED_AT, "withheld": ["record.evaluation"],
    })
}

fn applicant() -> Value {
    json!({
        "names": [{ "full": "Hanako Sato" }, { "kind": "former", "family": "Yamada" }],
        "birth_on": "1985-05-05",
        "identifiers": [{ "kind": "email", "value": "hanako@example.com" }],
        "application": { "ats": "greenhouse", "candidate_id": "4711", "region": "JP" },
        "applicant_notice": { "version": "2024-04", "shown_at": "2024-04-01T09:00:00Z" },
    })
}

fn application() -> Value {
    json!({ "ats": "greenhouse", "candidate_id": "4711", "application_id": null, "job_id": null, "entity": null, "region": "JP" })
}

fn evidence() -> Value {
    json!([
        { "field": "family", "method": "same", "strength": "moderate" },
        { "field": "given", "method": "same", "strength": "moderate" },
        { "field": "birth", "method": "same", "strength": "strong" },
        { "field": "email", "method": "different", "strength": "against" },
    ])
}

fn finding() -> Value {
    json!({
        "id": LOOKUP, "at": RECORDED_AT, "expires_at": "2024-05-01T09:30:00Z", "result": "match", "probability": 0.987,
        "evidence": evidence(), "tier": "standing",
        "standing": { "value": "undetermined", "employment_ended_on": "2024-03-31" }, "programme": null, "engagement_options": [],
        "permitted_use": "human_review_only", "too_common": [], "basis": "legitimate_interest", "purpose": "application",
        "application": application(), "applicant_notice": { "version": "2024-04", "shown_at": "2024-04-01T09:00:00Z" },
        "review_url": format!("https://furusu.example.com/v1/returning-applicants/lookups/{LOOKUP}/reviews"),
        "disclosure_id": LOOKUP, "explanation_id": LOOKUP, "alumnus_id": null, "explanation": null, "runners_up": null, "reviews": [],
        "withheld": ["alumnus_id", "explanation", "runners_up"],
    })
}

fn review() -> Value {
    json!({ "id": REVIEW, "lookup_id": LOOKUP, "at": "2024-04-02T08:00:00Z", "verdict": "confirmed", "reference": "gh-17" })
}

fn disclosure() -> Value {
    json!({
        "id": LOOKUP, "at": RECORDED_AT, "caller": CLIENT, "purpose": "application", "application": application(),
        "basis": "legitimate_interest", "sent": ["name", "birth_date", "email"],
        "applicant_notice": { "version": "2024-04", "shown_at": "2024-04-01T09:00:00Z" }, "result": "match", "probability": 0.987,
        "tier": "standing", "evidence": evidence(), "standing": { "value": "undetermined", "employment_ended_on": "2024-03-31" },
        "engagement_options": [],
    })
}

fn name() -> Value {
    json!({ "kind": "legal", "family": "Sato", "given": "Hanako" })
}

/// A name with every member, as it is answered.
fn name_known() -> Value {
    json!({
        "kind": "legal", "family": "Sato", "given": "Hanako", "middle": null, "family_kana": null, "given_kana": null,
        "valid_from": null, "valid_to": null,
    })
}

fn record(external_id: &str) -> Value {
    json!({
        "external_id": external_id, "names": [name()], "birth_on": "1988-05-05", "emails": ["h.sato@example.com"],
        "employment": { "hired_on": "2018-04-01", "department": "Sales", "employment_type": { "source_value": "Regular" } },
        "departure": {
            "employment_ended_on": "2024-03-31",
            "separation_type": { "value": "voluntary", "source_value": "Resignation" },
            "reason": { "value": "study", "source_value": "Going back to university" },
        },
    })
}

fn record_known() -> Value {
    json!({
        "external_id": "10084", "sequence": null, "employee_number": null, "source_updated_at": null, "entity": null,
        "names": [name_known()], "birth_on": "1988-05-05", "emails": ["h.sato@example.com"], "phones": null, "postal_code": null,
        "address": null,
        "employment": {
            "hired_on": "2018-04-01", "original_hired_on": null, "status": null,
            "employment_type": { "value": null, "source_value": "Regular" }, "department": "Sales", "job_title": null, "location": null,
            "contract_end_on": null, "manager": null,
        },
        "departure": {
            "employment_ended_on": "2024-03-31", "last_worked_on": null, "paid_through_on": null, "notified_on": null,
            "separation_type": { "value": "voluntary", "source_value": "Resignation" },
            "reason": { "value": "study", "source_value": "Going back to university" }, "reason_secondary": [], "regrettable": null,
            "exit": exit(), "rehire": rehire(),
        },
        "evaluation": null,
    })
}

fn exit() -> Value {
    json!({ "notice_kept": null, "handover_done": null, "interview_held": null })
}

fn rehire() -> Value {
    json!({ "value": null, "source_value": null, "reason": null, "authorised_by": null })
}

fn recorded(outcome: &str, external_id: &str) -> Value {
    json!({
        "index": 0, "external_id": external_id, "outcome": outcome, "alumnus_id": ALUMNUS, "employment_id": EMPLOYMENT,
        "departure_id": DEPARTURE, "held_record_id": null, "problems": [],
    })
}

fn departure() -> Value {
    json!({
        "id": DEPARTURE, "alumnus_id": ALUMNUS, "employment_id": EMPLOYMENT, "source": "hris", "external_id": "10084",
        "status": "effective", "version": 1, "recorded_at": RECORDED_AT, "superseded_at": null,
        "employment_ended_on": "2024-03-31", "last_worked_on": null, "paid_through_on": null, "notified_on": null,
        "department": "Sales", "entity": null, "job_title": null,
        "separation_type": { "value": "voluntary", "source_value": "Resignation" },
        "reason": { "value": "study", "source_value": "Going back to university" }, "reason_secondary": [], "regrettable": null,
        "exit": exit(), "rehire": rehire(),
    })
}

fn employment() -> Value {
    json!({
        "id": EMPLOYMENT, "alumnus_id": ALUMNUS, "source": "hris", "external_id": "10084", "sequence": null,
        "hired_on": "2018-04-01", "original_hired_on": null, "entity": null, "status": { "value": "ended", "source_value": null },
        "employment_type": { "value": null, "source_value": "Regular" }, "department": "Sales", "job_title": null, "location": null,
        "contract_end_on": null, "manager": null, "departure": departure(), "recorded_at": RECORDED_AT, "withheld": ["evaluation"],
    })
}

fn alumnus() -> Value {
    json!({
        "id": ALUMNUS, "merged_ids": [], "status": "away", "display_name": "Hanako Sato", "names": [name_known()], "birth_on": "1988-05-05",
        "employee_number": null, "emails": ["h.sato@example.com"], "phones": [], "postal_code": null, "address": null,
        "deceased": false, "latest_departure": departure(), "returned_on": null, "created_at": RECORDED_AT, "updated_at": RECORDED_AT,
    })
}

fn metric_definition() -> Value {
    json!({
        "version": 1, "title": "Engaged share", "unit": "share", "state": "available",
        "numerator": "alumni with at least one activity in the window", "denominator": "contactable alumni, now",
    })
}

fn metric_cell(group: Value, numerator: i64, denominator: i64) -> Value {
    let band = furusu_domain::figures::wilson(numerator, denominator);
    let value = furusu_domain::figures::Measure::share(numerator, denominator).value;
    json!({
        "group": group, "from": null, "to": null, "value": value, "numerator": numerator, "denominator": denominator,
        "low": band.map(|band| band.0), "high": band.map(|band| band.1), "hidden": null, "provisional": false,
    })
}

fn consent() -> Value {
    json!({
        "id": "cns_0198c7d2a4b07c3e9f1a2b3c4d5e6f73", "alumnus_id": ALUMNUS, "purpose": "job_offers", "recipient": null,
        "decision": "granted", "basis": "consent", "balancing_note_id": null, "channel": "portal", "contact_channels": ["email"],
        "text_version": "2024-04", "given_at": "2024-04-02T01:00:00Z", "expires_at": "2027-04-02T01:00:00Z", "state": "in_force",
        "timing": "after_end", "weak": false, "withdrawal": null, "recorded_at": "2024-04-02T01:00:03Z", "recorded_by": CLIENT,
    })
}

fn organization() -> Value {
    json!({
        "id": "org_0198c7d2a4b07c3e9f1a2b3c4d5e6f00", "name": "Example KK", "time_zone": "Asia/Tokyo",
        "returning_applicants": {
            "basis": "legitimate_interest", "match_at": 0.95, "possible_match_at": 0.5, "expected_share": null, "own_mail_domains": [], "telephone_region": "JP",
        },
        "contact_cap": { "messages": 4, "days": 30 },
        "created_at": RECORDED_AT,
    })
}

/// Puts the examples where they belong.
pub(super) struct Examples;

/// Types of answers that are given beside JSON.
const TABLES: [&str; 2] = ["text/csv", "application/x-ndjson"];

impl Modify for Examples {
    fn modify(&self, contract: &mut utoipa::openapi::OpenApi) {
        each_operation(contract, |operation| {
            let id = operation.operation_id.clone().unwrap_or_default();
            let show = |content: &mut RefOr<Content>, place: &str| {
                if let RefOr::T(content) = content {
                    content.example = example(&id, place);
                }
            };
            if let Some(RefOr::T(body)) = &mut operation.request_body {
                body.content.values_mut().for_each(|content| show(content, "request"));
            }
            for (status, response) in &mut operation.responses.responses {
                if let RefOr::T(response) = response {
                    // Of tables no example is given: it would not be JSON.
                    let of_json = response.content.iter_mut().filter(|(kind, _)| !TABLES.contains(&kind.as_str()));
                    of_json.for_each(|(_, content)| show(content, status));
                }
            }
        });
    }
}

fn activity_told() -> Value {
    json!({
        "external_id": "2024-04-hanami/10084", "person": { "source": "hris", "external_id": "10084" }, "kind": "event_attended",
        "channel": "in_person", "occurred_at": "2024-04-20T09:00:00Z", "subject": { "type": "gathering", "id": "2024-04-hanami" },
    })
}

fn activity_recorded(outcome: &str) -> Value {
    json!({
        "index": 0, "external_id": "2024-04-hanami/10084", "outcome": outcome, "activity_id": ACTIVITY, "alumnus_id": ALUMNUS,
        "problems": [],
    })
}

fn activity() -> Value {
    json!({
        "id": ACTIVITY, "alumnus_id": ALUMNUS, "source": "events", "external_id": "2024-04-hanami/10084", "kind": "event_attended",
        "mode": "experiential", "channel": "in_person", "occurred_at": "2024-04-20T09:00:00Z",
        "subject": { "type": "gathering", "id": "2024-04-hanami" }, "source_updated_at": null, "version": 1,
        "recorded_at": "2024-04-21T00:10:00Z", "updated_at": "2024-04-21T00:10:00Z", "retracted_at": null,
    })
}

fn formula(version: i32, state: &str) -> Value {
    let made = (version > 1).then_some(RECORDED_AT);
    json!({
        "version": version, "state": state, "half_life_days": 180,
        "kinds": [{ "kind": "event_attended", "mode": "experiential", "points": 3.0, "cap": null }],
        "levels": [1.0, 3.0, 7.0, 15.0, 30.0], "made_at": made, "made_by": made.map(|_| CLIENT), "in_use_at": null,
    })
}
