import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { Fault } from '../fault.ts';

export interface IssuerOptions {
  /** As tokens have it in `iss`, letter for letter. */
  issuer: string;
  now?: () => number;
  /** So long keys are used before the issuer is asked for them again: milliseconds. */
  freshMs?: number;
  /** So long they are used at the most while it does not answer. */
  keptMs?: number;
  /** An issuer that has just been asked is not asked again for so long, whatever key a token names. */
  cooldownMs?: number;
  timeoutMs?: number;
}

type Keys = ReturnType<typeof createRemoteJWKSet>;

/**
 * The public keys of an issuer, found by its discovery document when the first token comes, and again now and then. A token
 * with a key that is not known has them fetched anew. Fault: UNAVAILABLE while the issuer cannot be asked.
 */
export function createIssuerKeys(options: IssuerOptions): JWTVerifyGetKey {
  const { issuer, now = () => performance.now(), freshMs = 600_000, keptMs = 3_600_000, cooldownMs = 30_000, timeoutMs = 3000 } = options;
  let known: { keys: Keys; at: number } | null = null;
  let failed: { error: unknown; at: number } | null = null;
  let underway: Promise<void> | null = null;

  async function askIssuer(): Promise<Keys> {
    const url = await keysUrl(issuer, timeoutMs);
    // How old keys may get is decided here: the library would do without them as soon as the issuer is away.
    const lasting = { cacheMaxAge: Number.POSITIVE_INFINITY, cooldownDuration: cooldownMs, timeoutDuration: timeoutMs };
    const keys = createRemoteJWKSet(url, lasting);
    await keys.reload();
    return keys;
  }

  async function fetchKeys(): Promise<void> {
    try {
      const keys = await askIssuer().catch((error: unknown) => {
        // How fetch tells that a connection failed, be it one that was kept and that the issuer has closed since.
        if (error instanceof TypeError) return askIssuer();
        throw error;
      });
      [known, failed] = [{ keys, at: now() }, null];
    } catch (error) {
      failed = { error, at: now() };
    } finally {
      underway = null;
    }
  }

  async function current(): Promise<Keys> {
    const age = known === null ? Number.POSITIVE_INFINITY : now() - known.at;
    const mayAsk = failed === null || now() - failed.at >= Math.min(cooldownMs, retryMs);
    if (age >= freshMs && mayAsk) {
      // Not awaited: it never rejects. A failure is kept in `failed`.
      underway ??= fetchKeys();
      // Of an issuer that has failed to answer nothing is to be expected: callers do not wait as long as there are keys.
      if (failed === null || age >= keptMs) await underway;
    }
    if (known === null || now() - known.at >= keptMs) throw unavailable(failed?.error);
    return known.keys;
  }

  // What serves while an issuer that was asked for an unknown key, and did not answer, is left alone: anyone can name such keys.
  let rest: { keys: JWTVerifyGetKey; error: unknown; at: number } | null = null;
  return async (header, token) => {
    const keys = await current();
    const resting = rest !== null && now() - rest.at < retryMs ? rest : null;
    try {
      return await (resting?.keys ?? keys)(header, token);
    } catch (error) {
      if (resting && error instanceof errors.JWKSNoMatchingKey) throw unavailable(resting.error);
      // The token names no key of the issuer. Anything else is the issuer's own: it does not answer, or with nonsense.
      if (tokensFault.some((one) => error instanceof one)) throw error;
      rest = { keys: createLocalJWKSet(keys.jwks() ?? { keys: [] }), error, at: now() };
      throw unavailable(error);
    }
  };
}

/** So long after a failure nobody waits for the issuer, nor asks it for an unknown key. */
const retryMs = 1000;

const tokensFault = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

const unavailable = (cause: unknown) =>
  new Fault('UNAVAILABLE', 'The access token cannot be verified: the issuer does not answer. Try again in a moment.', {}, { cause });

/** Where the issuer has its keys. Throws an Error when it does not say so, or is another. */
async function keysUrl(issuer: string, timeoutMs: number): Promise<URL> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await fetch(url, {
    redirect: 'error',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  const document = (await answer.json()) as { issuer?: unknown; jwks_uri?: unknown } | null;
  if (document?.issuer !== issuer) throw new Error(`${url} names another issuer: ${JSON.stringify(document?.issuer)}`);
  const keys = typeof document.jwks_uri === 'string' && URL.canParse(document.jwks_uri) ? new URL(document.jwks_uri) : null;
  if (keys === null || !['https:', new URL(issuer).protocol].includes(keys.protocol))
    throw new Error(`${url} has no jwks_uri, or one less safe than the issuer: ${JSON.stringify(document.jwks_uri)}`);
  return keys;
}
