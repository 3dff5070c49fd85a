import { createHash } from 'node:crypto';
import { appendFile, cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import t, { type Test } from 'tap';
import { migrate } from '#src/postgres/migrations/migrate.ts';
import { freshDatabase, runSql } from '#test/support/postgres.ts';

const ours = new URL('../../../prisma/migrations/', import.meta.url);
const init = '20261123000000_init';

/** A copy of our first migration, which a test may change. */
async function copied(t: Test, name = 'migrations'): Promise<URL> {
  const directory = pathToFileURL(`${t.testdirName}/${name}/`);
  await rm(directory, { recursive: true, force: true });
  await cp(new URL(`${init}/`, ours), new URL(`${init}/`, directory), { recursive: true });
  return directory;
}

async function add(directory: URL, name: string, sql: string): Promise<void> {
  await mkdir(new URL(`${name}/`, directory));
  await writeFile(new URL(`${name}/migration.sql`, directory), sql);
}

t.test('applies what is missing, once, and records it as Prisma does', async (t) => {
  const { url } = await freshDatabase(t);
  const all = (await readdir(ours, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  t.strictSame(await migrate(url), { applied: all.sort(), newer: [] });
  t.strictSame(await migrate(url), { applied: [], newer: [] });

  const [columns, rows] = await runSql(
    url,
    `SELECT column_name AS name, data_type AS type, character_maximum_length AS length, is_nullable AS nullable, column_default AS default
     FROM information_schema.columns WHERE table_name = '_prisma_migrations' ORDER BY ordinal_position`,
    'SELECT *, finished_at >= started_at AS in_order FROM _prisma_migrations',
  );
  const time = 'timestamp with time zone';
  const column = (
    name: string,
    type: string,
    length: number | null,
    nullable: 'YES' | 'NO',
    value: string | null = null,
  ) => ({
    name,
    type,
    length,
    nullable,
    default: value,
  });
  // As Prisma's schema engine creates it.
  t.strictSame(columns?.rows, [
    column('id', 'character varying', 36, 'NO'),
    column('checksum', 'character varying', 64, 'NO'),
    column('finished_at', time, null, 'YES'),
    column('migration_name', 'character varying', 255, 'NO'),
    column('logs', 'text', null, 'YES'),
    column('rolled_back_at', time, null, 'YES'),
    column('started_at', time, null, 'NO', 'now()'),
    column('applied_steps_count', 'integer', null, 'NO', '0'),
  ]);
  const sql = await readFile(new URL(`${init}/migration.sql`, ours));
  t.match(rows?.rows, [
    {
      id: /^[0-9a-f-]{36}$/,
      migration_name: init,
      checksum: createHash('sha256').update(sql).digest('hex'),
      logs: null,
      rolled_back_at: null,
      applied_steps_count: 1,
      in_order: true,
    },
  ]);
});

t.test('replicas that start together apply each migration once', async (t) => {
  const { url } = await freshDatabase(t);
  const directory = await copied(t);
  const results = await Promise.all(Array.from({ length: 5 }, () => migrate(url, directory)));
  t.strictSame(results.map(({ applied }) => applied.length).sort(), [0, 0, 0, 0, 1]);
});

t.test('an older version starts on the database of a newer one', async (t) => {
  const { url } = await freshDatabase(t);
  const [ours, newer] = [await copied(t), await copied(t, 'newer')];
  await add(newer, '20991231000000_newer', 'CREATE TABLE newer ()');
  t.strictSame(await migrate(url, newer), { applied: [init, '20991231000000_newer'], newer: [] });
  t.strictSame(await migrate(url, ours), { applied: [], newer: ['20991231000000_newer'] });
});

t.test('a migration that fails leaves nothing, and the next start tries again', async (t) => {
  const { url } = await freshDatabase(t);
  const directory = await copied(t);
  await add(directory, '20270101000000_bad', 'CREATE TABLE half (); SELECT 1/0');
  await t.rejects(migrate(url, directory), {
    message: /20270101000000_bad failed/,
    cause: { code: '22012' },
  });
  const [half] = await runSql(
    url,
    `SELECT to_regclass('half') AS half, (SELECT count(*)::int FROM _prisma_migrations) AS rows`,
  );
  t.strictSame(half?.rows, [{ half: null, rows: 1 }]);
  await writeFile(new URL('20270101000000_bad/migration.sql', directory), 'CREATE TABLE half ()');
  t.strictSame((await migrate(url, directory)).applied, ['20270101000000_bad']);
});

t.test('refuses another history', async (t) => {
  const cases: [string, RegExp, (directory: URL, url: string) => Promise<unknown>][] = [
    [
      'a migration edited since',
      /20261123000000_init .*edited/,
      (directory) => appendFile(new URL(`${init}/migration.sql`, directory), '-- x'),
    ],
    [
      'an unknown migration older than ours',
      /20261123000000_init .*the histories differ/,
      async (directory) => {
        await rename(new URL(`${init}/`, directory), new URL('20270101000000_other/', directory));
        await writeFile(new URL('20270101000000_other/migration.sql', directory), 'SELECT 1');
      },
    ],
    [
      'a migration that Prisma left half-way',
      /20261123000000_init failed half-way/,
      (_, url) => runSql(url, 'UPDATE _prisma_migrations SET finished_at = NULL'),
    ],
  ];
  for (const [name, message, change] of cases) {
    await t.test(name, async (t) => {
      const { url } = await freshDatabase(t);
      await migrate(url);
      const directory = await copied(t);
      await change(directory, url);
      await t.rejects(migrate(url, directory), { message });
    });
  }
});

t.test('a migration that Prisma rolled back counts as not applied', async (t) => {
  const { url } = await freshDatabase(t);
  const directory = await copied(t);
  await rm(new URL(`${init}/`, directory), { recursive: true });
  await add(directory, '20270101000000_again', 'SELECT 1');
  await migrate(url, directory);
  await runSql(url, 'UPDATE _prisma_migrations SET rolled_back_at = now(), finished_at = NULL');
  t.strictSame((await migrate(url, directory)).applied, ['20270101000000_again']);
});

t.test(
  'migrations that another process has locked are waited for: the log says so, and the wait ends',
  async (t) => {
    const { url } = await freshDatabase(t);
    const holder = new pg.Client({ connectionString: url, application_name: 'a stuck migration' });
    await holder.connect();
    t.teardown(() => holder.end());
    await holder.query('SELECT pg_advisory_lock(72707369)');
    const lines: unknown[] = [];
    const patience = (forMs: number) => ({
      log: { warn: (details: object) => void lines.push(details) },
      forMs,
    });
    const message =
      /locked for 0 s by PostgreSQL's process \d+ \(a stuck migration\)\. .*pg_terminate_backend/;
    await t.rejects(migrate(url, ours, null, patience(50)), { code: 'MIGRATIONS_LOCKED', message });
    t.match(lines, [{ holder: /a stuck migration/ }]);

    const waiting = migrate(url, ours, null, {
      ...patience(60_000),
      log: { warn: () => void holder.query('SELECT pg_advisory_unlock(72707369)') },
    });
    t.match(await waiting, { newer: [] }, 'and when it is free, it goes on');
  },
);
