import type pg from 'pg';
import t, { type Test } from 'tap';
import { Fault } from '#src/fault.ts';
import { openHealth } from '#src/postgres/connection/health.ts';
import { openPool } from '#src/postgres/connection/pool.ts';
import { freshStore, runSql } from '#test/support/postgres.ts';

const clock = { requireAccurate: async () => {} };

async function service(t: Test) {
  const { url, serviceUrl } = await freshStore(t);
  const check = async (given = clock) => {
    // Settings of a database and rights on it reach new connections.
    const pool = openPool({ url: serviceUrl, max: 1, timeoutMs: 10_000 });
    try {
      await openHealth({ pool, clock: given }).check();
      return null;
    } catch (error) {
      return error;
    } finally {
      await pool.end();
    }
  };
  const name = new URL(url).pathname.slice(1);
  return { url, check, database: `DATABASE ${name}`, role: new URL(serviceUrl).username };
}

t.test('a service is ready when it can write', async (t) => {
  const { url, check, database, role } = await service(t);
  t.equal(await check(), null);
  const cases: [what: string, breaks: string, mends: string, why: RegExp][] = [
    [
      'read-only',
      `ALTER ${database} SET default_transaction_read_only = on`,
      `ALTER ${database} RESET default_transaction_read_only`,
      /read-only/,
    ],
    [
      'another search_path',
      `ALTER ${database} SET search_path = pg_catalog`,
      `ALTER ${database} RESET search_path`,
      /search_path/,
    ],
    [
      'a right taken away',
      `REVOKE INSERT ON ledger_entry FROM ${role}`,
      `GRANT INSERT ON ledger_entry TO ${role}`,
      /ledger_entry INSERT/,
    ],
  ];
  for (const [what, breaks, mends, why] of cases) {
    // The repair must not fail because of the broken setting.
    const fix = ['SET default_transaction_read_only = off', 'SET search_path = public', mends];
    await runSql(url, breaks);
    t.match(
      await check(),
      { code: 'UNAVAILABLE', message: /takes no writes/, cause: { message: why } },
      what,
    );
    await runSql(url, ...fix);
    t.equal(await check(), null, `${what}, mended`);
  }
  const off = new Fault('AUDIT_UNAVAILABLE', 'The clock is wrong.');
  t.equal(await check({ requireAccurate: () => Promise.reject(off) }), off, 'a clock that is off');
});

t.test('the check leaves nothing behind, and uses as much disk as a write', async (t) => {
  const { url, serviceUrl } = await freshStore(t);
  const pool = openPool({ url: serviceUrl, max: 1, timeoutMs: 10_000 });
  t.teardown(() => pool.end());
  const seen = async (sql: string) => (await runSql(url, sql))[0]?.rows;
  const written =
    'SELECT temp_bytes > 200000 AS spilled FROM pg_stat_database WHERE datname = current_database()';
  const before = await seen('SELECT pg_database_size(current_database())');
  await openHealth({ pool, clock }).check();
  t.same(await seen('SELECT pg_database_size(current_database())'), before);
  await pool.query('SELECT pg_stat_force_next_flush()');
  t.same(await seen(written), [{ spilled: true }], 'the sort went to the disk');
});

t.test('a write is tried once a second at the most', async (t) => {
  let writes = 0;
  const client = {
    query: async () => {
      writes += 1;
    },
    release: () => {},
  };
  const query = async () => ({ rows: [{ standby: false, readOnly: false, lacking: null }] });
  const health = openHealth({ pool: { query, connect: async () => client } as unknown as pg.Pool, clock });
  await health.check();
  await health.check();
  t.equal(writes, 1);
});
