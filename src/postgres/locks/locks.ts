import { hash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { roleKeyOf } from '../../domain/role/same.ts';
import { Fault } from '../../fault.ts';
import { unobserved } from '../../observe.ts';
import type { Locks } from '../../ports/locks.ts';
import type { Observer } from '../../ports/observer.ts';
import { within } from '../../within.ts';
import { connect, type Session } from './session.ts';

/**
 * One change of a role at a time. Within this process the changes of a role queue. The first takes a
 * session-level advisory lock, so that waiters cost the database nothing. One connection holds all locks of
 * the replica, and they end with it: when the process dies no role stays locked. An attempt that is not
 * answered within `timeoutMs` is given up; after twice as long the connection counts as lost. The server
 * closes a connection that is silent for `silenceMs`, so a paused process locks no role.
 */
export function openLocks({
  url,
  timeoutMs,
  waitMs,
  silenceMs,
  observer = unobserved,
}: {
  url: string;
  timeoutMs: number;
  waitMs: number;
  silenceMs: number;
  observer?: Observer;
}): Locks & { close(): Promise<void> } {
  const queues = new Map<string, Promise<unknown>>();
  const names = new Set<string>();
  let current: Session | undefined;

  /**
   * Resolves after all earlier work on the role. Answers how to end the turn. Fault: ROLE_BUSY after
   * `deadline`.
   */
  async function takeTurn(role: string, deadline: number): Promise<() => void> {
    const before = queues.get(role);
    const ours = Promise.withResolvers<void>();
    // Work that gave up waiting has finished, but earlier work has not.
    // Not awaited: it never rejects. Each part of it is another `all`, or is only resolved.
    const all = Promise.all([before, ours.promise]).then(() => {
      if (queues.get(role) === all) queues.delete(role);
    });
    queues.set(role, all);
    try {
      await within(Math.max(0, deadline - performance.now()), before, () => {
        throw busy();
      });
      return ours.resolve;
    } catch (error) {
      ours.resolve();
      throw error;
    }
  }

  /** One attempt. Answers the session that now holds the lock; null when another replica does. */
  async function tryOnce(key: bigint, patienceMs = timeoutMs): Promise<Session | null> {
    const isNew = !current?.isAlive;
    current = current?.isAlive ? current : connect(url, 2 * timeoutMs, silenceMs);
    const session = current;
    const asked = performance.now();
    try {
      return (await tryLock(session, key, patienceMs)) ? session : null;
    } catch (error) {
      // The server may have closed an older connection, as after a pause, which shows only now: retry at
      // once.
      if (isNew || session.isAlive || performance.now() - asked > timeoutMs / 2) throw error;
      return tryOnce(key, patienceMs);
    }
  }

  /** Polls, because waiting in the database would block the connection for all other roles. */
  async function acquire(key: bigint, deadline: number): Promise<Session> {
    for (let wait = 10; ; wait = Math.min(2 * wait, 200)) {
      const session = await tryOnce(key);
      if (session) return session;
      if (performance.now() + wait > deadline) throw busy();
      await pause(wait);
    }
  }

  async function tryLock(session: Session, key: bigint, patienceMs: number): Promise<boolean> {
    const answer = session.ask('lock', key).then((yes) => {
      if (yes) session.locks += 1;
      return yes;
    });
    try {
      return await within(patienceMs, answer, () => {
        throw new Error(`no answer in ${patienceMs} ms`);
      });
    } catch (error) {
      if (session.locks === 0) session.end(); // A new session may work, and no lock is lost.
      // A lock that arrives too late is released. Without an answer there is no lock.
      answer.then((yes) => (yes ? unlock(session, key) : undefined)).catch(() => {});
      throw unreachable(error);
    }
  }

  /** If a lock cannot be released, the session ends: losing all locks is better than keeping one for ever. */
  async function unlock(session: Session, key: bigint): Promise<void> {
    session.locks -= 1;
    const isConfirmed = await session.ask('unlock', key).catch(() => false);
    if (!isConfirmed) session.end();
  }

  /**
   * Waits for the release, so that the caller's next request finds the lock free; but not long if the
   * database stalls.
   */
  async function unlocked(session: Session, key: bigint): Promise<void> {
    await Promise.race([unlock(session, key), pause(200, undefined, { ref: false })]);
  }

  /** Asks again when the answer took so long that it may date from before a pause of this process. */
  async function confirm(session: Session, key: bigint): Promise<void> {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const asked = [performance.now(), Date.now()] as const;
      if (!session.isAlive) throw lost();
      const holds = await within(timeoutMs, session.ask('holds', key), () => {
        throw new Error(`no answer in ${timeoutMs} ms`);
      }).catch((error: unknown) => {
        throw session.isAlive ? unreachable(error) : lost();
      });
      if (!holds) throw lost();
      // The system's clock also runs while the machine sleeps.
      if (Math.max(performance.now() - asked[0], Date.now() - asked[1]) < confirmedForMs) return;
    }
    throw unreachable(new Error(`no answer in ${confirmedForMs} ms`));
  }

  return {
    async whileHolding(accountId, roleName, run, patienceMs = waitMs) {
      // IAM role names ignore case.
      const role = `${accountId}/${roleKeyOf(roleName)}`;
      const key = keyOf(role);
      const deadline = performance.now() + patienceMs;
      const { session, endTurn } = await observer.observe({ of: 'LOCK_WAIT', lock: 'ROLE' }, async () => {
        const endTurn = await takeTurn(role, deadline);
        try {
          return { session: await acquire(key, deadline), endTurn };
        } catch (error) {
          endTurn();
          throw error;
        }
      });
      try {
        return await run({ confirm: () => confirm(session, key) });
      } finally {
        await unlocked(session, key);
        endTurn();
      }
    },
    async tryHolding(name, run) {
      // The database would grant a lock twice to the same session.
      if (names.has(name)) return null;
      names.add(name);
      try {
        const key = keyOf(name);
        // The work also starts with a call of the database, which gets the other half of the time.
        const session = await observer.observe({ of: 'LOCK_WAIT', lock: 'IDEMPOTENCY_KEY' }, () =>
          tryOnce(key, timeoutMs / 2),
        );
        if (!session) return null;
        try {
          return { result: await run() };
        } finally {
          await unlocked(session, key);
        }
      } finally {
        names.delete(name);
      }
    },
    async close() {
      current?.end();
    },
  };
}

const keyOf = (name: string) => hash('sha256', name, 'buffer').readBigInt64BE();

/** A confirmation that took longer than this does not count, in ms. */
const confirmedForMs = 1000;

const lost = () =>
  new Fault(
    'ROLE_BUSY',
    'The lock on the role was lost, so another change may be under way, and nothing more was written.',
  );
const busy = () =>
  new Fault('ROLE_BUSY', 'Another change of this role is under way. Try again when it has finished.');
const unreachable = (cause: unknown) =>
  new Fault(
    'AUDIT_UNAVAILABLE',
    'The database that keeps the locks did not answer. Try again in a moment.',
    {},
    { cause },
  );
