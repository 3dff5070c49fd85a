import type pg from 'pg';
import t from 'tap';
import { readEntries } from '#src/postgres/changes/read-entries.ts';
import { openPool } from '#src/postgres/connection/pool.ts';
import { freshStore, runSql } from '#test/support/postgres.ts';

const count = 1200;
const body = `'{"id":"change_' || seq || '","accountId":"1","actor":{"subject":"a"},"at":"2026","kind":"CREATE","outcome":"FAILED","roleName":"r"}'`;

/**
 * A log of three batches, and a pool whose queries fail where `fails` says so, by the number of the query.
 */
async function log(t: Parameters<typeof freshStore>[0], fails: (query: number) => boolean) {
  const { url } = await freshStore(t);
  await runSql(
    url,
    `INSERT INTO ledger_entry (seq, body, hash) SELECT seq, ${body}, decode(lpad(to_hex(seq), 64, '0'), 'hex') FROM generate_series(1, ${count}) seq`,
  );
  const pool = openPool({ url, max: 1, timeoutMs: 10_000 });
  t.teardown(() => pool.end());
  let asked = 0;
  const query = (text: string, values?: unknown[]) => {
    asked += 1;
    return fails(asked) ? Promise.reject(new Error('it stalls')) : pool.query(text, values);
  };
  return { pool: { query } as unknown as pg.Pool, url };
}

t.test('all entries, each with the previous hash, up to the head at the start', async (t) => {
  const { pool, url } = await log(t, () => false);
  const seqs: number[] = [];
  for await (const batch of readEntries(pool, {})) {
    if (seqs.length === 0)
      await runSql(
        url,
        `INSERT INTO ledger_entry (seq, body, hash) SELECT ${count + 1}, ${body.replaceAll('seq', '0')}, decode(repeat('00', 32), 'hex')`,
      );
    for (const { seq, hash, previousHash } of batch) {
      seqs.push(seq);
      if (Number(`0x${hash}`) !== seq || Number(`0x${previousHash}`) !== seq - 1)
        t.fail(`entry ${seq} has other hashes`);
    }
  }
  t.same(
    seqs,
    Array.from({ length: count }, (_, i) => i + 1),
  );
});

t.test('a failed batch is read again, except the first, whose caller can be told', async (t) => {
  const { pool } = await log(t, (query) => query === 3 || query === 5);
  let seen = 0;
  for await (const batch of readEntries(pool, {})) seen += batch.length;
  t.equal(seen, count);
  for (const failing of [1, 2]) {
    const { pool } = await log(t, (query) => query === failing);
    await t.rejects(readEntries(pool, {}).next(), { code: 'UNAVAILABLE' });
  }
});

t.test(
  'times out of order, as version 0.2 wrote them: a range includes all changes opened in it',
  async (t) => {
    const { url } = await freshStore(t);
    const minutes = [0, 1, 3, 2, 4, 6, 5, 7];
    const at = (minute: number) => `2026-11-24T12:0${minute}:00.000Z`;
    for (const [i, minute] of minutes.entries())
      await runSql(
        url,
        `INSERT INTO ledger_entry (seq, body, hash) SELECT seq, ${body.replace('2026', at(minute))}, decode(lpad(to_hex(seq), 64, '0'), 'hex')
       FROM (VALUES (${i + 1})) AS given (seq)`,
      );
    const pool = openPool({ url, max: 1, timeoutMs: 10_000 });
    t.teardown(() => pool.end());
    const cases: [since: number | null, until: number | null, seqs: number[]][] = [
      [null, null, [1, 2, 3, 4, 5, 6, 7, 8]],
      [2, null, [3, 4, 5, 6, 7, 8]],
      [null, 3, [1, 2, 3, 4]],
      [null, 6, [1, 2, 3, 4, 5, 6, 7]],
      [3, 6, [3, 4, 5, 6, 7]],
      [null, 0, []],
      [8, null, []],
    ];
    for (const [since, until, expected] of cases) {
      const seqs: number[] = [];
      const range = {
        ...(since !== null && { since: at(since) }),
        ...(until !== null && { until: at(until) }),
      };
      for await (const batch of readEntries(pool, range)) seqs.push(...batch.map(({ seq }) => seq));
      t.same(seqs, expected, `from ${since} to ${until}`);
    }
  },
);
