import type pg from 'pg';
import { Fault } from '../fault.ts';
import type { Change } from '../schema/change.ts';
import { canonicalHash } from '../audit/canonical.ts';

/** What an entry says before it has its place in the chain. */
export type Draft = Omit<Change, 'seq' | 'previousHash' | 'hash'>;

/** The previousHash of the first entry. */
const genesis = '0'.repeat(64);

/** Any constant: those who append take this lock, so that one appends after the other. */
const chainLock = 4_100_001;

/**
 * Runs `work` alone at the head of the chain and commits it, within `timeoutMs` in all, the wait for a connection
 * included. Fault: AUDIT_UNAVAILABLE, `uncertain` when the answer to the COMMIT did not arrive.
 *
 * It uses pg and not Prisma's transactions: after a time-out the connection must be thrown away, while Prisma's
 * adapter hands it back to the pool with the transaction open, and every other append would wait for its lock.
 */
export async function atHead<T>(pool: pg.Pool, timeoutMs: number, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let client: pg.PoolClient | undefined;
  let giveUp: NodeJS.Timeout | undefined;
  let committing = false;
  let sound = false;
  try {
    client = await pool.connect();
    giveUp = setTimeout(() => client?.end(), Math.max(0, deadline - Date.now()));
    // READ COMMITTED, whatever the default is: the head is read when the lock is ours, not when the transaction began.
    await client.query(`BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(${chainLock})`);
    const result = await work(client);
    committing = true;
    await client.query('COMMIT');
    sound = true;
    return result;
  } catch (error) {
    const message = 'The audit log cannot be written now. Try again in a moment.';
    throw new Fault('AUDIT_UNAVAILABLE', message, {}, { cause: error, uncertain: committing });
  } finally {
    clearTimeout(giveUp);
    client?.release(!sound);
  }
}

/** Appends one entry; call it within `atHead`. `settles` is the seq of the intent whose outcome it is, or null. */
export async function append(client: pg.PoolClient, draft: Draft, settles: number | null): Promise<Change> {
  const { rows } = await client.query<{ seq: string; hash: string }>('SELECT seq, hash FROM ledger_entry ORDER BY seq DESC LIMIT 1');
  const head = rows[0] ?? { seq: '0', hash: genesis };
  const { id, ...rest } = draft;
  const entry = { id, seq: Number(head.seq) + 1, ...rest, previousHash: head.hash };
  const change: Change = { ...entry, hash: canonicalHash(entry) };
  const columns = {
    seq: change.seq,
    change_id: change.id,
    settles,
    at: change.at,
    kind: change.kind,
    outcome: change.outcome,
    account_id: change.accountId,
    role_name: change.roleName,
    actor_subject: change.actor.subject,
    clusters: change.clusters.map(({ region, name }) => `${region}/${name}`),
    body: JSON.stringify(change),
    previous_hash: change.previousHash,
    hash: change.hash,
  };
  const places = Object.keys(columns).map((_, index) => `$${index + 1}`);
  await client.query(`INSERT INTO ledger_entry (${Object.keys(columns)}) VALUES (${places})`, Object.values(columns));
  return change;
}
