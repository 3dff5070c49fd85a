import { hash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '../fault.ts';
import type { Locks } from '../ports.ts';
import { openPool } from './pool.ts';

/**
 * One role, one change at a time. Within this process the changes of a role queue; the first of the queue then takes a
 * session-level advisory lock, so that all the waiters of a replica cost the database nothing. One connection holds the
 * locks of the whole replica, and they fall away with it: when the process dies no role stays locked.
 */
export function openLocks({
  url,
  timeoutMs,
  waitMs,
}: {
  url: string;
  timeoutMs: number;
  waitMs: number;
}): Locks & { close(): Promise<void> } {
  const pool = openPool({ url, max: 1, timeoutMs, lasting: true });
  const queues = new Map<string, Promise<unknown>>();

  /** Runs `work` when all those who came before have finished. Fault: ROLE_BUSY after `deadline`. */
  async function inTurn<T>(role: string, deadline: number, work: () => Promise<T>): Promise<T> {
    const before = queues.get(role);
    const ours = Promise.withResolvers<void>();
    // Who gives up waiting has finished, but not those before it.
    const all = Promise.all([before, ours.promise]).then(() => {
      if (queues.get(role) === all) queues.delete(role);
    });
    queues.set(role, all);
    try {
      await inTime(before, deadline);
      return await work();
    } finally {
      ours.resolve();
    }
  }

  /** Asks again and again, since a lock awaited in the database would keep the connection from all other roles. */
  async function acquire(key: bigint, deadline: number): Promise<void> {
    for (let wait = 10; !(await ask('pg_try_advisory_lock', key)); wait = Math.min(2 * wait, 200)) {
      if (Date.now() + wait > deadline) throw busy();
      await pause(wait);
    }
  }

  /** False when the lock was not ours any more. A query that fails ends its connection, and the lock with it. */
  const unlock = (key: bigint) => ask('pg_advisory_unlock', key).catch(() => false);

  async function ask(name: 'pg_try_advisory_lock' | 'pg_advisory_unlock', key: bigint): Promise<boolean> {
    const { rows } = await pool.query<{ yes: boolean }>(`SELECT ${name}($1) AS yes`, [key]);
    return rows[0]?.yes === true;
  }

  return {
    async whileHolding(accountId, roleName, run) {
      // IAM role names ignore case.
      const role = `${accountId}/${roleName.toLowerCase()}`;
      const key = hash('sha256', role, 'buffer').readBigInt64BE();
      const deadline = Date.now() + waitMs;
      return await inTurn(role, deadline, async () => {
        await acquire(key, deadline).catch((error: unknown) => {
          throw error instanceof Fault ? error : unreachable(error);
        });
        let held = false;
        let result: Awaited<ReturnType<typeof run>>;
        try {
          result = await run();
        } finally {
          held = await unlock(key);
        }
        if (!held) throw lost();
        return result;
      });
    },
    close: () => pool.end(),
  };
}

async function inTime(before: Promise<unknown> | undefined, deadline: number): Promise<void> {
  const timer = new AbortController();
  const late = pause(Math.max(0, deadline - Date.now()), 'late', { signal: timer.signal });
  late.catch(() => {}); // Aborted: nobody waits for it.
  const first = await Promise.race([before, late]);
  timer.abort();
  if (first === 'late') throw busy();
}

const busy = () => new Fault('ROLE_BUSY', 'Another change of this role is under way. Try again when it has finished.');
const unreachable = (cause: unknown) =>
  new Fault('AUDIT_UNAVAILABLE', 'The database that guards the role did not answer. Try again in a moment.', {}, { cause });
const lost = () =>
  new Fault(
    'UNAVAILABLE',
    'The lock on the role was lost during the change, so another may have come between. Read the role.',
    {},
    { uncertain: true },
  );
