// An access token by client credentials (RFC 6749, section 4.4), as the GraphQL stories need one.

export const url = process.env.FURUSU_URL;

export async function token() {
  const { FURUSU_CLIENT_ID: id, FURUSU_CLIENT_SECRET: secret } = process.env;
  const basic = Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString("base64");
  const answer = await fetch(`${url}/oauth/token`, {
    method: "POST",
    headers: { Authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  if (!answer.ok) throw new Error(`no token: ${answer.status}`);
  return (await answer.json()).access_token;
}

/** Tells of somebody who left, and gives their id. */
export async function leaver(bearer, source, externalId, endedOn) {
  const answer = await fetch(`${url}/v1/departures/${source}/${externalId}`, {
    method: "PUT",
    headers: { Authorization: `Bearer ${bearer}`, "Content-Type": "application/json" },
    body: JSON.stringify({
      external_id: externalId,
      names: [{ kind: "legal", family: "Kimura", given: `Yui ${externalId}` }],
      employment: { hired_on: "2019-04-01" },
      departure: { employment_ended_on: endedOn },
    }),
  });
  if (!answer.ok) throw new Error(`not recorded: ${answer.status} ${await answer.text()}`);
  return (await answer.json()).alumnus_id;
}
