import pg from 'pg';

/** Settings of a session, by name. */
type SessionSettings = Readonly<Record<string, string | number>>;

/** What all our connections have in common. */
export const connectionTo = (url: string): pg.ClientConfig => ({
  connectionString: url,
  application_name: 'rolewright',
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
});

/**
 * Sets them for as long as the session lasts, and answers them as PostgreSQL shows them. It takes a statement: poolers do not
 * pass on, or refuse, what a client asks for when it connects.
 */
export async function applySettings(client: pg.ClientBase, settings: SessionSettings): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; value: string }>(
    'SELECT name, set_config(name, value, FALSE) AS value FROM unnest($1::text[], $2::text[]) AS setting (name, value)',
    [Object.keys(settings), Object.values(settings).map(String)],
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

/** What a pool's sessions are set to. Prisma's adapter reads every timestamptz as if it were UTC. */
export const poolSettings = (timeoutMs: number): SessionSettings => ({
  timezone: 'UTC',
  statement_timeout: Math.ceil(timeoutMs / 2),
  idle_in_transaction_session_timeout: timeoutMs,
});

/**
 * Connections that answer or fail within `timeoutMs`: half of it to get one, half for each statement. The server is
 * told as well, so that what we gave up does not go on there. With `pipeline` no query waits until the one before is answered.
 */
export function openPool(options: { url: string; max: number; timeoutMs: number; pipeline?: boolean }): pg.Pool {
  const { url, max, timeoutMs, pipeline = false } = options;
  const half = Math.ceil(timeoutMs / 2);
  // Those that are open stay so: another client of the database is not to take their places.
  const pool = new pg.Pool({
    pipeline,
    ...connectionTo(url),
    min: max,
    max,
    connectionTimeoutMillis: half,
    query_timeout: half,
    // Whoever is given the connection does not wait for the answer: the server takes the statements in this order.
    onConnect: (client) => void applySettings(client, poolSettings(timeoutMs)).catch(() => (client as pg.Client).end()),
  });
  // A connection that breaks is dropped from the pool, and the query under way fails; that is all there is to do.
  // Without listeners the error event would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
