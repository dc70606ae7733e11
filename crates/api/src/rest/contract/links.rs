//! Links: what can be asked next, with what an answer holds. The next page of a list is none of them: it repeats every
//! filter, and a link cannot say "if it was there". The header `Link` and `next` lead there.

use utoipa::Modify;
use utoipa::openapi::RefOr;
use utoipa::openapi::link::Link;

use super::each_operation;

/// A link: the operation and status that it is followed from, where it leads, and what it is called with.
struct Follow(&'static str, &'static [&'static str], &'static str, &'static str, &'static [(&'static str, &'static str)]);

const ALUMNUS: &[(&str, &str)] = &[("id", "$response.body#/alumnus_id")];
const SELF: &[(&str, &str)] = &[("id", "$response.body#/id")];
const FIRST: &[(&str, &str)] = &[("id", "$response.body#/data/0/id")];
const CONSENT: &[(&str, &str)] = &[("id", "$response.body#/alumnus_id"), ("consent_id", "$response.body#/id")];
const SAME_RECORD: &[(&str, &str)] = &[("source", "$request.path.source"), ("external_id", "$request.path.external_id")];

const LINKS: &[Follow] = &[
    Follow("recordDeparture", &["200", "201"], "alumnus", "getAlumnus", ALUMNUS),
    Follow("recordDeparture", &["200", "201"], "record", "getDepartureRecord", SAME_RECORD),
    Follow("recordDeparture", &["200", "201"], "departures", "listDeparturesOfAlumnus", ALUMNUS),
    Follow("recordDepartures", &["200"], "firstAlumnus", "getAlumnus", &[("id", "$response.body#/results/0/alumnus_id")]),
    Follow("getDepartureRecord", &["200"], "alumnus", "getAlumnus", ALUMNUS),
    Follow("listAlumni", &["200"], "firstAlumnus", "getAlumnus", FIRST),
    Follow("searchAlumni", &["200"], "firstAlumnus", "getAlumnus", FIRST),
    Follow("listDepartures", &["200"], "firstAlumnus", "getAlumnus", &[("id", "$response.body#/data/0/alumnus_id")]),
    Follow(
        "listDepartures",
        &["200"],
        "firstRecord",
        "getDepartureRecord",
        &[("source", "$response.body#/data/0/source"), ("external_id", "$response.body#/data/0/external_id")],
    ),
    Follow("getAlumnus", &["200"], "edit", "editAlumnus", SELF),
    Follow("getAlumnus", &["200"], "employments", "listEmployments", SELF),
    Follow("getAlumnus", &["200"], "departures", "listDeparturesOfAlumnus", SELF),
    Follow("getAlumnus", &["200"], "consents", "listConsents", SELF),
    Follow("getAlumnus", &["200"], "recordConsent", "recordConsent", SELF),
    Follow("getAlumnus", &["200"], "merges", "listMerges", SELF),
    Follow("getAlumnus", &["200"], "activities", "listActivities", SELF),
    Follow("getAlumnus", &["200"], "engagement", "getEngagement", SELF),
    Follow("getAlumnus", &["200"], "timeline", "getTimeline", SELF),
    Follow("recordActivity", &["200", "201"], "activity", "getActivity", &[("id", "$response.body#/activity_id")]),
    Follow("recordActivity", &["200", "201"], "engagement", "getEngagement", ALUMNUS),
    Follow("recordActivity", &["200", "201"], "activities", "listActivities", ALUMNUS),
    Follow("listActivities", &["200"], "firstActivity", "getActivity", FIRST),
    Follow("getAlumnus", &["200"], "registrations", "listRegistrationsOfAlumnus", SELF),
    Follow("getAlumnus", &["200"], "messages", "listMessages", SELF),
    Follow("recordMessage", &["200", "201"], "message", "getMessage", &[("id", "$response.body#/message_id")]),
    Follow("recordMessage", &["200", "201"], "messages", "listMessages", ALUMNUS),
    Follow("listMessages", &["200"], "firstMessage", "getMessage", FIRST),
    Follow("askContactPermission", &["200"], "messages", "listMessages", ALUMNUS),
    Follow("listGatherings", &["200"], "firstGathering", "getGathering", FIRST),
    Follow("planGathering", &["201"], "gathering", "getGathering", SELF),
    Follow("planGathering", &["201"], "edit", "editGathering", SELF),
    Follow("planGathering", &["201"], "move", "moveGathering", SELF),
    Follow("planGathering", &["201"], "enrol", "enrolGuest", SELF),
    Follow("getGathering", &["200"], "registrations", "listRegistrations", SELF),
    Follow("getGathering", &["200"], "calendar", "getGatheringCalendar", SELF),
    Follow("getGathering", &["200"], "enrolAll", "enrolGuests", SELF),
    Follow("enrolGuest", &["200", "201"], "registration", "getRegistration", SELF),
    Follow("enrolGuest", &["200", "201"], "move", "moveRegistration", SELF),
    Follow("enrolGuest", &["200", "201"], "gathering", "getGathering", &[("id", "$response.body#/gathering_id")]),
    Follow("listRegistrations", &["200"], "firstRegistration", "getRegistration", FIRST),
    Follow("getRegistration", &["200"], "alumnus", "getAlumnus", ALUMNUS),
    Follow("offerCalendarFeed", &["201"], "revoke", "revokeCalendarFeed", SELF),
    Follow("mergeAlumni", &["201"], "alumnus", "getAlumnus", ALUMNUS),
    Follow("mergeAlumni", &["201"], "undo", "unmergeAlumni", &[("id", "$response.body#/alumnus_id"), ("merge_id", "$response.body#/id")]),
    Follow("unmergeAlumni", &["200"], "restored", "getAlumnus", &[("id", "$response.body#/merged_id")]),
    Follow("recordDeparture", &["202"], "heldRecord", "getHeldRecord", &[("id", "$response.body#/held_record_id")]),
    Follow("listHeldRecords", &["200"], "firstHeldRecord", "getHeldRecord", FIRST),
    Follow("getHeldRecord", &["200"], "decide", "decideHeldRecord", SELF),
    Follow("decideHeldRecord", &["200"], "heldRecord", "getHeldRecord", &[("id", "$response.body#/held_record/id")]),
    Follow("getAlumnus", &["200"], "disclosures", "listDisclosures", SELF),
    Follow("lookUpApplicant", &["200"], "finding", "getFinding", SELF),
    Follow("lookUpApplicant", &["200"], "review", "reviewFinding", SELF),
    Follow("getFinding", &["200"], "review", "reviewFinding", SELF),
    Follow("reviewFinding", &["201"], "finding", "getFinding", &[("id", "$response.body#/lookup_id")]),
    Follow("editAlumnus", &["200"], "alumnus", "getAlumnus", SELF),
    Follow("recordConsent", &["201"], "withdraw", "withdrawConsent", CONSENT),
    Follow("recordConsent", &["201"], "consents", "listConsents", ALUMNUS),
    Follow("withdrawConsent", &["200"], "consents", "listConsents", ALUMNUS),
];

/// Puts the links on their responses.
pub(super) struct Links;

impl Modify for Links {
    fn modify(&self, contract: &mut utoipa::openapi::OpenApi) {
        each_operation(contract, |operation| {
            let id = operation.operation_id.clone().unwrap_or_default();
            for Follow(_, statuses, name, to, with) in LINKS.iter().filter(|link| link.0 == id) {
                for status in *statuses {
                    let Some(RefOr::T(response)) = operation.responses.responses.get_mut(*status) else { continue };
                    let mut link = Link::builder().operation_id(*to);
                    for (parameter, expression) in *with {
                        link = link.parameter(*parameter, *expression);
                    }
                    response.links.insert((*name).to_owned(), link.build().into());
                }
            }
        });
    }
}
