import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { canonicalJson } from '../../audit/canonical.ts';
import { entryHash, genesis } from '../../audit/entry.ts';
import { Fault } from '../../fault.ts';
import type { Change, ChangeBody } from '../../schema/change.ts';
import { refusesData } from '../connection/or-unavailable.ts';

/** An append: the opening of a change, or the outcome of an open one. */
type Request = { opening: Opening } | { changeId: string; outcome: Outcome };
type Opening = Omit<ChangeBody, 'at' | 'endedAt'>;
type Outcome = Pick<
  ChangeBody,
  'outcome' | 'roleId' | 'after' | 'diff' | 'steps' | 'error' | 'recovered' | 'editedOutside'
>;

interface Waiting {
  request: Request;
  /**
   * The opening as it will be hashed, made before the log is locked. `mark` is the placeholder of the time.
   */
  prepared: { text: string; mark: string } | null;
  since: number;
  answer: PromiseWithResolvers<Change>;
}

/** Any constant. Appends take this lock, so that they run one after another. */
const chainLock = 4_100_001;

/** Maximum number of entries in one INSERT, so that the first does not wait long for the last. */
const batchSize = 200;

class NoSuchIntent extends Error {}

/** Errors that one entry causes. All others are errors of the database. */
const isOfTheEntry = (error: unknown) => error instanceof NoSuchIntent || refusesData(error);

export type Append = (request: Request) => Promise<Change>;

/**
 * Appends entries by group commit: requests that come while one transaction is in flight share the next. When
 * its promise resolves, an entry is durably in the log. Fault: AUDIT_UNAVAILABLE within `timeoutMs`, half of
 * it to wait for a turn, half for the transaction. It is `isUncertain` when the answer to the COMMIT did not
 * arrive.
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
      const changes = await atHead(pool, half, batch);
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

/** Callers cannot know the mark, so their texts cannot contain it. */
function prepare(opening: Opening): Waiting['prepared'] {
  const mark = randomUUID();
  return { text: canonicalJson(openedAt(opening, mark)), mark };
}

/** A refusal ends as it is opened. */
const openedAt = (opening: Opening, at: string): ChangeBody => ({
  ...opening,
  at,
  endedAt: opening.outcome === 'PENDING' ? null : at,
});

/**
 * Appends alone at the head of the chain: one round trip to get there, one to insert and commit.
 *
 * It uses pg and not Prisma's transactions: after a time-out the connection must be thrown away, while
 * Prisma's adapter hands it back to the pool with the transaction open, and every other append would wait for
 * its lock.
 */
async function atHead(pool: pg.Pool, timeoutMs: number, batch: Waiting[]): Promise<Change[]> {
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
    return changes;
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

interface Entry {
  seq: number;
  body: string;
  hash: Buffer;
}
/** `at` is the database's time when we held the lock, so that times are in the order of the chain. */
type Head = Pick<Entry, 'seq' | 'hash'> & { at: string };

/** Answers the batch's entries, each chained to the one before, and the change that answers each request. */
function link(
  { at, ...head }: Head,
  known: Map<string, Change>,
  batch: Waiting[],
): { entries: Entry[]; changes: Change[] } {
  let { seq, hash } = head;
  const entries: Entry[] = [];
  const changes = batch.map(({ request, prepared }) => {
    const body = bodyOf(request, known, at);
    if ('hash' in body) return body;
    const canonical = prepared ? prepared.text.replaceAll(prepared.mark, at) : canonicalJson(body);
    const previousHash = hash;
    seq += 1;
    hash = entryHash(previousHash, canonical);
    const { id, ...rest } = body;
    const change = {
      id,
      seq,
      ...rest,
      previousHash: previousHash.toString('hex'),
      hash: hash.toString('hex'),
    };
    entries.push({ seq, body: canonical, hash });
    known.set(id, change);
    return change;
  });
  return { entries, changes };
}

/** The body to append. If the change already has an outcome, that change: the first outcome stands. */
function bodyOf(request: Request, known: Map<string, Change>, at: string): ChangeBody | Change {
  if ('opening' in request) return openedAt(request.opening, at);
  const found = known.get(request.changeId);
  if (!found) throw new NoSuchIntent(`the log has no intent ${request.changeId}`);
  if (found.outcome !== 'PENDING') return found;
  const { seq, hash: _, previousHash: __, ...opening } = found;
  return { ...opening, ...request.outcome, endedAt: at, settles: seq };
}

/** Begins a transaction, takes the lock, and reads the head of the log and the time. */
async function lockAndHead(client: pg.PoolClient): Promise<Head> {
  // READ COMMITTED whatever the default is, so that the head is read after the lock is taken. The commit must
  // be on disk before AWS is called, so weaker settings of synchronous_commit are raised.
  const durable = `SELECT set_config('synchronous_commit', 'on', TRUE) WHERE current_setting('synchronous_commit') IN ('off', 'local')`;
  const head = `SELECT seq, hash, clock_timestamp() AS at FROM (VALUES (1)) AS one
    LEFT JOIN (SELECT seq, hash FROM ledger_entry ORDER BY seq DESC LIMIT 1) AS head ON TRUE`;
  const results = await client.query(
    `BEGIN ISOLATION LEVEL READ COMMITTED; ${durable}; SELECT pg_advisory_xact_lock(${chainLock}); ${head}`,
  );
  // pg's types know of one statement a query.
  const [row] =
    (results as unknown as pg.QueryResult<{ seq: string | null; hash: Buffer | null; at: Date }>[])[3]
      ?.rows ?? [];
  if (!row) throw new Error('the log has no head');
  return { seq: Number(row.seq ?? 0), hash: row.hash ?? genesis, at: row.at.toISOString() };
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
  await client.query({
    name: 'append',
    text: 'INSERT INTO ledger_entry (seq, body, hash) SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[])',
    values: [entries.map(({ seq }) => seq), entries.map(({ body }) => body), entries.map(({ hash }) => hash)],
  });
}

/** An entry as SQL gives it, with the hash of the one before. */
export interface Row {
  seq: string | bigint;
  body: string;
  hash: Uint8Array;
  previous: Uint8Array | null;
}

/** The columns of a Row for SQL. `name` is the entry's alias. */
export const rowOf = (name: string) =>
  `${name}.seq, ${name}.body, ${name}.hash, (SELECT before.hash FROM ledger_entry before WHERE before.seq = ${name}.seq - 1) AS previous`;

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The change as the API shows it. */
export function changeOf({ seq, body, hash, previous }: Row): Change {
  const { id, ...rest } = JSON.parse(body) as ChangeBody;
  return { id, seq: Number(seq), ...rest, previousHash: hex(previous ?? genesis), hash: hex(hash) };
}
