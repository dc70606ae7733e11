"""An HR system and a dashboard in Python, with a client made from openapi.yaml by openapi-python-client."""

import datetime
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "out" / "python"))

from furusu_client import AuthenticatedClient, Client
from furusu_client.api.alumni import edit_alumnus, get_alumnus, list_alumni
from furusu_client.api.authentication import issue_token
from furusu_client.api.departures import record_departure, record_departures
from furusu_client.api.returning_applicants import look_up_applicant, review_finding
from furusu_client.models import (
    Alumnus,
    AlumniPage,
    DepartureRecordInput,
    EditAlumnus,
    Finding,
    FindingReview,
    LookUpApplicant,
    Problem,
    RecordDepartures,
    RecordedDeparture,
    RecordedDepartures,
    ReviewFinding,
    TokenRequest,
    TokenResponse,
)

URL = os.environ["FURUSU_URL"]
SOURCE = "python"


def token() -> str:
    form = TokenRequest(
        grant_type="client_credentials",
        client_id=os.environ["FURUSU_CLIENT_ID"],
        client_secret=os.environ["FURUSU_CLIENT_SECRET"],
    )
    answer = issue_token.sync(client=Client(base_url=URL), body=form)
    assert isinstance(answer, TokenResponse), answer
    return answer.access_token


def leaver(external_id: str, ended_on: str) -> DepartureRecordInput:
    return DepartureRecordInput.from_dict(
        {
            "external_id": external_id,
            "names": [{"kind": "legal", "family": "Lund", "given": f"Rosa {external_id}"}],
            "employment": {"hired_on": "2016-04-01", "department": "Design"},
            "departure": {"employment_ended_on": ended_on, "separation_type": {"value": "voluntary"}},
        }
    )


def main() -> None:
    client = AuthenticatedClient(base_url=URL, token=token())

    # Departures go in, one by one.
    ids = []
    for external_id, ended_on in [("p-1", "2023-09-30"), ("p-2", "2023-10-31"), ("p-3", "2023-11-30")]:
        told = record_departure.sync(SOURCE, external_id, client=client, body=leaver(external_id, ended_on))
        assert isinstance(told, RecordedDeparture), told
        assert told.outcome == "created" and told.alumnus_id
        ids.append(told.alumnus_id)

    # The list is followed to its end, page by page.
    seen = []
    page = list_alumni.sync(client=client, source=SOURCE, sort="ended_on", limit=2)
    while True:
        assert isinstance(page, AlumniPage), page
        seen += [alumnus.id for alumnus in page.data]
        if page.next_ is None:
            break
        page = list_alumni.sync(client=client, source=SOURCE, sort="ended_on", limit=2, after=page.next_)
    assert seen == ids, seen

    # One of them in full: dates are dates.
    found = get_alumnus.sync(ids[0], client=client)
    assert isinstance(found, Alumnus), found
    assert found.status == "away" and found.latest_departure
    assert found.latest_departure.employment_ended_on == datetime.date(2023, 9, 30)

    # The alumni office edits.
    edited = edit_alumnus.sync(ids[0], client=client, body=EditAlumnus(emails=["rosa@example.org"]))
    assert isinstance(edited, Alumnus) and edited.emails == ["rosa@example.org"], edited

    # A batch tells what became of each.
    records = [leaver("p-3", "2023-11-30"), leaver("p-4", "2015-01-01")]
    batch = record_departures.sync(client=client, body=RecordDepartures(source=SOURCE, records=records))
    assert isinstance(batch, RecordedDepartures), batch
    assert [result.outcome for result in batch.results] == ["unchanged", "rejected"]

    # What is wrong comes back as a problem, every fault with its place.
    wrong = record_departure.sync(SOURCE, "p-5", client=client, body=leaver("p-6", "2015-01-01"))
    assert isinstance(wrong, Problem) and wrong.status == 422 and wrong.errors, wrong
    faults = {(fault.pointer, fault.code) for fault in wrong.errors}
    assert ("/external_id", "differs_from_path") in faults, faults

    missing = get_alumnus.sync("alm_00000000000000000000000000000000", client=client)
    assert isinstance(missing, Problem) and missing.code == "not_found", missing

    # Somebody applies: were they here before?
    asked = LookUpApplicant.from_dict(
        {
            "names": [{"full": "Lund Rosa p-1"}],
            "birth_on": "1990-01-01",
            "identifiers": [{"kind": "email", "value": "rosa@example.org"}],
            "application": {"ats": "example", "candidate_id": "17"},
        }
    )
    finding = look_up_applicant.sync(client=client, body=asked)
    assert isinstance(finding, Finding), finding
    assert finding.application.candidate_id == "17" and finding.permitted_use == "human_review_only", finding
    review = review_finding.sync(finding.id, client=client, body=ReviewFinding(verdict="advanced", reference="17"))
    assert isinstance(review, FindingReview) and review.verdict == "advanced", review
    print("python: token, departures, pages, one alumnus, an edit, a batch, a problem, a lookup and its review")


main()
