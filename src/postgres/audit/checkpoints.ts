import type pg from 'pg';
import { canonicalJson } from '../../audit/canonical.ts';
import { parseCheckpoint } from '../../audit/checkpoint.ts';
import type { LogFault } from '../../audit/finding.ts';
import type { Checkpoint } from '../../schema/audit.ts';

// The database's copy of the checkpoints, for proofs and for services without a sink. It is not trusted.

/**
 * The log, its tree or its checkpoints differ from what was signed. Nothing more may be signed or proven. The
 * message says what is wrong.
 */
export class NotIntact extends Error {}

type Queryable = Pick<pg.ClientBase, 'query'>;
interface Row {
  seq: string;
  body: string;
}

/** Checkpoints of the database, in order, and the rows among them that are not checkpoints. */
export interface StoredCheckpoints {
  checkpoints: Checkpoint[];
  faults: LogFault[];
}

/** The checkpoints after entry `after`, up to entry `to`. */
export const readCheckpointsOf = (
  client: Queryable,
  { after, to }: { after: number; to: number },
): Promise<StoredCheckpoints> => readAll(client, 'WHERE seq > $1 AND seq <= $2 ORDER BY seq', [after, to]);

/** Checkpoints for which a log that ends at entry `head` has no entry: at most a thousand. */
export const readCheckpointsOutside = (client: Queryable, head: number): Promise<StoredCheckpoints> =>
  readAll(client, 'WHERE seq < 1 OR seq > $1 ORDER BY seq LIMIT 1000', [head]);

/** The newest checkpoint. Rows after it that are not checkpoints are faults. */
export async function readNewestIntact(
  client: Queryable,
): Promise<{ newest: Checkpoint | null; faults: LogFault[] }> {
  const { checkpoints, faults } = await readAll(client, 'ORDER BY seq DESC LIMIT 1000', []);
  return { newest: checkpoints[0] ?? null, faults };
}

async function readAll(client: Queryable, rest: string, values: number[]): Promise<StoredCheckpoints> {
  const { rows } = await client.query<Row>(`SELECT seq, body FROM ledger_checkpoint ${rest}`, values);
  const checkpoints: Checkpoint[] = [];
  const faults: LogFault[] = [];
  for (const { seq, body } of rows) {
    const checkpoint = parseCheckpoint(body);
    if (checkpoint && checkpoint.seq === Number(seq)) checkpoints.push(checkpoint);
    else
      faults.push({
        seq: Number(seq),
        code: 'CHECKPOINT_FORGED',
        detail: `the row of the database for entry ${seq} is not a checkpoint`,
      });
  }
  return { checkpoints, faults };
}

export async function readNewestCheckpoint(client: Queryable): Promise<Checkpoint | null> {
  return await readOne(client, 'SELECT seq, body FROM ledger_checkpoint ORDER BY seq DESC LIMIT 1', []);
}

/** The first checkpoint that covers an entry. */
export async function readCoveringCheckpoint(client: Queryable, seq: number): Promise<Checkpoint | null> {
  return await readOne(
    client,
    'SELECT seq, body FROM ledger_checkpoint WHERE seq >= $1 ORDER BY seq LIMIT 1',
    [seq],
  );
}

/** At most a thousand checkpoints after an entry, in order. */
export async function readCheckpointsAfter(client: Queryable, seq: number): Promise<Checkpoint[]> {
  const { rows } = await client.query<Row>(
    'SELECT seq, body FROM ledger_checkpoint WHERE seq > $1 ORDER BY seq LIMIT 1000',
    [seq],
  );
  return rows.map(toCheckpoint);
}

export async function insertCheckpoint(client: Queryable, checkpoint: Checkpoint): Promise<void> {
  await client.query('INSERT INTO ledger_checkpoint (body) VALUES ($1)', [canonicalJson(checkpoint)]);
}

async function readOne(client: Queryable, sql: string, values: unknown[]): Promise<Checkpoint | null> {
  const { rows } = await client.query<Row>(sql, values);
  return rows[0] ? toCheckpoint(rows[0]) : null;
}

function toCheckpoint({ seq, body }: Row): Checkpoint {
  const checkpoint = parseCheckpoint(body);
  if (checkpoint === null)
    throw new NotIntact(`the row of the database for entry ${seq} is not a checkpoint`);
  return checkpoint;
}
