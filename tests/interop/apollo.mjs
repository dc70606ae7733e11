// Apollo Client in Node: a query, a mutation that its cache takes up, and persisted queries.

import assert from "node:assert/strict";
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { createHash } from "node:crypto";
import { leaver, token, url } from "./token.mjs";

const bearer = await token();
const id = await leaver(bearer, "apollo", "a-1", "2023-05-31");
const ONE = gql`query One($id: ID!) { alumnus(id: $id) { id displayName emails status } }`;
const EDIT = gql`
  mutation Edit($input: EditAlumnusInput!) { editAlumnus(input: $input) { alumnus { id emails } } }
`;

function client(...links) {
  const http = new HttpLink({ uri: `${url}/graphql`, headers: { authorization: `Bearer ${bearer}` } });
  return new ApolloClient({ link: ApolloLink.from([...links, http]), cache: new InMemoryCache() });
}

const plain = client();
const { data } = await plain.query({ query: ONE, variables: { id } });
assert.equal(data.alumnus.displayName, "Yui a-1 Kimura");
assert.equal(data.alumnus.status, "AWAY");

// The cache knows the person by type and id, so that the edit shows without asking again.
const emails = ["yui@example.org"];
await plain.mutate({ mutation: EDIT, variables: { input: { id, edit: { emails } } } });
assert.deepEqual(plain.readQuery({ query: ONE, variables: { id } }).alumnus.emails, emails);

// Errors come with their code.
const refused = await plain.query({ query: ONE, variables: { id: "alm_1" }, errorPolicy: "all" });
assert.ok(refused.error, "an id that is none was taken");

// Persisted queries, once the service has them: by POST, and hashed ones by GET.
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const probe = await fetch(`${url}/graphql`, {
  method: "POST",
  headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
  body: JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: sha256("nothing") } } }),
});
const persisted = (await probe.text()).match(/PersistedQueryNotFound|PERSISTED_QUERY_NOT_FOUND/);
if (persisted) {
  for (const useGETForHashedQueries of [false, true]) {
    const answer = await client(new PersistedQueryLink({ sha256, useGETForHashedQueries })).query({ query: ONE, variables: { id } });
    assert.deepEqual(answer.data.alumnus.emails, emails);
  }
  console.log("apollo: a query, a mutation, an error, persisted queries by POST and GET");
} else {
  console.log("skipped: persisted queries, which the service does not have yet; the rest passed");
}
