import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { Fault } from '../fault.ts';

export interface IssuerOptions {
  /** Exactly as in the claim `iss` of tokens. */
  issuer: string;
  now?: () => number;
  /** How long keys are used before they are fetched again, in ms. */
  freshMs?: number;
  /** How long keys are used while the issuer does not answer, in ms. */
  keptMs?: number;
  /** Pause between fetches in ms, whatever key a token names. */
  cooldownMs?: number;
  timeoutMs?: number;
}

type Keys = ReturnType<typeof createRemoteJWKSet>;

/**
 * Creates the reader of an issuer's public keys. They are fetched by its discovery document at the first
 * token, then at intervals, and for a token with an unknown key. Fault: UNAVAILABLE while the issuer does not
 * answer.
 */
export function createIssuerKeys(options: IssuerOptions): JWTVerifyGetKey {
  const {
    issuer,
    now = () => performance.now(),
    freshMs = 600_000,
    keptMs = 3_600_000,
    cooldownMs = 30_000,
    timeoutMs = 3000,
  } = options;
  let known: { keys: Keys; at: number } | null = null;
  let failed: { error: unknown; at: number } | null = null;
  let inFlight: Promise<void> | null = null;

  async function askIssuer(): Promise<Keys> {
    const url = await keysUrl(issuer, timeoutMs);
    // The age of keys is decided here. The library would drop them as soon as the issuer does not answer.
    const lasting = {
      cacheMaxAge: Number.POSITIVE_INFINITY,
      cooldownDuration: cooldownMs,
      timeoutDuration: timeoutMs,
    };
    const keys = createRemoteJWKSet(url, lasting);
    await keys.reload();
    return keys;
  }

  async function fetchKeys(): Promise<void> {
    try {
      const keys = await askIssuer().catch((error: unknown) => {
        // fetch throws a TypeError for a failed connection, also for a kept one that the issuer has closed.
        if (error instanceof TypeError) return askIssuer();
        throw error;
      });
      [known, failed] = [{ keys, at: now() }, null];
    } catch (error) {
      failed = { error, at: now() };
    } finally {
      inFlight = null;
    }
  }

  async function current(): Promise<Keys> {
    const age = known === null ? Number.POSITIVE_INFINITY : now() - known.at;
    const mayAsk = failed === null || now() - failed.at >= Math.min(cooldownMs, retryMs);
    if (age >= freshMs && mayAsk) {
      // Not awaited: it never rejects. A failure is stored in `failed`.
      inFlight ??= fetchKeys();
      // After a failure callers do not wait for the issuer as long as there are keys.
      if (failed === null || age >= keptMs) await inFlight;
    }
    if (known === null || now() - known.at >= keptMs) throw unavailable(failed?.error);
    return known.keys;
  }

  // The keys in use while the issuer is not asked, after it failed to answer for an unknown key. Anyone can
  // name unknown keys.
  let rest: { keys: JWTVerifyGetKey; error: unknown; at: number } | null = null;
  return async (header, token) => {
    const keys = await current();
    const resting = rest !== null && now() - rest.at < retryMs ? rest : null;
    try {
      return await (resting?.keys ?? keys)(header, token);
    } catch (error) {
      if (resting && error instanceof errors.JWKSNoMatchingKey) throw unavailable(resting.error);
      // The token names no key of the issuer. Any other error is the issuer's: it does not answer, or not
      // correctly.
      if (tokenErrors.some((one) => error instanceof one)) throw error;
      rest = { keys: createLocalJWKSet(keys.jwks() ?? { keys: [] }), error, at: now() };
      throw unavailable(error);
    }
  };
}

/** How long after a failure nobody waits for the issuer, or asks it for an unknown key, in ms. */
const retryMs = 1000;

const tokenErrors = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

const unavailable = (cause: unknown) =>
  new Fault(
    'UNAVAILABLE',
    'The access token cannot be verified: the issuer does not answer. Try again in a moment.',
    {},
    { cause },
  );

/** Finds the URL of the issuer's keys. Throws an Error if its document has none, or names another issuer. */
async function keysUrl(issuer: string, timeoutMs: number): Promise<URL> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await fetch(url, {
    redirect: 'error',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  const document = (await answer.json()) as { issuer?: unknown; jwks_uri?: unknown } | null;
  if (document?.issuer !== issuer)
    throw new Error(`${url} names another issuer: ${JSON.stringify(document?.issuer)}`);
  const keys =
    typeof document.jwks_uri === 'string' && URL.canParse(document.jwks_uri)
      ? new URL(document.jwks_uri)
      : null;
  if (keys === null || !['https:', new URL(issuer).protocol].includes(keys.protocol))
    throw new Error(
      `${url} has no jwks_uri, or one less safe than the issuer: ${JSON.stringify(document.jwks_uri)}`,
    );
  return keys;
}
