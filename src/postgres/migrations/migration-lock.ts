import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { WarningLog } from '../../ports/authenticate.ts';

/** The key of the advisory lock that Prisma's own engine takes. */
const prismaLock = 72_707_369;

export interface Patience {
  log: WarningLog;
  /** How long to wait for the lock, in ms. */
  forMs?: number;
  /** Interval in ms at which the log says that the start waits. */
  warnEveryMs?: number;
}

/** The start is refused: another session has held the lock for too long. */
class MigrationsLocked extends Error {
  readonly code = 'MIGRATIONS_LOCKED';

  constructor(forMs: number, holder: string) {
    super(
      `The migrations of the database were locked for ${Math.round(forMs / 1000)} s by ${holder}. Start again when it has finished, or end it: SELECT pg_terminate_backend(PID).`,
    );
  }
}

/**
 * Takes the lock under which migrations run, and which ends with the session of `client`. Waits while another
 * process migrates, says so in the log, and gives up in the end. Throws MigrationsLocked, and the errors of
 * pg.
 */
export async function takeMigrationLock(
  client: pg.Client,
  { log, forMs = 120_000, warnEveryMs = 5000 }: Patience = { log: console },
): Promise<void> {
  const began = performance.now();
  for (let warned = 0; ; ) {
    const { rows } = await client.query<{ isOurs: boolean }>('SELECT pg_try_advisory_lock($1) AS "isOurs"', [
      prismaLock,
    ]);
    if (rows[0]?.isOurs) return;
    const waitedMs = performance.now() - began;
    if (waitedMs >= forMs) throw new MigrationsLocked(forMs, await holderOf(client));
    if (waitedMs >= warned) {
      log.warn(
        { holder: await holderOf(client) },
        'the migrations of the database are locked by another process: the start waits',
      );
      warned += warnEveryMs;
    }
    await pause(Math.min(200, forMs));
  }
}

async function holderOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ pid: number; name: string | null }>(
    `SELECT pid, application_name AS name FROM pg_locks LEFT JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = $1 AND objsubid = 1
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [prismaLock],
  );
  const [holder] = rows;
  return holder
    ? `PostgreSQL's process ${holder.pid} (${holder.name || 'without a name'})`
    : 'a process that has just ended';
}
