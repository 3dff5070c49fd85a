import {
  allowInsecureRequests,
  ClientSecretBasic,
  Configuration,
  clientCredentialsGrant,
  customFetch,
} from 'openid-client';
import type { TokenSource } from 'rolewright-client';
import type { ClientCredentials, Settings } from './config.ts';
import { RolewrightError } from './error.ts';

export interface Credential {
  /** A token source for one client of Rolewright. */
  createTokenSource(): TokenSource;
}

interface Surroundings {
  now?: () => number;
  fetch?: typeof globalThis.fetch;
  log: { warn(message: string): void };
}

/** A token is renewed so long before it expires, in ms, or after nine tenths of its time where that is shorter. */
const margin = 60_000;
/** The time of a token whose issuer does not tell it, in seconds. */
const unknownTime = 300;
/** The longest time that the issuer may take, in ms. */
const patience = 10_000;

/** The plugin's credential. Its tokens are in memory only. One renewal runs at a time, whoever waits for it. */
export function createCredential(credential: Settings['credential'], surroundings: Surroundings): Credential {
  if ('token' in credential) return { createTokenSource: () => () => credential.token };
  const { now = Date.now } = surroundings;
  const ask = createGrant(credential, surroundings);
  let current: { token: string; renewAt: number } | null = null;
  let renewal: Promise<string> | null = null;

  async function renew(): Promise<string> {
    const startedAt = now();
    const { token, seconds } = await ask();
    const time = seconds * 1000;
    current = { token, renewAt: startedAt + time - Math.min(margin, time / 10) };
    return token;
  }

  /** `rejected`: a token that Rolewright has refused. */
  async function get(rejected: string | null): Promise<string> {
    if (current && current.token === rejected) current = null;
    if (current && now() < current.renewAt) return current.token;
    renewal ??= renew().finally(() => {
      renewal = null;
    });
    return await renewal;
  }

  return {
    createTokenSource: () => {
      let given: string | null = null;
      return async ({ isRejected }) => {
        given = await get(isRejected ? given : null);
        return given;
      };
    },
  };
}

function createGrant(
  { tokenUrl, clientId, clientSecret, scope, audience }: ClientCredentials,
  { fetch, log }: Surroundings,
) {
  const server = { issuer: tokenUrl.origin, token_endpoint: tokenUrl.href };
  const configuration = new Configuration(server, clientId, undefined, ClientSecretBasic(clientSecret));
  if (tokenUrl.protocol === 'http:') allowInsecureRequests(configuration);
  configuration.timeout = patience / 1000;
  if (fetch) configuration[customFetch] = fetch as never;
  const parameters = { ...(scope && { scope }), ...(audience && { audience }) };
  return async () => {
    try {
      const { access_token, expires_in = unknownTime } = await clientCredentialsGrant(
        configuration,
        parameters,
      );
      return { token: access_token, seconds: expires_in };
    } catch (error) {
      // The errors of the library hold the request, and with it the secret.
      const { code, error: reason, status } = error as { code?: unknown; error?: unknown; status?: unknown };
      const said = [code, reason, status]
        .filter((one) => ['string', 'number'].includes(typeof one))
        .join(', ');
      log.warn(`The issuer at ${tokenUrl.origin} gave no token for Rolewright (${said || 'no answer'}).`);
      throw new RolewrightError('NO_TOKEN', 503, {
        message: 'The Rolewright plugin got no token from its issuer.',
        remedy:
          'Try again, and if it stays, ask an administrator of Backstage to check rolewright.clientCredentials.',
      });
    }
  };
}
