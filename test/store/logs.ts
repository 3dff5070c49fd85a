import pg from 'pg';
import type { Test } from 'tap';
import { makeSigningKey, signingKeyOf } from '#src/audit/checkpoint.ts';
import type { Entry } from '#src/audit/verify.ts';
import type { CheckpointSink } from '#src/ports.ts';
import type { Checkpoint } from '#src/schema/audit.ts';
import type { ChangeBody } from '#src/schema/change.ts';
import { startCheckpointer } from '#src/store/checkpointer.ts';
import { migrate } from '#src/store/migrate.ts';
import { bodiesOf, chained, dice, seeded } from '#src/tools/chaos/log.ts';
import { freshDatabase } from '#test/support/postgres.ts';

/** Checkpoints in memory, as they were published. */
function memorySink(): CheckpointSink & { published: Checkpoint[] } {
  const published: Checkpoint[] = [];
  return {
    name: 'memory',
    published,
    latest: async () => published.at(-1) ?? null,
    publish: async (checkpoint) => void published.push(checkpoint),
  };
}

export const insert = (client: pg.Client, entries: readonly Entry[]) =>
  client.query('INSERT INTO ledger_entry (seq, body, hash) SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[])', [
    entries.map(({ seq }) => seq),
    entries.map(({ body }) => body.toString()),
    entries.map(({ hash }) => hash),
  ]);

/** The bodies of attempts that were refused: each a change of its own. */
export const refusals = (count: number, label: string): ChangeBody[] =>
  bodiesOf(5 * count + 20, dice(seeded(1)), label)
    .filter(({ settles }) => settles === null)
    .slice(0, count)
    .map((body) => ({ ...body, outcome: 'FAILED' }));

/** A database with a log of `size` entries; `checkpointer.run()` signs it. `client` is the superuser's. */
export async function databaseWith(t: Test, size: number) {
  const { url } = await freshDatabase(t);
  await migrate(url);
  const client = new pg.Client(url);
  await client.connect();
  const key = signingKeyOf(makeSigningKey().privateKey);
  const keys = new Map([[key.keyId, key.publicKey]]);
  const sink = memorySink();
  const log: string[] = [];
  const options = {
    url,
    key,
    keys,
    sink,
    now: () => new Date(),
    log: { error: (details: object, message: string) => void log.push(`${message} ${JSON.stringify(details)}`) },
    intervalMs: 3_600_000,
  };
  const checkpointer = startCheckpointer(options);
  t.teardown(async () => {
    await checkpointer.close();
    await client.end();
  });
  const entries = chained(bodiesOf(size, dice(seeded(size))));
  await insert(client, entries);
  return { url, client, key, keys, sink, log, options, checkpointer, entries };
}
