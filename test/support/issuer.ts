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
  /** The published keys. A test may change them. */
  keys: JWK[];
  /** Members that are added to the discovery document, or replace its own. */
  document: Record<string, unknown>;
  /** How it answers: normally, with an error, or not at all. */
  mood: 'WELL' | 'FAILING' | 'SILENT' | 'NONSENSE';
  /** The requested paths. */
  asked: string[];
  /** A token of the issuer, with the given differences. */
  token(key: Key, claims?: JWTPayload, header?: Record<string, unknown>): Promise<string>;
}

export const audience = 'api://rolewright';

/**
 * An issuer of access tokens on this machine. A test controls its keys and its answers. It ends with the
 * test.
 */
export async function startTestIssuer(t: Test, ...keys: Key[]): Promise<TestIssuer> {
  const server = createServer((request, response) => {
    issuer.asked.push(request.url ?? '');
    if (issuer.mood === 'SILENT') return;
    if (issuer.mood === 'FAILING') return void response.writeHead(500).end('{}');
    const documents: Record<string, object> = {
      '/.well-known/openid-configuration': {
        issuer: issuer.url,
        jwks_uri: `${issuer.url}/keys`,
        ...issuer.document,
      },
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
      const usual = {
        iss: url,
        aud: audience,
        sub: 'alice',
        iat: now,
        exp: now + 600,
        groups: ['rolewright-administrators'],
      };
      return new SignJWT({ ...usual, ...claims })
        .setProtectedHeader({ alg, kid, ...header })
        .sign(privateKey);
    },
  };
  return issuer;
}
