import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import {
  clientBasedCORS,
  consoleClient,
  createInteractionPolicy,
  loadExistingGrant,
  logInNamedUsers,
  logoutSource,
} from './issuer-console.ts';

/**
 * The users of the sandbox, each with the group of one role. Each is a client of the issuer, with this
 * secret.
 */
export const personas = ['viewer', 'operator', 'auditor', 'administrator'] as const;
export type Persona = (typeof personas)[number];
export const personaSecret = 'sandbox';
const groupOf = (persona: string) => `rolewright-${persona}s`;

export interface SandboxIssuer {
  /** The issuer's name: http://127.0.0.1:PORT, or the configured URL. */
  url: string;
  /** Gets a new access token, valid for twelve hours. */
  token(persona: Persona): Promise<string>;
  close(): Promise<void>;
}

export interface IssuerOptions {
  host: string;
  port: number;
  /** The issuer in the tokens. By default, the address that it listens on. */
  url?: string;
  audience: string;
  keyFile: string;
}

const tokenSeconds = 12 * 3600;
/** A person's token is short, and is refreshed. */
const personSeconds = 300;

/** The client of the command line, which has no secret. People log in as a persona, with any password. */
const people = {
  client_id: 'rolewright',
  token_endpoint_auth_method: 'none',
  application_type: 'native',
  grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  // The port of a loopback address may be any (RFC 8252).
  redirect_uris: ['http://127.0.0.1/'],
  response_types: ['code'],
};
const isForPeople = (clientId: string) => [people.client_id, consoleClient.client_id].includes(clientId);

/**
 * A real issuer of access tokens for `audience` on this machine (npm oidc-provider). Its key is stored in
 * `keyFile`, so that its tokens stay valid after a restart; logins end with it. For development only: anyone on
 * this machine can get any token.
 */
export async function startIssuer(options: IssuerOptions): Promise<SandboxIssuer> {
  const { host, port, audience, keyFile } = options;
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  const address = `http://${host}:${(server.address() as AddressInfo).port}`;
  const url = options.url ?? address;
  server.on('request', await providerOf(url, audience, await signingKey(keyFile)));
  return {
    url,
    token: (persona) => getToken(address, persona),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

/** Gets a new access token of the sandbox's issuer at `address`. */
export async function getToken(address: string, persona: Persona): Promise<string> {
  const authorization = `Basic ${Buffer.from(`${persona}:${personaSecret}`).toString('base64')}`;
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  const answer = await fetch(`${address}/token`, { method: 'POST', headers: { authorization }, body });
  if (!answer.ok) throw new Error(`the sandbox's issuer answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { access_token: string }).access_token;
}

async function providerOf(url: string, audience: string, key: JWK) {
  const { interactionPolicy, Provider } = await import('./quiet-provider.ts');
  const provider = new Provider(url, {
    clients: [
      people,
      consoleClient,
      ...personas.map((persona) => ({
        client_id: persona,
        client_secret: personaSecret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      })),
    ],
    jwks: { keys: [key] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    clientBasedCORS,
    loadExistingGrant,
    interactions: { policy: createInteractionPolicy(interactionPolicy, personas) },
    features: {
      devInteractions: { enabled: true },
      deviceFlow: { enabled: true },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => `urn:${audience}`,
        useGrantedResource: () => true,
        getResourceServerInfo: (_: unknown, __: unknown, client: { clientId: string }) => ({
          scope: '',
          audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: isForPeople(client.clientId) ? personSeconds : tokenSeconds,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    ttl: {
      ClientCredentials: tokenSeconds,
      AccessToken: personSeconds,
      AuthorizationCode: 60,
      DeviceCode: 600,
      IdToken: personSeconds,
      Interaction: 600,
      Grant: tokenSeconds,
      RefreshToken: tokenSeconds,
      Session: tokenSeconds,
    },
    scopes: ['openid', 'offline_access'],
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    findAccount: (_: unknown, persona: string) =>
      personas.includes(persona as Persona)
        ? { accountId: persona, claims: () => ({ sub: persona }) }
        : undefined,
    extraTokenClaims: (_: unknown, { accountId, clientId }: { accountId?: string; clientId: string }) => ({
      groups: [groupOf(accountId ?? clientId)],
    }),
  });
  logInNamedUsers(provider, personas);
  return provider.callback();
}

async function signingKey(path: string): Promise<JWK> {
  if (!existsSync(path)) {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(
      path,
      JSON.stringify({ ...(await exportJWK(privateKey)), kid: 'sandbox', alg: 'ES256', use: 'sig' }),
      { mode: 0o600 },
    );
  }
  return JSON.parse(readFileSync(path, 'utf8')) as JWK;
}
