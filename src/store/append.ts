import type pg from 'pg';
import { canonicalJson } from '../audit/canonical.ts';
import { entryHash, genesis } from '../audit/entry.ts';
import { Fault } from '../fault.ts';
import type { Change, ChangeBody } from '../schema/change.ts';

/** What is to be appended: a change as it is opened, or the outcome of one that is open. */
type Request = { opening: ChangeBody } | { changeId: string; outcome: Outcome };
export type Outcome = Pick<ChangeBody, 'outcome' | 'after' | 'diff' | 'steps' | 'error' | 'endedAt' | 'recovered' | 'editedOutside'>;

interface Waiting {
  request: Request;
  since: number;
  answer: PromiseWithResolvers<Change>;
}

/** Any constant: those who append take this lock, so that one appends after the other. */
const chainLock = 4_100_001;

/** As many as one INSERT should hold, so that the first is not kept waiting for the last. */
const batchSize = 200;

class NoSuchIntent extends Error {}

/** The faults of one entry's own: data exceptions and integrity violations. Any other is of the database. */
const isOfTheEntry = (error: unknown) =>
  error instanceof NoSuchIntent || (error instanceof Error && 'code' in error && /^2[23]/.test(String(error.code)));

export type Append = (request: Request) => Promise<Change>;

/**
 * Appends entries by group commit: those that come while one transaction is under way share the next. Each is in the log,
 * durably, when its promise resolves. Fault: AUDIT_UNAVAILABLE within `timeoutMs`: half of it to wait for a turn, half for
 * the transaction; it is `uncertain` when the answer to the COMMIT did not arrive.
 */
export function openAppend(pool: pg.Pool, timeoutMs: number): Append {
  const half = timeoutMs / 2;
  const waiting: Waiting[] = [];
  let isRunning = false;

  async function run(): Promise<void> {
    isRunning = true;
    try {
      while (waiting.length > 0) {
        const batch = waiting.splice(0, batchSize);
        const late = batch.filter(({ since }) => performance.now() - since > half);
        for (const { answer } of late) answer.reject(unavailable(new Error('the log did not take its turn in time'), false));
        await commit(batch.filter((one) => !late.includes(one)));
      }
    } finally {
      isRunning = false;
    }
  }

  async function commit(batch: Waiting[]): Promise<void> {
    if (batch.length === 0) return;
    try {
      const changes = await atHead(pool, half, (client) => appendAll(client, batch));
      for (const [i, { answer }] of batch.entries()) answer.resolve(changes[i] as Change);
    } catch (error) {
      // One that the database refuses must not take the others with it.
      if (batch.length > 1 && error instanceof Fault && isOfTheEntry(error.cause)) for (const one of batch) await commit([one]);
      else for (const { answer } of batch) answer.reject(error);
    }
  }

  return (request) => {
    const answer = Promise.withResolvers<Change>();
    waiting.push({ request, since: performance.now(), answer });
    if (!isRunning) void run();
    return answer.promise;
  };
}

/**
 * Runs `work` alone at the head of the chain and commits it.
 *
 * It uses pg and not Prisma's transactions: after a time-out the connection must be thrown away, while Prisma's
 * adapter hands it back to the pool with the transaction open, and every other append would wait for its lock.
 */
async function atHead<T>(pool: pg.Pool, timeoutMs: number, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let client: pg.PoolClient | undefined;
  let giveUp: NodeJS.Timeout | undefined;
  let committing = false;
  let sound = false;
  try {
    client = await pool.connect();
    giveUp = setTimeout(() => client?.end(), Math.max(0, deadline - performance.now()));
    // READ COMMITTED, whatever the default is: the head is read when the lock is ours, not when the transaction began.
    await client.query(`BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(${chainLock})`);
    const result = await work(client);
    committing = true;
    await client.query('COMMIT');
    sound = true;
    return result;
  } catch (error) {
    throw unavailable(error, committing);
  } finally {
    clearTimeout(giveUp);
    client?.release(!sound);
  }
}

const unavailable = (cause: unknown, uncertain: boolean) =>
  new Fault('AUDIT_UNAVAILABLE', 'The audit log cannot be written now. Try again in a moment.', {}, { cause, uncertain });

interface Entry {
  seq: number;
  body: string;
  hash: Buffer;
  change: Change;
}

async function appendAll(client: pg.PoolClient, batch: Waiting[]): Promise<Change[]> {
  const settled = batch.flatMap(({ request }) => ('changeId' in request ? [request.changeId] : []));
  const known = settled.length === 0 ? new Map<string, Change>() : await newestOf(client, settled);
  let { seq, hash } = await headOf(client);
  const entries: Entry[] = [];
  const changes = batch.map(({ request }) => {
    const body = bodyOf(request, known);
    if ('hash' in body) return body;
    const text = canonicalJson(body);
    const previousHash = hash;
    seq += 1;
    hash = entryHash(previousHash, text);
    const { id, ...rest } = body;
    const change = { id, seq, ...rest, previousHash: previousHash.toString('hex'), hash: hash.toString('hex') };
    entries.push({ seq, body: text, hash, change });
    known.set(id, change);
    return change;
  });
  await insert(client, entries);
  return changes;
}

/** What to append; or, where a change has an outcome already, that change. A change has one outcome: the first. */
function bodyOf(request: Request, known: Map<string, Change>): ChangeBody | Change {
  if ('opening' in request) return request.opening;
  const found = known.get(request.changeId);
  if (!found) throw new NoSuchIntent(`the log has no intent ${request.changeId}`);
  if (found.outcome !== 'PENDING') return found;
  const { seq, hash: _, previousHash: __, ...opening } = found;
  return { ...opening, ...request.outcome, settles: seq };
}

async function headOf(client: pg.PoolClient): Promise<{ seq: number; hash: Buffer }> {
  const { rows } = await client.query<{ seq: string; hash: Buffer }>('SELECT seq, hash FROM ledger_entry ORDER BY seq DESC LIMIT 1');
  const [head] = rows;
  return head ? { seq: Number(head.seq), hash: head.hash } : { seq: 0, hash: genesis };
}

async function newestOf(client: pg.PoolClient, ids: string[]): Promise<Map<string, Change>> {
  const { rows } = await client.query<Row>(
    `SELECT DISTINCT ON (entry.change_id) ${rowOf('entry')} FROM ledger_entry opening
     JOIN ledger_entry entry ON entry.seq = opening.seq OR entry.settles = opening.seq
     WHERE opening.change_id = ANY($1) AND opening.settles IS NULL ORDER BY entry.change_id, entry.seq DESC`,
    [ids],
  );
  return new Map(rows.map(changeOf).map((change) => [change.id, change]));
}

async function insert(client: pg.PoolClient, entries: Entry[]): Promise<void> {
  if (entries.length === 0) return;
  await client.query('INSERT INTO ledger_entry (seq, body, hash) SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[])', [
    entries.map(({ seq }) => seq),
    entries.map(({ body }) => body),
    entries.map(({ hash }) => hash),
  ]);
  const opened = entries.filter(({ change }) => change.outcome === 'PENDING');
  if (opened.length > 0)
    await client.query(
      `INSERT INTO open_change (seq, change_id, account_id, role_key)
       SELECT seq, change_id, account_id, role_key FROM ledger_entry WHERE seq = ANY($1::bigint[])`,
      [opened.map(({ seq }) => seq)],
    );
  const closed = entries.flatMap(({ change }) => change.settles ?? []);
  if (closed.length > 0) await client.query('DELETE FROM open_change WHERE seq = ANY($1::bigint[])', [closed]);
}

/** An entry as SQL gives it, with the hash of the one before. */
export interface Row {
  seq: string | bigint;
  body: string;
  hash: Uint8Array;
  previous: Uint8Array | null;
}

/** The columns of a Row, of the entry that a query calls `name`. */
export const rowOf = (name: string) =>
  `${name}.seq, ${name}.body, ${name}.hash, (SELECT before.hash FROM ledger_entry before WHERE before.seq = ${name}.seq - 1) AS previous`;

/** The change as the API shows it. */
export function changeOf({ seq, body, hash, previous }: Row): Change {
  const { id, ...rest } = JSON.parse(body) as ChangeBody;
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  return { id, seq: Number(seq), ...rest, previousHash: hex(previous ?? genesis), hash: hex(hash) };
}
