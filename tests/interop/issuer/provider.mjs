// An OpenID Connect provider (the library oidc-provider) behind a server of ours, which counts and can misbehave.

import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

export const AUDIENCE = 'https://furusu.test';
const CLIENT = { id: 'dashboard', secret: 'a secret of the test, and of nothing else' };

/** A private key as a JWK, with its name. */
export function key(kid, algorithm) {
  const [type, options] = {
    RSA: ['rsa', { modulusLength: 2048 }],
    'P-256': ['ec', { namedCurve: 'P-256' }],
    'P-384': ['ec', { namedCurve: 'P-384' }],
    Ed25519: ['ed25519', {}],
  }[algorithm];
  return { ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }), kid, use: 'sig' };
}

export class Issuer {
  /** How often it was asked for its keys. */
  fetches = 0;
  /** Answers in the provider's stead, while it is set. */
  mood = null;
  /** The name of the key that signs, where several could. */
  signer = undefined;

  static async start(keys) {
    const issuer = new Issuer();
    issuer.server = createServer((request, response) => {
      const forKeys = request.url === '/jwks';
      if (forKeys) issuer.fetches += 1;
      if (issuer.mood && (forKeys || request.url.startsWith('/.well-known/'))) issuer.mood(response);
      else issuer.answer(request, response);
    });
    await new Promise((done) => issuer.server.listen(0, '127.0.0.1', done));
    issuer.url = `http://127.0.0.1:${issuer.server.address().port}`;
    issuer.publish(keys);
    return issuer;
  }

  /** From now on these keys are published; which one signs is said by `signer`. */
  publish(keys) {
    const provider = new Provider(this.url, {
      jwks: { keys },
      clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, grant_types: ['client_credentials'], redirect_uris: [], response_types: [], id_token_signed_response_alg: 'ES256' }],
      cookies: { keys: ['a key of the test'] },
      ttl: { ClientCredentials: 600 },
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_, resource) => ({
            scope: 'alumni:read',
            audience: AUDIENCE,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: new URL(resource).pathname.slice(1), kid: this.signer } },
          }),
        },
      },
    });
    this.answer = provider.callback();
  }

  /** An access token, by client credentials, for furusu. */
  async token(algorithm) {
    const basic = Buffer.from(`${encodeURIComponent(CLIENT.id)}:${encodeURIComponent(CLIENT.secret)}`).toString('base64');
    const answer = await fetch(`${this.url}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'alumni:read', resource: `https://furusu.test/${algorithm}` }),
    });
    const body = await answer.json();
    if (!body.access_token) throw new Error(`the provider gives no token: ${JSON.stringify(body)}`);
    return body.access_token;
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((done) => this.server.close(done));
  }
}
