import pg from 'pg';

/** What all our connections have in common; `settings` are the server's, as `timezone=UTC`. */
export function connectionTo(url: string, ...settings: string[]): pg.ClientConfig {
  const target = new URL(url);
  target.searchParams.set('options', [target.searchParams.get('options') ?? '', ...settings].join(' -c '));
  return {
    connectionString: target.href,
    application_name: 'rolewright',
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/**
 * Connections that answer or fail within `timeoutMs`: half of it to get one, half for each statement. The server is
 * told as well, so that what we gave up does not go on there. With `pipeline` no query waits until the one before is answered.
 */
export function openPool(options: { url: string; max: number; timeoutMs: number; pipeline?: boolean }): pg.Pool {
  const { url, max, timeoutMs, pipeline = false } = options;
  const half = Math.ceil(timeoutMs / 2);
  const pool = new pg.Pool({
    pipeline,
    // Prisma's adapter reads every timestamptz as if it were UTC.
    ...connectionTo(url, 'timezone=UTC'),
    max,
    connectionTimeoutMillis: half,
    query_timeout: half,
    statement_timeout: half,
    idle_in_transaction_session_timeout: timeoutMs,
  });
  // A connection that breaks is dropped from the pool, and the query under way fails; that is all there is to do.
  // Without listeners the error event would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
