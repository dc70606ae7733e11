// A dashboard in TypeScript, with documents typed by GraphQL Code Generator (client preset).

import assert from "node:assert/strict";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print } from "graphql";
import { graphql } from "../out/gql/gql.js";
import { token, url } from "../token.mjs";

const Record = graphql(`
  mutation Record($input: RecordDepartureInput!) {
    recordDeparture(input: $input) {
      result { outcome alumnusId problems { pointer code } }
    }
  }
`);

const Dashboard = graphql(`
  query Dashboard($source: String!, $first: Int!, $after: String) {
    alumni(first: $first, after: $after, filter: { source: $source }, orderBy: { field: ENDED_ON, direction: ASC }) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { id displayName status latestDeparture { employmentEndedOn reason { value sourceValue } } employments { hiredOn department } }
    }
  }
`);

const bearer = await token();

async function run<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data> {
  const answer = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${bearer}`,
      "Content-Type": "application/json",
      Accept: "application/graphql-response+json",
    },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data, errors } = (await answer.json()) as { data: Data; errors?: unknown };
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

const source = "codegen";
for (const [externalId, employmentEndedOn] of [["c-1", "2023-01-31"], ["c-2", "2023-02-28"], ["c-3", "2023-03-31"]] as const) {
  const { recordDeparture } = await run(Record, {
    input: {
      source,
      record: {
        externalId,
        names: [{ kind: "LEGAL", family: "Okada", given: externalId }],
        employment: { hiredOn: "2018-04-01", department: "IT" },
        departure: { employmentEndedOn, reason: { value: "CAREER_GROWTH" } },
      },
    },
  });
  assert.equal(recordDeparture.result.outcome, "CREATED");
}

const seen: string[] = [];
let after: string | null | undefined;
do {
  const { alumni } = await run(Dashboard, { source, first: 2, after: after ?? null });
  assert.equal(alumni.totalCount, 3);
  for (const alumnus of alumni.nodes) {
    assert.equal(alumnus.status, "AWAY");
    assert.equal(alumnus.latestDeparture?.reason?.value, "CAREER_GROWTH");
    assert.equal(alumnus.employments[0]?.department, "IT");
    seen.push(alumnus.latestDeparture.employmentEndedOn);
  }
  after = alumni.pageInfo.hasNextPage ? alumni.pageInfo.endCursor : null;
} while (after);
assert.deepEqual(seen, ["2023-01-31", "2023-02-28", "2023-03-31"]);

console.log("codegen: a mutation and a query, typed, page by page");
