import pg from 'pg';
import { openPool } from './pool.ts';

/** Connections besides the pools: for locks, the queue's notices and a checkpoint. */
const besides = 3;

/**
 * Divides the connections of one replica among its pools. Appends run one after another, so two are enough.
 */
export function shareConnections(size: number): {
  reads: number;
  appends: number;
  sweeps: number;
  queue: number;
} {
  const [appends, few] = [2, Math.max(1, Math.min(4, Math.floor(size / 5)))];
  return { reads: size - appends - 2 * few, appends, sweeps: few, queue: few };
}

/** The start is refused: PostgreSQL has no room for another replica. */
class NoRoom extends Error {
  readonly code = 'NO_CONNECTIONS';

  constructor(size: number, cause: unknown) {
    super(
      `PostgreSQL has no room for the ${size + besides} connections of another replica. Raise max_connections (or the limit of the role, or of the database), or set a smaller DATABASE_POOL_SIZE for every replica.`,
      { cause },
    );
  }
}

const tooManyConnections = '53300';

/**
 * Opens every connection of the pools, which then stay open, and briefly those that are needed later. So the
 * start fails early when PostgreSQL has no room, and takes no connection that another replica needs. Throws
 * NoRoom. Other failures are ignored: a pool opens connections when needed.
 */
export async function reserveConnections(
  pools: readonly pg.Pool[],
  { url, size }: { url: string; size: number },
): Promise<void> {
  const kept = pools.reduce((sum, { options }) => sum + options.max, 0);
  const later = openPool({ url, max: Math.max(1, size + besides - kept), timeoutMs: 10_000 });
  try {
    const fillings = await Promise.allSettled([...pools, later].map(fill));
    const full = fillings
      .flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
      .find(isFull);
    if (full) throw new NoRoom(size, full);
  } finally {
    await later.end();
  }
}

const isFull = (error: unknown) => error instanceof pg.DatabaseError && error.code === tooManyConnections;

async function fill(pool: pg.Pool): Promise<void> {
  const clients: pg.PoolClient[] = [];
  try {
    while (clients.length < pool.options.max) clients.push(await pool.connect());
  } finally {
    for (const client of clients) client.release();
  }
}
