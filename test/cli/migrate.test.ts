import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { runBound } from '#dev/sandbox/spawn-bound.ts';
import { plainEnvironment } from '#test/support/environment.ts';
import { freshDatabase, runSql } from '#test/support/postgres.ts';

async function run(env: Record<string, string>): Promise<{ code: number; said: string }> {
  try {
    const { stdout } = await runBound(process.execPath, ['src/cli/migrate.ts'], {
      env: { ...plainEnvironment, ...env },
    });
    return { code: 0, said: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, said: stdout + stderr };
  }
}

t.test('the owner migrates and grants, and the service then needs no owner', async (t) => {
  const { url, serviceUrl } = await freshDatabase(t);
  const file = join(t.testdir(), 'owner');
  writeFileSync(file, `${url}\n`);
  const settings = { DATABASE_URL: serviceUrl, MIGRATION_DATABASE_URL_FILE: file };
  t.match(await run(settings), { code: 0, said: /^Applied: \d{14}_\w+(, \d{14}_\w+)*\.\n$/ });
  t.same(await run(settings), { code: 0, said: 'The database is up to date.\n' });
  const [result] = await runSql(serviceUrl, 'SELECT count(*) AS n FROM ledger_entry');
  t.same(result?.rows, [{ n: '0' }], 'the service may read the log');

  const cases: [Record<string, string>, RegExp][] = [
    [{}, /^DATABASE_URL is missing/],
    [{ DATABASE_URL: serviceUrl }, /^MIGRATION_DATABASE_URL is missing: it must name the owner/],
    [{ DATABASE_URL: 'embedded' }, /^DATABASE_URL=embedded needs no migration/],
    [{ DATABASE_URL: url, MIGRATION_DATABASE_URL: url }, /^DATABASE_URL must name a role that cannot change/],
    [
      { ...settings, DATABASE_URL: 'postgresql://x@127.0.0.1:1/x', DATABASE_WAIT_SECONDS: '0' },
      /did not answer within 0 s/,
    ],
  ];
  for (const [env, said] of cases) t.match(await run(env), { code: 1, said }, String(said));
});
