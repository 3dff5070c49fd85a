import pg from 'pg';

/**
 * Connections that answer or fail within `timeoutMs`: half of it to get one, half for each statement. The server is
 * told as well, so that what we gave up does not go on there. The connections of a `lasting` pool are kept for ever.
 */
export function openPool({
  url,
  max,
  timeoutMs,
  lasting = false,
}: {
  url: string;
  max: number;
  timeoutMs: number;
  lasting?: boolean;
}): pg.Pool {
  const half = Math.ceil(timeoutMs / 2);
  const target = new URL(url);
  // Prisma's adapter reads every timestamptz as if it were UTC.
  target.searchParams.set('options', `${target.searchParams.get('options') ?? ''} -c timezone=UTC`);
  const pool = new pg.Pool({
    connectionString: target.href,
    application_name: 'rolewright',
    max,
    connectionTimeoutMillis: half,
    query_timeout: half,
    statement_timeout: half,
    idle_in_transaction_session_timeout: timeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    idleTimeoutMillis: lasting ? 0 : 10_000,
  });
  // A connection that breaks is dropped from the pool, and the query under way fails; that is all there is to do.
  // Without listeners the error event would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
