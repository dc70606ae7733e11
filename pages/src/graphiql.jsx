// GraphiQL on this service. The token comes from the form above it (token.js) and goes into a header, nowhere else.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { GraphiQL } from "graphiql";
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { buildSchema, introspectionFromSchema } from "graphql";
import { createClient } from "graphql-ws";
import "graphiql/style.css";
import "./graphiql.css";

const WORKERS = { json: JSON_WORKER, graphql: GRAPHQL_WORKER };
globalThis.MonacoEnvironment = {
  getWorker: (_, label) => new Worker(`/pages/${WORKERS[label] ?? EDITOR_WORKER}`, { name: label }),
};

const QUERY = `# Enter an access token above, then run this
# with Ctrl-Enter. Ctrl-Space completes; the
# book at the left opens the schema.

query FirstAlumni($first: Int!) {
  alumni(first: $first, orderBy: { field: NAME, direction: ASC }) {
    totalCount
    nodes {
      id
      displayName
      status
      employments {
        department
        hiredOn
      }
      departures {
        employmentEndedOn
        status
      }
    }
    pageInfo {
      endCursor
      hasNextPage
    }
  }
}
`;

const authorization = () => {
  const token = globalThis.furusu.token();
  return token ? { Authorization: `Bearer ${token}` } : {};
};

const withToken = (input, init) => {
  const own = Object.fromEntries(new Headers(init.headers));
  const headers = { ...authorization(), ...own, accept: "application/graphql-response+json, application/json" };
  // What the caller typed under Headers goes before the token of the form.
  if (own.authorization) delete headers.Authorization;
  return fetch(input, { ...init, headers, credentials: "omit" });
};

const socket = new URL("/graphql", location.href);
socket.protocol = socket.protocol === "https:" ? "wss:" : "ws:";

const ask = createGraphiQLFetcher({
  url: "/graphql",
  fetch: withToken,
  wsClient: createClient({ url: socket.href, lazy: true, connectionParams: authorization }),
});

// Without a token the service tells nobody its schema by introspection; the contract says the same to everybody.
let contract;
const published = () =>
  (contract ??= fetch("/schema.graphql", { credentials: "omit" })
    .then((answer) => answer.text())
    .then((text) => ({ data: introspectionFromSchema(buildSchema(text)) })));

const fetcher = (request, options) =>
  request.operationName === "IntrospectionQuery" && !globalThis.furusu.token() && !options?.headers?.Authorization
    ? published()
    : ask(request, options);

createRoot(document.getElementById("graphiql")).render(
  <StrictMode>
    <GraphiQL
      fetcher={fetcher}
      defaultQuery={QUERY}
      initialVariables={'{ "first": 3 }'}
      defaultEditorToolsVisibility="variables"
      shouldPersistHeaders={false}
      showPersistHeadersSettings={false}
    >
      <GraphiQL.Logo>
        <span />
      </GraphiQL.Logo>
    </GraphiQL>
  </StrictMode>,
);
