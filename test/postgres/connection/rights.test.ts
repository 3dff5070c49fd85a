import t from 'tap';
import { rights, roleOf } from '#src/postgres/connection/rights.ts';
import { openTestDatabase } from '#test/support/database.ts';
import { freshDatabase, freshStore, runSql, useOwnServer } from '#test/support/postgres.ts';
import { clusters, startService } from '#test/support/service.ts';
import { plainAccount } from '../fixtures/check-sweep.ts';
import { draft, succeeded } from '../fixtures/draft.ts';

useOwnServer();

const tablesOf = async (url: string): Promise<string[]> =>
  (
    (await runSql(url, `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`))[0]?.rows ??
    []
  ).map(({ tablename }) => tablename);

t.test('every table has its line, and the service exactly the rights in it', async (t) => {
  const { url, serviceUrl } = await freshStore(t);
  const tables = await tablesOf(url);
  t.same(tables, Object.keys(rights).sort());
  t.strictSame(rights.ledger_entry, ['SELECT', 'INSERT']);
  const [held] = await runSql(
    serviceUrl,
    `SELECT tablename AS table, array_agg(privilege ORDER BY privilege) FILTER (WHERE has_table_privilege(tablename, privilege)) AS privileges
     FROM pg_tables, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN']) AS privilege
     WHERE schemaname = 'public' GROUP BY tablename`,
  );
  t.same(Object.fromEntries((held?.rows ?? []).map((row) => [row.table, row.privileges])), {
    ...Object.fromEntries(Object.entries(rights).map(([table, granted]) => [table, [...granted].sort()])),
  });
});

t.test("actions that the service's role may not do", async (t) => {
  const { ledger, accounts, url, serviceUrl } = await freshStore(t);
  await ledger.settle(await ledger.open(draft()), succeeded);
  await ledger.open(draft());
  await accounts.put(plainAccount('111122223333'));
  const column =
    (
      await runSql(
        url,
        `SELECT attrelid::regclass::text AS table, attname FROM pg_attribute WHERE attnum = 1`,
      )
    )[0]?.rows ?? [];
  const ofEach = (await tablesOf(url)).flatMap((table) => {
    const first = column.find((row) => row.table === table)?.attname;
    const byRight = {
      INSERT: `INSERT INTO ${table} SELECT * FROM ${table}`,
      UPDATE: `UPDATE ${table} SET ${first} = ${first}`,
      DELETE: `DELETE FROM ${table}`,
    };
    const withheld = Object.entries(byRight).filter(([right]) => !rights[table]?.includes(right as 'INSERT'));
    return [
      ...withheld.map(([, statement]) => statement),
      `TRUNCATE ${table}`,
      `DROP TABLE ${table}`,
      `ALTER TABLE ${table} ADD COLUMN more text`,
      `ALTER TABLE ${table} DISABLE TRIGGER ALL`,
      `ALTER TABLE ${table} OWNER TO rolewright`,
      `CREATE INDEX ON ${table} (${first})`,
      `CREATE TRIGGER mine BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION ledger_entry_refuse()`,
      `CREATE RULE mine AS ON INSERT TO ${table} DO INSTEAD NOTHING`,
      `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    ];
  });
  const statements = [
    ...ofEach,
    'SELECT FROM ledger_entry FOR UPDATE',
    'BEGIN; LOCK TABLE ledger_entry IN ACCESS EXCLUSIVE MODE',
    `INSERT INTO ledger_entry (seq, body, hash) SELECT seq, body, hash FROM ledger_entry ON CONFLICT (seq) DO UPDATE SET body = '{}'`,
    'MERGE INTO ledger_entry USING (SELECT 1) one ON seq = 1 WHEN MATCHED THEN DELETE',
    'ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_append_only',
    'DROP TRIGGER ledger_entry_append_only ON ledger_entry',
    `CREATE OR REPLACE FUNCTION ledger_json(body text) RETURNS json LANGUAGE sql IMMUTABLE AS $$ SELECT '{}'::json $$`,
    'DROP FUNCTION ledger_entry_refuse CASCADE',
    'CREATE TABLE public.mine (id int)',
    'CREATE SCHEMA mine',
    'SET session_replication_role = replica',
    'SET ROLE postgres',
    'SET SESSION AUTHORIZATION postgres',
    'CREATE ROLE mine',
    'ALTER ROLE rolewright SUPERUSER',
    'GRANT postgres TO rolewright',
    `COPY ledger_entry (seq, body, hash) FROM PROGRAM 'true'`,
    `COPY account TO '/tmp/accounts'`,
    `COPY account TO PROGRAM 'cat'`,
    `SELECT pg_read_file('postgresql.conf')`,
    `ALTER SYSTEM SET fsync = off`,
    'SELECT pg_reload_conf()',
  ];
  const state = `SELECT (SELECT jsonb_agg(e ORDER BY seq) FROM ledger_entry e) log, (SELECT jsonb_agg(a) FROM account a) accounts, (SELECT jsonb_agg(o) FROM open_change o) open`;
  const before = (await runSql(url, state))[0]?.rows;
  for (const statement of statements)
    await t.rejects(runSql(serviceUrl, statement), { code: '42501' }, statement);
  t.strictSame((await runSql(url, state))[0]?.rows, before);
});

t.test('the whole service works with these rights', async (t) => {
  const { rest, account, changes } = await startService(t);
  const one = await account();
  one.seed(['a']);
  const written = await rest('POST', `${one.role}/extend`, { clusters: clusters('b') });
  t.match(written, { status: 200, json: { change: { outcome: 'SUCCEEDED' } } });
  t.match(await rest('GET', '/readyz'), { status: 200 });
  t.equal((await changes(one.accountId)).length, 1);
  t.match(await rest('DELETE', `/v1/accounts/${one.accountId}`), { status: 204 });
});

t.test('granting again gives the same rights, and revokes those given by hand', async (t) => {
  const { url, serviceUrl, migrate, ledger } = await freshStore(t);
  await ledger.open(draft());
  await runSql(
    url,
    'GRANT ALL ON ALL TABLES IN SCHEMA public TO rolewright',
    'GRANT UPDATE (body) ON ledger_entry TO rolewright',
  );
  t.match(await migrate(), { applied: [], canModifyLog: false });
  await t.rejects(runSql(serviceUrl, 'UPDATE open_change SET seq = 1'), { code: '42501' });
  await t.rejects(runSql(serviceUrl, `UPDATE ledger_entry SET body = ''`), { code: '42501' });
  t.ok(await ledger.open(draft()));
});

t.test('a database whose owner keeps everything from PUBLIC', async (t) => {
  const { url, serviceUrl } = await freshDatabase(t);
  const name = new URL(url).pathname.slice(1);
  await runSql(
    url,
    `REVOKE ALL ON DATABASE ${name} FROM PUBLIC`,
    'REVOKE ALL ON SCHEMA public FROM PUBLIC',
    'ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC',
  );
  const { migrate, ledger, close } = openTestDatabase({ url: serviceUrl, migrationUrl: url });
  t.teardown(close);
  await migrate();
  t.match(await ledger.settle(await ledger.open(draft()), succeeded), { outcome: 'SUCCEEDED' });
});

t.test('a role that could change the log is refused, where two roles were asked for', async (t) => {
  const { url, serviceUrl } = await freshStore(t);
  const role = `other_${new URL(url).pathname.slice(1)}`;
  const other = Object.assign(new URL(serviceUrl), { username: role }).href;
  await runSql(
    url,
    `CREATE ROLE ${role} LOGIN PASSWORD '${new URL(serviceUrl).password}'`,
    `CREATE ROLE ${role}_group`,
    `GRANT ${role}_group TO ${role} WITH INHERIT FALSE`,
  );
  t.teardown(() => runSql(url, `DROP OWNED BY ${role}, ${role}_group`, `DROP ROLE ${role}, ${role}_group`));
  const migrate = async (url: string, migrationUrl?: string) => {
    const database = openTestDatabase({ url, migrationUrl });
    try {
      return await database.migrate();
    } finally {
      await database.close();
    }
  };
  const refused = {
    code: 'LOG_NOT_GUARDED',
    message: /^DATABASE_URL must name a role that cannot change the audit log(?!.*:\/\/).*$/,
  };
  t.match(await migrate(other, url), { canModifyLog: false });
  await t.rejects(migrate(url, url), refused, 'the superuser');
  for (const right of ['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'UPDATE (body)']) {
    await runSql(url, `GRANT ${right} ON ledger_entry TO ${role}_group`);
    await t.rejects(migrate(other, url), refused, `through a group: ${right}`);
    await runSql(url, `REVOKE ${right} ON ledger_entry FROM ${role}_group`);
  }
  t.match(await migrate(other, url), { canModifyLog: false });
  await runSql(url, `GRANT postgres TO ${role}`);
  await t.rejects(migrate(other, url), refused, 'a member of the owner');
  t.match(await migrate(other), { canModifyLog: true }, 'with one URL it is logged, not refused');
  await runSql(url, `REVOKE postgres FROM ${role}`);
  t.match(
    await migrate(other),
    { applied: [], canModifyLog: false },
    'without pending migrations no owner is needed',
  );
});

t.test('the role of a URL', async (t) => {
  t.equal(roleOf('postgresql://the%20service:secret@db/x'), 'the service');
});

t.test('a table of a newer version is left alone', async (t) => {
  const { url, serviceUrl } = await freshStore(t);
  await runSql(url, 'CREATE TABLE newer (id int)', 'GRANT SELECT, DELETE ON newer TO rolewright');
  const { migrate, close } = openTestDatabase({ url: serviceUrl, migrationUrl: url });
  t.teardown(close);
  await migrate();
  t.ok(await runSql(serviceUrl, 'DELETE FROM newer'));
});
