"""GraphQL by gql: the schema is fetched, documents are checked against it, a mutation and a query run."""

import os

import requests
from gql import Client, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXTransport

URL = os.environ["FURUSU_URL"]


def token() -> str:
    form = {"grant_type": "client_credentials"}
    credentials = (os.environ["FURUSU_CLIENT_ID"], os.environ["FURUSU_CLIENT_SECRET"])
    answer = requests.post(f"{URL}/oauth/token", data=form, auth=credentials, timeout=10)
    answer.raise_for_status()
    return answer.json()["access_token"]


transport = HTTPXTransport(url=f"{URL}/graphql", headers={"Authorization": f"Bearer {token()}"})
with Client(transport=transport, fetch_schema_from_transport=True) as session:
    mutation = gql(
        """
        mutation Record($input: RecordDepartureInput!) {
          recordDeparture(input: $input) { result { outcome alumnusId departureId problems { pointer code } } }
        }
        """
    )
    record = {
        "externalId": "g-1",
        "names": [{"kind": "LEGAL", "family": "Suzuki", "given": "Ken"}],
        "employment": {"hiredOn": "2020-10-01"},
        "departure": {"employmentEndedOn": "2023-03-31", "reason": {"value": "NEW_FIELD"}},
    }
    mutation.variable_values = {"input": {"source": "gql", "record": record}}
    told = session.execute(mutation)["recordDeparture"]["result"]
    assert told["outcome"] == "CREATED", told

    query = gql("query One($id: ID!) { alumnus(id: $id) { displayName status latestDeparture { employmentEndedOn reason { value } } } }")
    query.variable_values = {"id": told["alumnusId"]}
    alumnus = session.execute(query)["alumnus"]
    assert alumnus["displayName"] == "Ken Suzuki" and alumnus["status"] == "AWAY", alumnus
    assert alumnus["latestDeparture"]["employmentEndedOn"] == "2023-03-31", alumnus

    # Somebody applies: were they here before?
    asking = gql("mutation Was($input: LookUpApplicantInput!) { lookUpApplicant(input: $input) { finding { id result evidence { field method } } } }")
    asking.variable_values = {"input": {"applicant": {"names": [{"full": "鈴木 健"}], "birthOn": "1990-01-01"}}}
    finding = session.execute(asking)["lookUpApplicant"]["finding"]
    assert finding["id"].startswith("lkp_") and finding["result"] in ("MATCH", "POSSIBLE_MATCH", "NO_MATCH"), finding

    # What the service refuses has its code.
    mutation.variable_values = {"input": {"source": "gql", "record": {**record, "names": []}}}
    try:
        session.execute(mutation)
    except TransportQueryError as refused:
        assert refused.errors[0]["extensions"]["code"] == "invalid", refused.errors
    else:
        raise AssertionError("a record without a name was taken")

print("gql: the schema, a mutation, a query, a lookup, a refusal")
