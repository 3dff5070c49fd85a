import { findSignatureFault, originOf, type SigningKey, type TrustedKeys } from '../../audit/checkpoint.ts';
import { toHex } from '../../audit/merkle.ts';
import { unobserved } from '../../observe.ts';
import type { CheckpointSink } from '../../ports/audit.ts';
import type { Observer } from '../../ports/observer.ts';
import type { Checkpoint } from '../../schema/audit.ts';
import { type Copier, openCopier } from '../connection/copy-rows.ts';
import { insertCheckpoint, NotIntact, readCheckpointsAfter, readNewestCheckpoint } from './checkpoints.ts';
import { extendTree } from './extend-tree.ts';

export interface CheckpointerOptions {
  url: string;
  key: SigningKey;
  keys: TrustedKeys;
  sink: CheckpointSink | null;
  now: () => Date;
  log: { error(details: object, message: string): void };
  /** Interval at which a checkpoint is made if the log has grown. */
  intervalMs: number;
  observer?: Pick<Observer, 'note'>;
}

export interface Checkpointer {
  /**
   * Makes a checkpoint now if the log has grown and no other replica is making one. Throws NotIntact, and the
   * errors of pg and the sink.
   */
  run(): Promise<void>;
  /** Makes the last checkpoint, within seconds. */
  close(): Promise<void>;
}

/** Any constant. One replica at a time makes checkpoints. */
const checkpointLock = 4_100_002;
/** Number of entries in one step: a fraction of a second. */
const stride = 50_000;
const closeWithinMs = 5000;

/**
 * Signs the log at intervals and publishes the checkpoints. It signs only entries that it has read and linked
 * to the last signed entry. It signs nothing while the published checkpoints contradict the database, and
 * logs that each time.
 */
export function startCheckpointer({
  url,
  key,
  keys,
  sink,
  now,
  log,
  intervalMs,
  observer = unobserved,
}: CheckpointerOptions): Checkpointer {
  let current: Promise<unknown> = Promise.resolve();
  let copier: Copier | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isClosing = false;

  /** Throws NotIntact when the log differs from what was signed. */
  async function requireSigned(
    { client }: Copier,
    signed: Checkpoint,
    head: number,
    what: string,
  ): Promise<void> {
    const forged = findSignatureFault(signed, keys);
    if (forged) throw new NotIntact(`${what}: ${forged.detail}`);
    if (signed.seq > head)
      throw new NotIntact(
        `${what} is at entry ${signed.seq}, and the log ends at ${head}: its tail was cut off, or an older copy was restored`,
      );
    const { rows } = await client.query<{ hash: Buffer; first: Buffer }>(
      'SELECT hash, (SELECT hash FROM ledger_entry WHERE seq = 1) AS first FROM ledger_entry WHERE seq = $1',
      [signed.seq],
    );
    const [found] = rows;
    if (
      found?.hash.toString('hex') !== signed.hash ||
      originOf(found.first.toString('latin1')) !== signed.origin
    )
      throw new NotIntact(
        `${what} and the log have different hashes for entry ${signed.seq}: entries were rewritten`,
      );
  }

  /** Answers whether there is more to sign. */
  async function sign(at: Copier, published: Checkpoint | null): Promise<boolean> {
    const { client } = at;
    const { rows } = await client.query<{ head: string | null; first: Buffer | null }>(
      'SELECT max(seq) AS head, (SELECT hash FROM ledger_entry WHERE seq = 1) AS first FROM ledger_entry',
    );
    const head = Number(rows[0]?.head ?? 0);
    const last = await readNewestCheckpoint(client);
    if (published) await requireSigned(at, published, head, `the newest checkpoint in ${sink?.name}`);
    if (last) await requireSigned(at, last, head, 'the newest checkpoint of the database');
    if (head === (last?.seq ?? 0)) return false;
    const to = Math.min(head, (last?.seq ?? 0) + stride);
    const { hash, root } = await extendTree(at, last, to);
    const origin = originOf(rows[0]?.first?.toString('latin1') ?? '');
    await insertCheckpoint(
      client,
      key.sign({ origin, seq: to, hash: toHex(hash), root: toHex(root), at: now().toISOString() }),
    );
    return to < head;
  }

  async function publish({ client }: Copier, published: Checkpoint | null): Promise<void> {
    if (sink === null) return;
    for (const checkpoint of await readCheckpointsAfter(client, published?.seq ?? 0)) {
      const forged = findSignatureFault(checkpoint, keys);
      if (forged) throw new NotIntact(`a checkpoint of the database is not published: ${forged.detail}`);
      await sink.publish(checkpoint);
    }
  }

  async function once(): Promise<void> {
    copier = await openCopier(url);
    const { client } = copier;
    try {
      // A session lock, so that it is held while we publish, and ends with the connection.
      const { rows } = await client.query<{ ours: boolean }>('SELECT pg_try_advisory_lock($1) AS ours', [
        checkpointLock,
      ]);
      if (rows[0]?.ours !== true) return;
      for (let more = true; more; ) {
        const published = sink && (await sink.latest());
        if (published && 'junk' in published) throw new NotIntact(published.junk);
        await client.query('BEGIN');
        more = await sign(copier, published);
        await client.query('COMMIT');
        await publish(copier, published);
      }
    } finally {
      await copier.close();
      copier = null;
    }
  }

  /** One run after another. */
  function run(): Promise<void> {
    const ours = current.then(once);
    current = ours.catch(() => {}); // The caller gets the error.
    return ours;
  }

  async function runAndLog(): Promise<void> {
    try {
      await run();
      observer.note({ of: 'CHECKPOINT', result: 'DONE' });
    } catch (error) {
      observer.note({ of: 'CHECKPOINT', result: error instanceof NotIntact ? 'NOT_INTACT' : 'FAILED' });
      if (error instanceof NotIntact)
        log.error(
          { reason: error.message },
          'THE AUDIT LOG IS NOT INTACT: no checkpoints are signed until this is resolved',
        );
      else log.error({ err: error }, 'a checkpoint could not be made');
    }
  }

  const schedule = () => {
    if (isClosing) return;
    // Not awaited: it never rejects. `runAndLog` logs every error.
    timer = setTimeout(() => void runAndLog().then(schedule), intervalMs).unref();
  };
  schedule();

  return {
    run,
    async close() {
      isClosing = true;
      clearTimeout(timer);
      // A database that does not answer must not delay the end of the process.
      const alarm = setTimeout(() => copier?.abort(), closeWithinMs);
      await runAndLog();
      clearTimeout(alarm);
    },
  };
}
