// An HR system and a dashboard in TypeScript, with types made from openapi.yaml by openapi-typescript.

import assert from "node:assert/strict";
import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "../out/openapi.js";

type DepartureRecord = components["schemas"]["DepartureRecordInput"];
type Problem = components["schemas"]["Problem"];

const baseUrl = setting("FURUSU_URL");
const api = createClient<paths>({ baseUrl });

function setting(name: string): string {
  const value = process.env[name];
  assert.ok(value, `${name} is not set`);
  return value;
}

/** Asks for a token, as OAuth 2.0 has it: a form, and the credentials in it. */
async function token(): Promise<string> {
  const { data, error } = await api.POST("/oauth/token", {
    body: {
      grant_type: "client_credentials",
      client_id: setting("FURUSU_CLIENT_ID"),
      client_secret: setting("FURUSU_CLIENT_SECRET"),
    },
    bodySerializer: (body) => new URLSearchParams(body as Record<string, string>),
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  });
  assert.ok(data, JSON.stringify(error));
  return data.access_token;
}

const bearer = await token();
const authorize: Middleware = {
  onRequest({ request }) {
    request.headers.set("Authorization", `Bearer ${bearer}`);
    return request;
  },
};
api.use(authorize);

const source = "typescript";
function leaver(external_id: string, employment_ended_on: string): DepartureRecord {
  return {
    external_id,
    names: [{ kind: "legal", family: "Moreau", given: `Inès ${external_id}` }],
    emails: [`${external_id}@example.com`],
    employment: { hired_on: "2016-04-01", department: "Design", employment_type: { source_value: 7 } },
    departure: { employment_ended_on, reason: { value: "study", source_value: "back to school" } },
  };
}

// Departures go in, one by one.
const ids: string[] = [];
for (const [external_id, ended_on] of [["t-1", "2023-09-30"], ["t-2", "2023-10-31"], ["t-3", "2023-11-30"]] as const) {
  const { data, error, response } = await api.PUT("/v1/departures/{source}/{external_id}", {
    params: { path: { source, external_id } },
    body: leaver(external_id, ended_on),
  });
  assert.ok(data, JSON.stringify(error));
  assert.equal(response.status, 201);
  assert.equal(data.outcome, "created");
  assert.ok(data.alumnus_id && data.departure_id);
  ids.push(data.alumnus_id);
}

// The list is followed to its end, page by page.
const seen: string[] = [];
let after: string | null = null;
do {
  const page: { data: components["schemas"]["Alumnus"][]; next: string | null } = await alumni(after);
  seen.push(...page.data.map((alumnus) => alumnus.id));
  after = page.next;
} while (after);
assert.deepEqual(seen, ids);

async function alumni(after: string | null) {
  const query = { source, sort: "ended_on" as const, limit: 2, ...(after ? { after } : {}) };
  const { data, error } = await api.GET("/v1/alumni", { params: { query } });
  assert.ok(data, JSON.stringify(error));
  return data;
}

// One of them in full; what a member may be is known without a cast.
const path = { id: ids[0] ?? "" };
const found = await api.GET("/v1/alumni/{id}", { params: { path } });
assert.ok(found.data);
assert.equal(found.data.status, "away");
const department: string | null | undefined = found.data.latest_departure?.department;
assert.equal(department, "Design");
assert.equal(found.data.latest_departure?.reason?.value, "study");
assert.equal(found.data.employments?.[0]?.employment_type?.source_value, "7");

// The alumni office edits: null takes its word back.
const edited = await api.PATCH("/v1/alumni/{id}", {
  params: { path },
  body: { emails: ["ines@example.org"], preferred_name: { given: "Inès" }, address: null },
  headers: { "Content-Type": "application/merge-patch+json" },
});
assert.deepEqual(edited.data?.emails, ["ines@example.org"]);

// A batch tells what became of each.
const batch = await api.POST("/v1/departures/batch", {
  body: { source, records: [leaver("t-3", "2023-11-30"), leaver("t-4", "2015-01-01")] },
});
assert.deepEqual(batch.data?.results.map((result) => result.outcome), ["unchanged", "rejected"]);
assert.equal(batch.data?.results[1]?.problems[0]?.code, "before");

// What is wrong comes back as a problem with a type of its own, every fault with its place.
const wrong = await api.PUT("/v1/departures/{source}/{external_id}", {
  params: { path: { source, external_id: "t-5" } },
  body: { ...leaver("t-5", "2023-13-01"), birth_on: "yesterday" },
});
assert.equal(wrong.response.status, 422);
assert.ok(wrong.error);
const problem: Problem = wrong.error;
assert.equal(problem.code, "invalid");
const faults = (problem.errors ?? []).map((fault) => fault.pointer);
assert.deepEqual(faults.sort(), ["/birth_on", "/departure/employment_ended_on"]);

const missing = await api.GET("/v1/alumni/{id}", { params: { path: { id: "alm_00000000000000000000000000000000" } } });
assert.equal(missing.error?.code, "not_found");

// Somebody applies: were they here before?
const applicant: components["schemas"]["LookUpApplicant"] = {
  names: [{ full: "Rosa T-1 Lund" }],
  identifiers: [{ kind: "email", value: "rosa@example.org" }],
  application: { ats: "example", candidate_id: "17" },
};
const finding = await api.POST("/v1/returning-applicants/lookups", { body: applicant, headers: { "Idempotency-Key": "typescript-17" } });
assert.ok(finding.data);
assert.equal(finding.data.application.candidate_id, "17");
assert.equal(finding.data.permitted_use, "human_review_only");
const review = await api.POST("/v1/returning-applicants/lookups/{id}/reviews", {
  params: { path: { id: finding.data.id } },
  body: { verdict: "advanced", reference: "17" },
});
assert.equal(review.data?.verdict, "advanced");

// What the contract does not have does not compile.
// @ts-expect-error: no such reason
const reason: components["schemas"]["RecordableReason"] = "boredom";
// @ts-expect-error: withheld is only ever read
const withheld: components["schemas"]["RecordableReason"] = "withheld";
// @ts-expect-error: a name has a family name or a given one
const nameless: components["schemas"]["PersonNameInput"] = { kind: "legal" };
void [reason, withheld, nameless];

console.log("typescript: token, departures, pages, one alumnus, an edit, a batch, a problem, a lookup and its review");
