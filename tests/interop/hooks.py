"""What JSON Schema cannot say of a request, made so in requests that are meant to be good.

Requests that are meant to be bad stay as they are, but for batches, which must be all or none to be refused.
"""

import os
import uuid
from urllib.parse import unquote, urlsplit

import requests
import schemathesis


def is_meant_to_be_good(case) -> bool:
    return case.meta is not None and case.meta.generation.mode.is_positive


def is_bad(case, place: str) -> bool:
    if case.meta is None:
        return False
    return any(location.value == place and part.mode.is_negative for location, part in case.meta.components.items())


@schemathesis.hook
def before_call(context, case, kwargs):
    query, body = case.query, case.body
    operation = case.operation.definition.raw.get("operationId")
    if operation == "executeGraphql" and isinstance(body, list):
        # A batch is answered in its place one by one. The contract leaves batches out, so that a client has one type.
        case.body = {}
        return
    if not is_meant_to_be_good(case):
        # A batch is answered with 200 and rejects its bad records one by one, unless it is all or none.
        if operation == "recordDepartures" and is_bad(case, "body") and not is_bad(case, "query"):
            case.query = {**(query or {}), "atomic": "true"}
        return
    believable_headers(case, operation)
    for asked in (query, body if operation == "searchAlumni" else None):
        if isinstance(asked, dict):
            believable_question(asked)
            if asked.get("after") is not None:
                real_cursor(case, asked)
    if operation == "recordDeparture" and isinstance(body, dict):
        # The path and the body name the same record.
        body["external_id"] = unquote(urlsplit(url_of(case)).path.rsplit("/", 1)[1])
        believable_record(body)
    if operation == "recordDepartures" and isinstance(body, dict):
        # A batch is taken whatever its records are, unless it is atomic.
        for record in body["records"]:
            believable_record(record)
    if operation == "recordConsent" and isinstance(body, dict):
        believable_word(body)
    if operation == "lookUpApplicant" and isinstance(body, dict):
        # A batch answers each applicant alone.
        believable_applicant(body)
    if operation == "decideHeldRecord" and isinstance(body, dict):
        # Somebody known is named with that decision, and only then.
        body["alumnus_id"] = "alm_00000000000000000000000000000000" if body["decision"] == "same_person" else None
    if operation == "withdrawConsent" and isinstance(body, dict):
        # Since now: when it was given is not known here.
        body.pop("withdrawn_at", None)
    if operation == "editOrganization" and isinstance(body, dict):
        believable_settings(body)
    if operation == "changeEngagementFormula" and isinstance(body, dict):
        believable_formula(body)
    if operation == "recordActivity" and isinstance(body, dict):
        # Nobody is known by an id that was guessed, but anything can be taken back.
        body["record"] = {"external_id": body["record"]["external_id"], "retracted": True}
    if operation == "getEngagement" and query:
        # What will be cannot be asked for.
        query.pop("at", None)
    if operation == "getMetric":
        believable_metric(case)
    if operation == "executeGraphql" and isinstance(body, dict) and len(body.get("query") or "") % 2:
        # Half of the documents are ones that run.
        body.update(query="{ __typename }", operationName=None)
    if operation == "issueToken" and isinstance(body, dict) and body.get("client_secret"):
        # Nobody guesses credentials: those with a secret are given a true one.
        body.update(client_id=os.environ["FURUSU_CLIENT_ID"], client_secret=os.environ["FURUSU_CLIENT_SECRET"])
        body.pop("scope", None)


def believable_metric(case):
    # What goes with which metric is told by the catalogue: of departures over any time everything is.
    case.path_parameters["id"] = "departures.count"
    query = case.query or {}
    query.pop("within_years", None)
    if query.get("by") is not None:
        query["by"] = "department,exit_cohort"
    if query.get("from") is not None or query.get("to") is not None:
        query["from"], query["to"] = "2024-01-01", "2025-12-31"
    case.query = query


def believable_formula(body):
    # Thresholds rise, and nothing but 0 is worth less than a thousandth.
    if body.get("levels") is not None:
        body["levels"] = [1, 2, 3, 5, 8]
    for kind in body.get("kinds") or []:
        # A new kind has a mode and points, a known one keeps its mode, and there are a hundred at most.
        kind["kind"], kind["mode"] = f"interop_{len(kind['kind']) % 20}", "experiential"
        kind["points"] = max(1, kind.get("points") or 1)


def believable_headers(case, operation):
    headers = case.headers or {}
    # A key names one request, and what has changed since cannot be guessed.
    if headers.get("Idempotency-Key") is not None:
        headers["Idempotency-Key"] = str(uuid.uuid4())
    if operation in ("recordDeparture", "editAlumnus", "editOrganization"):
        headers.pop("If-Match", None)
        headers.pop("If-None-Match", None)


def url_of(case) -> str:
    return case.as_transport_kwargs(base_url=os.environ["FURUSU_URL"])["url"]


def believable_question(asked):
    # What will be known cannot be asked for: the moment must have been.
    if asked.get("known_at") is not None:
        asked["known_at"] = min(asked["known_at"], "2026-01-01T00:00:00Z")
    # Punctuation begins no name. Patterns that every tool reads cannot tell it from letters beyond ASCII.
    if asked.get("search") and not any(letter.isalnum() for letter in asked["search"]):
        asked["search"] = "a"


def real_cursor(case, asked):
    """A cursor is good for the very question it came with, so that question is asked first."""
    del asked["after"]
    before = {**asked, "limit": 1}
    url = url_of(case)
    headers = {"Authorization": f"Bearer {os.environ['FURUSU_TOKEN']}"}
    if asked is case.query:
        answer = requests.get(url, params=before, headers=headers, timeout=10)
    else:
        answer = requests.post(url, json=before, headers=headers, timeout=10)
    if answer.ok and answer.json()["next"]:
        asked["after"] = answer.json()["next"]


REACHING = ("newsletter", "events", "job_offers", "boomerang_contact", "referral", "mentoring", "collaboration", "research_survey")


def believable_word(said):
    """What goes with the purpose, the decision and the basis, and moments in their order."""
    is_grant = said["decision"] == "granted"
    if is_grant and said.get("basis") in (None, "none"):
        said["basis"] = "contract"
    if is_grant and said["basis"] == "consent":
        said["text_version"] = "2026-04"
    said["balancing_note_id"] = "note" if said.get("basis") == "legitimate_interest" else None
    said["recipient"] = "Example Search KK" if said["purpose"] == "third_party" else None
    if said["purpose"] not in REACHING:
        said["contact_channels"] = []
    if said.get("given_at") is not None:
        said["given_at"] = "2026-01-01T00:00:00Z"
    if said.get("expires_at") is not None:
        said["expires_at"] = "2126-01-01T00:00:00Z" if is_grant else None


IDENTIFIERS = {
    "email": "aya@example.com",
    "phone": "090-0000-0001",
    "postal_code": "100-0001",
    "address": "東京都千代田区千代田1-1",
    "employee_number": "E1",
}


def believable_applicant(asked):
    """Somebody with a name, and identifiers that are what their kind says; not blinded: nobody guesses a secret."""
    asked.pop("blinding", None)
    asked["names"] = [{**name, "full": "Aya Ito"} for name in asked.get("names") or [{}]]
    # The kinds beyond these are of blinded lookups.
    kinds = [one["kind"] for one in asked.get("identifiers") or []]
    asked["identifiers"] = [{"kind": kind, "value": IDENTIFIERS[kind]} for kind in kinds if kind in IDENTIFIERS]
    if asked.get("birth_on") is not None:
        asked["birth_on"] = "昭和60年4月2日"
    if asked.get("applicant_notice") is not None:
        asked["applicant_notice"]["shown_at"] = "2026-01-01T00:00:00Z"


def believable_settings(edit):
    """A zone and a region that there are, and a possible match that does not begin above a match."""
    if "time_zone" in edit:
        edit["time_zone"] = "Asia/Tokyo"
    settings = edit.get("returning_applicants")
    if isinstance(settings, dict):
        if settings.get("telephone_region") is not None:
            settings["telephone_region"] = "JP"
        at = settings.pop("match_at", None) or settings.get("possible_match_at")
        settings.pop("possible_match_at", None)
        if settings.get("expected_share") is not None:
            settings["expected_share"] = min(settings["expected_share"], 0.999)
        if at is not None:
            # The last number before 1 is read as 1.
            at = min(at, 0.999)
            settings.update(match_at=at, possible_match_at=at)


def believable_record(record):
    """Dates in the order of a life, and an end for who is said to have left."""
    record.pop("birth_on", None)
    record.pop("source_updated_at", None)
    # Earlier ids may be those of two people.
    record.pop("previous_external_ids", None)
    for name in record["names"]:
        name.pop("valid_to", None)
    employment, departure = record["employment"], record.get("departure")
    if departure is None:
        employment.pop("status", None)
    elif departure["employment_ended_on"] < employment["hired_on"]:
        employment["hired_on"], departure["employment_ended_on"] = departure["employment_ended_on"], employment["hired_on"]
