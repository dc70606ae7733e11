// Shows that furusu takes the access tokens of a real OpenID Connect provider, whatever happens to the provider.
// Usage: node run.mjs FURUSU. Everything listens on 127.0.0.1; the exit code tells whether all went well.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createPrivateKey, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AUDIENCE, Issuer, key } from './provider.mjs';

const furusu = resolve(process.argv[2] ?? 'target/debug/furusu');
const folder = mkdtempSync(join(tmpdir(), 'furusu-issuer-'));
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const say = (text) => console.log(`ok  ${text}`);

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

const base = `http://127.0.0.1:${await freePort()}`;

/** Runs a command of furusu to its end, while the providers go on. */
async function run(env, ...args) {
  const command = spawn(furusu, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  command.stdout.setEncoding('utf8').on('data', (more) => { text += more; });
  const status = await new Promise((done) => command.once('close', done));
  return { status, text };
}

async function ask(token, path = '/v1/alumni') {
  const answer = await fetch(base + path, { headers: { authorization: `Bearer ${token}` } });
  await answer.arrayBuffer();
  return answer.status;
}

/** The token with a header that names a key which nobody has. */
function naming(token, kid) {
  const [header, ...rest] = token.split('.');
  const named = { ...JSON.parse(Buffer.from(header, 'base64url')), kid };
  return [Buffer.from(JSON.stringify(named)).toString('base64url'), ...rest].join('.');
}

async function until(what, isSo, seconds = 30) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await wait(50)) if (await isSo()) return;
  assert.fail(`waited in vain: ${what}`);
}

const every = [key('rsa', 'RSA'), key('p256', 'P-256'), key('p384', 'P-384'), key('ed', 'Ed25519')];
const old = key('old', 'P-256');
const main = await Issuer.start(every);
const turning = await Issuer.start([old]);
const flooded = await Issuer.start([old]);
const failing = {
  down: await Issuer.start([old]),
  slow: await Issuer.start([old]),
  rubbish: await Issuer.start([old]),
  huge: await Issuer.start([old]),
  empty: await Issuer.start([old]),
};
const all = [main, turning, flooded, ...Object.values(failing)];

let service;
try {
  const organization = (await run({}, 'organization', 'create', 'Kanda KK')).text.trim();
  const issuers = JSON.stringify(all.map(({ url }) => ({ issuer: url, audience: AUDIENCE, organization })));
  const fine = await run({ FURUSU_ISSUERS: issuers }, 'check');
  assert.equal(fine.status, 0, fine.text);
  const environment = { FURUSU_ISSUERS: issuers, FURUSU_LISTEN: new URL(base).host, FURUSU_PUBLIC_URL: base, FURUSU_LOG: 'off' };
  service = spawn(furusu, ['serve'], { cwd: folder, env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
  await until('furusu is ready', () => fetch(`${base}/readyz`).then((answer) => answer.ok, () => false));

  for (const algorithm of ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA']) {
    const token = await main.token(algorithm);
    assert.equal(await ask(token), 200, algorithm);
    assert.equal(await ask(token, '/v1/departures'), 403, `${algorithm}: a scope that it lacks`);
    say(`${algorithm}: an access token of the provider is let in, as far as its scope goes`);
  }
  for (const algorithm of ['RS384', 'RS512', 'PS512', 'Ed25519']) {
    assert.equal(await ask(await main.token(algorithm)), 401, algorithm);
  }
  say('algorithms that are not in the list are refused');
  const foreign = await turning.token('ES256');
  assert.equal(await ask(foreign), 200);
  const signed = (await main.token('ES256')).split('.').slice(0, 2).join('.');
  const elsewhere = { key: createPrivateKey({ key: old, format: 'jwk' }), dsaEncoding: 'ieee-p1363' };
  assert.equal(await ask(`${signed}.${sign('sha256', Buffer.from(signed), elsewhere).toString('base64url')}`), 401);
  say("one issuer's signature is worth nothing under another's name");

  // A new key is published, then signs, while clients go on.
  const next = key('next', 'P-256');
  let goesOn = true;
  const seen = { old: 0, next: 0, refused: 0 };
  const client = async () => {
    while (goesOn) {
      const token = await turning.token('ES256');
      const { kid } = JSON.parse(Buffer.from(token.split('.')[0], 'base64url'));
      if ((await ask(token)) === 200) seen[kid] += 1;
      else seen.refused += 1;
    }
  };
  const clients = Array.from({ length: 6 }, client);
  await wait(1000);
  turning.signer = 'old';
  turning.publish([old, next]);
  await wait(300);
  turning.signer = 'next';
  await wait(2000);
  turning.publish([next]);
  await wait(1000);
  goesOn = false;
  await Promise.all(clients);
  assert.ok(seen.old > 10 && seen.next > 10, JSON.stringify(seen));
  assert.equal(seen.refused, 0, JSON.stringify(seen));
  say(`keys are exchanged under load: ${seen.old} tokens of the old key, ${seen.next} of the new one, none refused`);

  // Tokens that nobody has seen yet, for when there is no provider to give them.
  const kept = {};
  for (const [name, issuer] of Object.entries(failing)) {
    kept[name] = [];
    for (let n = 0; n < 6; n += 1) kept[name].push(await issuer.token('ES256'));
  }
  await failing.down.stop();
  failing.slow.mood = () => {};
  failing.rubbish.mood = (response) => response.end('<html>maintenance</html>');
  failing.huge.mood = (response) => response.end(`{"keys":[${'{},'.repeat(1_000_000)}{}]}`);
  failing.empty.mood = (response) => response.end('{"keys":[]}');
  for (const [name, issuer] of Object.entries(failing)) {
    const since = Date.now();
    const unknown = ask(naming(kept[name].pop(), 'unknown'));
    await wait(100);
    for (const token of kept[name].splice(0, 2)) assert.equal(await ask(token), 200, `${name}: meanwhile`);
    const meanwhile = Date.now() - since;
    assert.equal(await unknown, 401);
    const took = Date.now() - since;
    assert.ok(took < 7000, `${name}: whoever needs the keys waits ${took} ms`);
    if (name === 'slow') assert.ok(meanwhile < took, 'others do not wait with them');
    if (name !== 'down') assert.ok(issuer.fetches >= 2, `${name}: it was asked again`);
    for (const token of kept[name]) assert.equal(await ask(token), 200, `${name}: afterwards`);
    say(`a provider that is ${name} locks nobody out`);
  }
  const wrong = await run({ FURUSU_ISSUERS: issuers }, 'check');
  assert.equal(wrong.status, 1);
  for (const name of ['down', 'slow', 'rubbish', 'huge', 'empty']) assert.ok(wrong.text.includes(failing[name].url), wrong.text);
  say('furusu check says which issuers cannot be used');

  // Unknown keys, for somewhat more than a minute.
  const token = await flooded.token('ES256');
  const before = flooded.fetches;
  let sent = 0;
  for (const end = Date.now() + 65_000; Date.now() < end; await wait(20)) {
    assert.equal(await ask(naming(token, `unknown ${sent}`)), 401);
    sent += 1;
  }
  const asked = flooded.fetches - before;
  assert.ok(asked >= 1 && asked <= 2, `${asked} fetches in 65 s`);
  say(`${sent} unknown keys in 65 s made furusu ask ${asked} times`);

  // By now a minute has passed, and the old key is no longer published.
  assert.equal(await ask(foreign), 401);
  say('a token falls with its key');
} catch (error) {
  console.error(`FAILED  ${error.message}`);
  process.exitCode = 1;
} finally {
  if (service) {
    const ended = new Promise((done) => service.once('exit', done));
    service.kill('SIGTERM');
    await ended;
  }
  for (const issuer of all) await issuer.stop().catch(() => {});
  rmSync(folder, { recursive: true, force: true });
}
