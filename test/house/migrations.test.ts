import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { concurrentIndexOf } from '#src/postgres/migrations/concurrent-index.ts';

// A new version migrates while the version before it serves, and may be rolled back: CONTRIBUTING.md. So a
// migration only adds. It also keeps nobody from writing to tables that grow for ever.

/** Migrations up to this one landed before the rule. They are never edited. */
const before = '20261130060000_on_behalf_of';
/** Tables with millions of rows, to which every change writes. */
const log = 'ledger_(?:entry|search|cluster|node|checkpoint)';

const refused: [RegExp, string][] = [
  [/\bDROP (?:TABLE|COLUMN|CONSTRAINT|INDEX|TYPE|SCHEMA)\b/i, 'the version before may use what is dropped'],
  [/\bRENAME\b/i, 'the version before uses the old name'],
  [/\bALTER COLUMN "?\w+"? (?:SET DATA )?TYPE\b/i, 'a change of type rewrites the table under a lock'],
  [/\bSET NOT NULL\b/i, 'the version before may write NULL'],
  [
    /\bADD COLUMN (?:(?!DEFAULT)[^,;])*NOT NULL(?![^,;]*DEFAULT)/i,
    'the version before does not write the column',
  ],
  [
    new RegExp(`\\bALTER TABLE "?${log}"?\\s+ADD (?:CONSTRAINT|CHECK|FOREIGN|UNIQUE)`, 'i'),
    'it reads the whole log under a lock',
  ],
  [
    new RegExp(`\\bCREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)[^;]*\\bON "?${log}"?`, 'i'),
    'it keeps appends out: use CREATE INDEX CONCURRENTLY, alone in its migration',
  ],
  [
    new RegExp(`\\b(?:LOCK TABLE|TRUNCATE|UPDATE|DELETE FROM) "?${log}"?`, 'i'),
    'the log is append-only, and a lock keeps appends out',
  ],
];

const faultsOf = (sql: string): string[] => {
  const text = sql.replace(/--.*$/gm, '');
  const faults = refused.flatMap(([shape, why]) => (shape.test(text) ? [why] : []));
  if (/CONCURRENTLY/i.test(text) && concurrentIndexOf(sql) === null)
    faults.push('CREATE INDEX CONCURRENTLY must be the only statement of its migration');
  return faults;
};

t.test('new migrations only add', async (t) => {
  const names = readdirSync('prisma/migrations')
    .filter((name) => /^\d/.test(name))
    .sort();
  t.ok(names.includes(before), 'the migrations were found');
  for (const name of names.filter((one) => one > before))
    t.strictSame(faultsOf(readFileSync(`prisma/migrations/${name}/migration.sql`, 'utf8')), [], name);
});

t.test('what a migration may do, and what not', async (t) => {
  for (const sql of [
    'CREATE TABLE "a" ("b" TEXT NOT NULL); CREATE INDEX "a_idx" ON "a" ("b");',
    'ALTER TABLE "sweep" ADD COLUMN "b" TEXT;',
    'ALTER TABLE "sweep" ADD COLUMN "b" TEXT NOT NULL DEFAULT \'\', ADD COLUMN "c" INTEGER NOT NULL DEFAULT 0;',
    'ALTER TABLE "sweep" ADD COLUMN "b" INTEGER DEFAULT 0 NOT NULL;',
    '-- DROP TABLE is what this does not do.\nCREATE OR REPLACE FUNCTION "a"() RETURNS text LANGUAGE sql RETURN 1;',
    'CREATE INDEX CONCURRENTLY "ledger_entry_b_idx" ON "ledger_entry" ("b", "position");',
  ])
    t.strictSame(faultsOf(sql), [], sql);
  for (const sql of [
    'DROP TABLE "a";',
    'ALTER TABLE "sweep" DROP COLUMN "b";',
    'ALTER TABLE "sweep" RENAME COLUMN "b" TO "c";',
    'ALTER TABLE "sweep" ALTER COLUMN "b" TYPE BIGINT;',
    'ALTER TABLE "sweep" ALTER COLUMN "b" SET NOT NULL;',
    'ALTER TABLE "sweep" ADD COLUMN "b" TEXT NOT NULL;',
    'ALTER TABLE "sweep" ADD COLUMN "a" TEXT, ADD COLUMN "b" TEXT NOT NULL;',
    'CREATE INDEX "ledger_entry_b_idx" ON "ledger_entry" ("b");',
    'CREATE UNIQUE INDEX "x" ON ledger_search (position);',
    'ALTER TABLE "ledger_entry" ADD CONSTRAINT "c" CHECK ("seq" > 0);',
    'LOCK TABLE "ledger_entry" IN SHARE MODE;',
    'UPDATE "ledger_search" SET "words" = \'\';',
    'ALTER TABLE "a" ADD COLUMN "b" TEXT; CREATE INDEX CONCURRENTLY "a_idx" ON "a" ("b");',
  ])
    t.not(faultsOf(sql).length, 0, sql);
});
