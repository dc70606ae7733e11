// Subscriptions by graphql-ws (graphql-transport-ws): a query over the socket, and `alumnusChanged`.

import assert from "node:assert/strict";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { leaver, token, url } from "./token.mjs";

const bearer = await token();
const schema = await (await fetch(`${url}/schema.graphql`)).text();
if (!/^type Subscription\b/m.test(schema)) {
  console.log("skipped: the service has no subscriptions yet");
  process.exit(0);
}

class WithToken extends WebSocket {
  constructor(address, protocols) {
    super(address, protocols, { headers: { authorization: `Bearer ${bearer}` } });
  }
}
const client = createClient({
  url: `${url.replace(/^http/, "ws")}/graphql`,
  webSocketImpl: WithToken,
  connectionParams: { authorization: `Bearer ${bearer}` },
  retryAttempts: 0,
});
const deadline = setTimeout(() => {
  console.error("nothing came within 60 s");
  process.exit(1);
}, 60_000);

const id = await leaver(bearer, "socket", "w-1", "2023-07-31");
const asked = client.iterate({ query: "query One($id: ID!) { alumnus(id: $id) { displayName } }", variables: { id } });
for await (const { data, errors } of asked) {
  assert.equal(errors, undefined, JSON.stringify(errors));
  assert.equal(data.alumnus.displayName, "Yui w-1 Kimura");
}

// The selection is made from the schema, so that the story need not know what the payload is called.
const field = schema.match(/^type Subscription[^{]*\{[\s\S]*?\n\}/m)[0].match(/\balumnusChanged\b[\s\S]*?\)?:\s*(\w+)/);
assert.ok(field, "there is no subscription alumnusChanged");
const changes = client.iterate({ query: "subscription { alumnusChanged { __typename } }" });
const first = changes.next();
const edit = () =>
  fetch(`${url}/v1/alumni/${id}`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/merge-patch+json" },
    body: JSON.stringify({ emails: [`yui.${Date.now()}@example.org`] }),
  });
// The subscription is not confirmed by the protocol: somebody is edited until it tells of it.
const again = setInterval(edit, 1_000);
const { value } = await first;
clearInterval(again);
assert.equal(value.errors, undefined, JSON.stringify(value.errors));
assert.ok(value.data.alumnusChanged);
await changes.return();
await client.dispose();
clearTimeout(deadline);
console.log("graphql-ws: a query over the socket, and a change as it happened");
