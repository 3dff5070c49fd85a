import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import type { Test } from 'tap';

export interface Key {
  kid: string;
  alg: string;
  privateKey: CryptoKey;
  publicJwk: JWK;
}

export async function makeKey(kid: string, alg = 'ES256'): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

export interface TestIssuer {
  url: string;
  /** What it publishes; a test may change it. */
  keys: JWK[];
  /** What the discovery document says beside, or instead. */
  document: Record<string, unknown>;
  /** What it answers: itself, an error, nothing. */
  mood: 'WELL' | 'FAILING' | 'SILENT' | 'NONSENSE';
  /** The paths that it was asked for. */
  asked: string[];
  /** A token as the issuer makes them, but for what is said. */
  token(key: Key, claims?: JWTPayload, header?: Record<string, unknown>): Promise<string>;
}

export const audience = 'api://rolewright';

/** An issuer of access tokens on this machine, whose keys and moods a test decides. It ends with the test. */
export async function startTestIssuer(t: Test, ...keys: Key[]): Promise<TestIssuer> {
  const server = createServer((request, response) => {
    issuer.asked.push(request.url ?? '');
    if (issuer.mood === 'SILENT') return;
    if (issuer.mood === 'FAILING') return void response.writeHead(500).end('{}');
    const documents: Record<string, object> = {
      '/.well-known/openid-configuration': { issuer: issuer.url, jwks_uri: `${issuer.url}/keys`, ...issuer.document },
      '/keys': { keys: issuer.keys },
    };
    const document = documents[request.url ?? ''];
    response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' });
    response.end(issuer.mood === 'NONSENSE' ? '<html>' : JSON.stringify(document ?? {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: TestIssuer = {
    url,
    keys: keys.map(({ publicJwk }) => publicJwk),
    document: {},
    mood: 'WELL',
    asked: [],
    token: ({ kid, alg, privateKey }, claims = {}, header = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const usual = { iss: url, aud: audience, sub: 'alice', iat: now, exp: now + 600, groups: ['rolewright-administrators'] };
      return new SignJWT({ ...usual, ...claims }).setProtectedHeader({ alg, kid, ...header }).sign(privateKey);
    },
  };
  return issuer;
}
