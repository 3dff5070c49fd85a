import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { applySettings, connectionTo, poolSettings } from './pool.ts';

/**
 * Number of other sessions that are opened, one after another: a pooler would give one of them our backend.
 */
const others = 3;
const patienceMs = 10_000;
const settings = { ...poolSettings(patienceMs), idle_session_timeout: 60_000 };

/** The start is refused: locks or settings would not belong to our session. */
class SessionNotOwn extends Error {
  readonly code = 'SESSION_NOT_OWN';

  constructor(setting: string, what: string) {
    super(
      `${setting} must lead to a session of its own: ${what}. Connect to PostgreSQL itself, or through a pooler in session mode (PgBouncer: pool_mode=session).`,
    );
  }
}

/**
 * Checks that a connection is one session of PostgreSQL as long as it lasts, because locks and settings rely
 * on that. Behind a pooler in transaction mode it is not. `setting` names the URL for operators. Throws
 * SessionNotOwn, and the errors of pg.
 */
export async function requireOwnSession(url: string, setting: string): Promise<void> {
  const clients: pg.Client[] = [];
  const connect = async () => {
    const client = new pg.Client({
      ...connectionTo(url),
      connectionTimeoutMillis: patienceMs,
      query_timeout: patienceMs,
    });
    clients.push(client);
    client.on('error', () => {}); // The query under way fails, and says so.
    await client.connect();
    return client;
  };
  try {
    const ours = await connect();
    const asked = await applySettings(ours, settings);
    const backend = await backendOf(ours);
    const shared = new SessionNotOwn(
      setting,
      'another connection was given the same session, as by a pooler in transaction mode',
    );
    for (let i = 0; i < others; i += 1) {
      const other = await connect();
      // A transaction keeps its backend until it ends, so the pooler has one backend less to give to us.
      await other.query('BEGIN');
      if ((await backendOf(other)) === backend || (await backendOf(ours)) !== backend) throw shared;
      if (!(await excludes(ours, other)))
        throw new SessionNotOwn(setting, 'an advisory lock that one session held did not keep another out');
    }
    const kept = await currentSettings(ours, Object.keys(asked));
    for (const [name, value] of Object.entries(asked))
      if (kept[name] !== value)
        throw new SessionNotOwn(setting, `${name} was set to ${value}, and is ${kept[name]}`);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

async function backendOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return Number(rows[0]?.pid);
}

/** Answers whether a lock of `one` excludes `other`, and is still held in the next statement. */
async function excludes(one: pg.Client, other: pg.Client): Promise<boolean> {
  // Random, so that replicas that start at the same time do not collide.
  const key = randomBytes(8).readBigInt64BE();
  const ask = async (client: pg.Client, sql: string) =>
    (await client.query<{ yes: boolean }>(sql, [key])).rows[0]?.yes === true;
  const isTaken = await ask(one, 'SELECT pg_try_advisory_lock($1) AS yes');
  const isFree = await ask(other, 'SELECT pg_try_advisory_xact_lock($1) AS yes');
  const isReleased = await ask(one, 'SELECT pg_advisory_unlock($1) AS yes');
  return isTaken && !isFree && isReleased;
}

async function currentSettings(client: pg.Client, names: string[]): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; value: string }>(
    'SELECT name, current_setting(name) AS value FROM unnest($1::text[]) AS setting (name)',
    [names],
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}
