import { mkdir, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import t from 'tap';
import { concurrentIndexOf } from '#src/postgres/migrations/concurrent-index.ts';
import { migrate } from '#src/postgres/migrations/migrate.ts';
import { freshDatabase, runSql } from '#test/support/postgres.ts';

t.test('a migration that is one CREATE INDEX CONCURRENTLY', async (t) => {
  for (const [sql, name] of [
    ['CREATE INDEX CONCURRENTLY "a_idx" ON "a" ("b");', 'a_idx'],
    [
      '-- Why: this.\nCREATE UNIQUE INDEX CONCURRENTLY "a_key" ON "a" ("b")\n    WHERE "c" IS NULL;\n',
      'a_key',
    ],
    ['CREATE INDEX "a_idx" ON "a" ("b");', null],
    ['CREATE INDEX CONCURRENTLY "a_idx" ON "a" ("b"); CREATE INDEX CONCURRENTLY "b_idx" ON "b" ("c");', null],
    ['ALTER TABLE "a" ADD COLUMN "b" TEXT; CREATE INDEX CONCURRENTLY "a_idx" ON "a" ("b");', null],
  ] as const)
    t.equal(concurrentIndexOf(sql), name, sql);
});

t.test('the index is made beside a writer, and again after an interrupted attempt', async (t) => {
  const { url } = await freshDatabase(t);
  const directory = pathToFileURL(`${t.testdir({})}/`);
  const add = async (name: string, sql: string) => {
    await mkdir(new URL(`${name}/`, directory));
    await writeFile(new URL(`${name}/migration.sql`, directory), sql);
  };
  await add('1_table', 'CREATE TABLE "thing" ("id" INTEGER); INSERT INTO "thing" VALUES (1), (1);');
  await migrate(url, directory);

  await add('2_index', 'CREATE UNIQUE INDEX CONCURRENTLY "thing_key" ON "thing" ("id");');
  await t.rejects(migrate(url, directory), { message: /2_index failed/ }, 'the values are not unique');
  const state = `SELECT indisvalid AS "isValid" FROM pg_index WHERE indexrelid = to_regclass('thing_key')`;
  const [left] = await runSql(url, state);
  t.strictSame(left?.rows, [{ isValid: false }], 'the attempt leaves an index that is not valid');

  // A row that was written and not committed would keep CREATE INDEX out, and the index keeps no writer out.
  await runSql(url, 'DELETE FROM "thing"');
  const writer = new pg.Client(url);
  await writer.connect();
  t.teardown(() => writer.end());
  await writer.query('BEGIN; INSERT INTO "thing" VALUES (2)');
  const migrated = migrate(url, directory);
  await writer.query('INSERT INTO "thing" VALUES (3); COMMIT');
  t.strictSame(await migrated, { applied: ['2_index'], newer: [] });
  const [made] = await runSql(url, state);
  t.strictSame(made?.rows, [{ isValid: true }]);
  t.strictSame(await migrate(url, directory), { applied: [], newer: [] });
});
