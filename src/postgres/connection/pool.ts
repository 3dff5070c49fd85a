import pg from 'pg';

/** Settings of a session, by name. */
type SessionSettings = Readonly<Record<string, string | number>>;

/** The options that all our connections share. */
export const connectionTo = (url: string): pg.ClientConfig => ({
  connectionString: url,
  application_name: 'rolewright',
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
});

/**
 * Applies settings for as long as the session lasts, and answers them as PostgreSQL shows them. It uses a
 * statement, because poolers ignore or refuse settings in the connection's start.
 */
export async function applySettings(
  client: pg.ClientBase,
  settings: SessionSettings,
): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; value: string }>(
    'SELECT name, set_config(name, value, FALSE) AS value FROM unnest($1::text[], $2::text[]) AS setting (name, value)',
    [Object.keys(settings), Object.values(settings).map(String)],
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

/** The settings of a pool's sessions. UTC, because Prisma's adapter reads every timestamptz as UTC. */
export const poolSettings = (timeoutMs: number): SessionSettings => ({
  timezone: 'UTC',
  statement_timeout: Math.ceil(timeoutMs / 2),
  idle_in_transaction_session_timeout: timeoutMs,
});

/**
 * Opens connections that answer or fail within `timeoutMs`: half of it to get one, half for each statement.
 * The server has the same time-outs, so that it does not continue what we gave up. With `pipeline` no query
 * waits for the previous answer.
 */
export function openPool(options: {
  url: string;
  max: number;
  timeoutMs: number;
  pipeline?: boolean;
}): pg.Pool {
  const { url, max, timeoutMs, pipeline = false } = options;
  const half = Math.ceil(timeoutMs / 2);
  // Open connections stay open, so that no other client of the database takes their places.
  const pool = new pg.Pool({
    pipeline,
    ...connectionTo(url),
    min: max,
    max,
    connectionTimeoutMillis: half,
    query_timeout: half,
    // Nobody waits for the answer: the server executes statements in order.
    onConnect: (client) =>
      void applySettings(client, poolSettings(timeoutMs)).catch(() => (client as pg.Client).end()),
  });
  // A connection that breaks leaves the pool, and its query fails. Nothing else is needed, but without
  // listeners the error event would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
