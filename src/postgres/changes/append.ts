import pg from 'pg';
import { Fault } from '../../fault.ts';
import type { Observer } from '../../ports/observer.ts';
import type { Change } from '../../schema/change.ts';
import { refusesData } from '../connection/or-unavailable.ts';
import { insert, lockAndHead, newestOf } from './append-statements.ts';
import { link, NoSuchIntent, type Prepared, prepare, type Request } from './chain-entries.ts';

interface Waiting {
  request: Request;
  prepared: Prepared | null;
  since: number;
  answer: PromiseWithResolvers<Change>;
}

/** Maximum number of entries in one INSERT, so that the first does not wait long for the last. */
const batchSize = 200;

/** Errors that one entry causes. All others are errors of the database. */
const isOfTheEntry = (error: unknown) => error instanceof NoSuchIntent || refusesData(error);

export type Append = (request: Request) => Promise<Change>;

/**
 * Appends entries by group commit: requests that come while one transaction is in flight share the next. When
 * its promise resolves, an entry is durably in the log. Fault: AUDIT_UNAVAILABLE within `timeoutMs`, half of
 * it to wait for a turn, half for the transaction. It is `isUncertain` when the answer to the COMMIT did not
 * arrive.
 */
export function openAppend(pool: pg.Pool, timeoutMs: number, observer: Observer): Append {
  const half = timeoutMs / 2;
  const waiting: Waiting[] = [];
  let isRunning = false;

  async function run(): Promise<void> {
    isRunning = true;
    try {
      while (waiting.length > 0) {
        const batch = waiting.splice(0, batchSize);
        const late = batch.filter(({ since }) => performance.now() - since > half);
        for (const { answer } of late)
          answer.reject(unavailable(new Error('the log did not take its turn in time'), false));
        await commit(batch.filter((one) => !late.includes(one)));
      }
    } finally {
      isRunning = false;
    }
  }

  async function commit(batch: Waiting[]): Promise<void> {
    if (batch.length === 0) return;
    try {
      const { changes, added } = await observer.observe({ of: 'APPEND' }, () => atHead(pool, half, batch));
      for (const { seq, kind, outcome } of changes)
        if (outcome !== 'PENDING' && added.has(seq)) observer.note({ of: 'CHANGE', kind, outcome });
      for (const [i, { answer }] of batch.entries()) answer.resolve(changes[i] as Change);
    } catch (error) {
      // An entry that the database refuses must not fail the others.
      if (batch.length > 1 && error instanceof Fault && isOfTheEntry(error.cause))
        for (const one of batch) await commit([one]);
      else for (const { answer } of batch) answer.reject(error);
    }
  }

  return (request) => {
    const answer = Promise.withResolvers<Change>();
    waiting.push({
      request,
      prepared: 'opening' in request ? prepare(request.opening) : null,
      since: performance.now(),
      answer,
    });
    // Not awaited: it never rejects. Each failure rejects the `answer` of its request.
    if (!isRunning) void run();
    return answer.promise;
  };
}

/**
 * Appends alone at the head of the chain: one round trip to get there, one to insert and commit.
 *
 * It uses pg and not Prisma's transactions: after a time-out the connection must be thrown away, while
 * Prisma's adapter hands it back to the pool with the transaction open, and every other append would wait for
 * its lock.
 *
 * Answers the change of each request, and the entries that were added: a change that had its outcome gets no
 * other.
 */
async function atHead(
  pool: pg.Pool,
  timeoutMs: number,
  batch: Waiting[],
): Promise<{ changes: Change[]; added: Set<number> }> {
  const deadline = performance.now() + timeoutMs;
  let client: pg.PoolClient | undefined;
  let giveUp: NodeJS.Timeout | undefined;
  let isUncertain = false;
  let sound = false;
  try {
    client = await pool.connect();
    // Not awaited: it never rejects. The queries in flight fail, and so does this append.
    giveUp = setTimeout(() => client?.end(), Math.max(0, deadline - performance.now()));
    const settled = batch.flatMap(({ request }) => ('changeId' in request ? [request.changeId] : []));
    // The connection is pipelined: statements that are sent together run in order, and each sees what was
    // committed before.
    const [head, known] = await Promise.all([
      lockAndHead(client),
      settled.length === 0 ? new Map<string, Change>() : newestOf(client, settled),
    ]);
    const { entries, changes } = link(head, known, batch);
    const inserted = insert(client, entries).catch((error: unknown) => {
      // If the server refuses the INSERT, the COMMIT behind it rolls back. After any other error it may have
      // committed.
      isUncertain = !(error instanceof pg.DatabaseError);
      throw error;
    });
    const committed = client.query('COMMIT');
    await Promise.all([
      inserted.then(() => {
        isUncertain = true;
      }),
      committed,
    ]);
    sound = true;
    return { changes, added: new Set(entries.map(({ seq }) => seq)) };
  } catch (error) {
    throw unavailable(error, isUncertain);
  } finally {
    clearTimeout(giveUp);
    client?.release(!sound);
  }
}

const unavailable = (cause: unknown, isUncertain: boolean) =>
  new Fault(
    'AUDIT_UNAVAILABLE',
    'The audit log cannot be written now. Try again in a moment.',
    {},
    { cause, isUncertain },
  );
