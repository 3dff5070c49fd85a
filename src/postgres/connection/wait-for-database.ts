import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

export interface WaitOptions {
  /** How long to wait, in ms. */
  forMs: number;
  /** Is given a line when the wait begins, when its reason changes and when it ends. */
  say: (line: string) => void;
  /** How long one attempt may take, in ms. */
  attemptMs?: number;
  /** The pause after the first attempt, in ms. Each later one is twice as long, up to `longestPauseMs`. */
  firstPauseMs?: number;
  /** A clock, in ms. */
  now?: () => number;
  /** The setting of the URL, for operators. */
  setting?: string;
}

const longestPauseMs = 5000;

/**
 * The server cannot be reached, starts, stops, or has no connection left. PostgreSQL's codes: 53300, 57P01 to
 * 57P03.
 */
const passing = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  '53300',
  '57P01',
  '57P02',
  '57P03',
];

/** Waits for both roles of the settings, and says so on standard error. Throws as `waitForDatabase` does. */
export async function waitForDatabases({
  DATABASE_URL,
  MIGRATION_DATABASE_URL,
  DATABASE_WAIT_SECONDS,
}: {
  DATABASE_URL: string;
  MIGRATION_DATABASE_URL?: string | undefined;
  DATABASE_WAIT_SECONDS: number;
}): Promise<void> {
  for (const [setting, url] of Object.entries({ MIGRATION_DATABASE_URL, DATABASE_URL }))
    if (url !== undefined)
      await waitForDatabase(url, {
        forMs: DATABASE_WAIT_SECONDS * 1000,
        say: (line) => console.error(line),
        setting,
      });
}

/**
 * Waits until the database accepts a connection. Throws an Error with `code` when it does not within `forMs`,
 * and at once when waiting cannot help, as with a wrong password or a certificate that is not trusted.
 */
export async function waitForDatabase(url: string, options: WaitOptions): Promise<void> {
  const { forMs, say, attemptMs = 5000, firstPauseMs = 250, now = () => performance.now() } = options;
  const { setting = 'DATABASE_URL' } = options;
  const { host } = new URL(url);
  const began = now();
  const elapsed = () => now() - began;
  let reason = '';
  for (let wait = firstPauseMs; ; wait = Math.min(2 * wait, longestPauseMs)) {
    const error = await connect(url, attemptMs);
    if (error === null) {
      if (reason !== '') say(`The database at ${host} answers after ${seconds(elapsed())}.`);
      return;
    }
    if (isOfTls(error)) throw new TlsFailed(`${setting}: TLS with the database at ${host}`, error);
    if (!isPassing(error)) throw error;
    if (elapsed() + wait > forMs) {
      const said = `The database at ${host} did not answer within ${seconds(forMs)}: ${reasonOf(error)}`;
      throw Object.assign(new Error(said, { cause: error }), { code: 'DATABASE_NOT_THERE' });
    }
    if (reasonOf(error) !== reason)
      say(`Waiting up to ${seconds(forMs)} for the database at ${host}: ${reasonOf(error)}`);
    reason = reasonOf(error);
    await pause(wait);
  }
}

const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;

/** The error, null when the database answered. */
async function connect(url: string, attemptMs: number): Promise<Error | null> {
  let client: pg.Client | undefined;
  try {
    // This reads the files of certificates that the URL names.
    client = new pg.Client({
      connectionString: url,
      application_name: 'rolewright start',
      connectionTimeoutMillis: attemptMs,
    });
    // The promise below reports it.
    client.on('error', () => {});
    await client.connect();
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    await client?.end().catch(() => {}); // It may never have been connected.
  }
}

/** The start is refused: the server has no TLS, its certificate is not trusted, or a file cannot be read. */
class TlsFailed extends Error {
  readonly code = 'DATABASE_TLS_FAILED';

  constructor(what: string, cause: Error) {
    super(`${what} failed: ${reasonOf(cause)}. Check sslmode, sslrootcert, sslcert and sslkey in the URL.`, {
      cause,
    });
  }
}

/** Node and OpenSSL have codes for certificates and their files; `pg` gives none to a server without TLS. */
const isOfTls = (error: Error) =>
  /CERT|_TLS_|_SSL|_OSSL|SIGNATURE|^EISDIR$/.test(codeOf(error) ?? '') ||
  /\bSSL\b/.test(error.message) ||
  ('syscall' in error && error.syscall === 'open');

const codeOf = (error: Error) => ('code' in error ? String(error.code) : null);

/** `pg` gives no code to a connection that took too long or broke. */
const isPassing = (error: Error) => {
  const code = codeOf(error);
  return code === null ? /timeout|terminated/i.test(error.message) : passing.includes(code);
};

/** An AggregateError has no message. It occurs when a host name has several addresses. */
const reasonOf = (error: Error) => error.message || codeOf(error) || 'no reason given';
