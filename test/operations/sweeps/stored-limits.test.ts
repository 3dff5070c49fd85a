import t from 'tap';
import { checkSweep, plainAccount } from '#test/postgres/fixtures/check-sweep.ts';
import { keptToken } from '#test/support/callers.ts';
import { freshStore, runSql } from '#test/support/postgres.ts';
import { clusters, roleName, startService } from '#test/support/service.ts';

// Everything that a caller can store has a limit. Sweeps: test/postgres/sweeps/sweeps.test.ts.

const refused = {
  status: 429,
  headers: { 'retry-after': undefined },
  json: { code: 'RATE_LIMITED', retryable: false },
};

t.test('a hundred schedules of a caller', async (t) => {
  const { rest, databaseUrl } = await startService(t);
  const schedule = { cron: '0 3 * * *', sweep: { select: { all: true } } };
  await rest('PUT', '/v1/schedules/mine', schedule);
  await runSql(
    databaseUrl,
    `INSERT INTO schedule SELECT 'mine-' || i, cron, timezone, sweep, issuer, subject, groups, scope, request_id, created_at, updated_at
     FROM schedule, generate_series(1, 99) AS i`,
    `INSERT INTO schedule SELECT 'theirs', cron, timezone, sweep, issuer, 'somebody else', groups, scope, request_id, created_at, updated_at
     FROM schedule WHERE name = 'mine'`,
  );
  t.match(await rest('PUT', '/v1/schedules/one-more', schedule), refused);
  t.match(await rest('GET', '/v1/schedules/one-more'), { status: 404 });
  t.match(
    await rest('PUT', '/v1/schedules/mine', schedule),
    { status: 200 },
    'an existing schedule may be replaced',
  );
  t.match(
    await rest('PUT', '/v1/schedules/theirs', schedule),
    refused,
    'and schedules that are taken over count',
  );
  await rest('DELETE', '/v1/schedules/mine-7');
  t.match(await rest('PUT', '/v1/schedules/one-more', schedule), { status: 201 });
});

t.test('a thousand service tokens a day', async (t) => {
  const { rest, databaseUrl } = await startService(t);
  const make = (name: string) =>
    rest('POST', '/v1/service-tokens', {
      name,
      groups: ['a'],
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    });
  t.match(await make('first'), { status: 201 });
  await runSql(
    databaseUrl,
    `INSERT INTO service_token SELECT 'id ' || i, 'token-' || i, secret_hash, groups, scope, created_by, created_at, expires_at, NULL, now()
     FROM service_token, generate_series(1, 999) AS i`,
  );
  t.match(await make('another'), refused, 'revoked ones count: their rows stay');
  await runSql(
    databaseUrl,
    "UPDATE service_token SET created_at = now() - interval '25 hours' WHERE name = 'token-1'",
  );
  t.match(await make('another'), { status: 201 });
});

t.test('a hundred thousand accounts', async (t) => {
  const { rest, databaseUrl } = await startService(t);
  await runSql(
    databaseUrl,
    `INSERT INTO account (account_id, name, partition, updated_at)
     SELECT 200000000000 + i, 'n', 'aws', now() FROM generate_series(1, 100000) AS i`,
  );
  t.match(await rest('PUT', '/v1/accounts/111122223333', { name: 'one more' }), refused);
  t.match(await rest('PUT', '/v1/accounts/111122223333?dryRun=true', { name: 'one more' }), refused);
  t.match(await rest('PUT', '/v1/accounts/200000000001', { name: 'another name' }), { status: 200 });
});

t.test('fifty thousand idempotency keys of a caller', async (t) => {
  const { rest, account, databaseUrl } = await startService(t);
  const { accountId } = await account();
  const put = (key: string) =>
    rest('PUT', `/v1/accounts/${accountId}`, { name: 'n' }, { 'idempotency-key': key });
  t.match(await put('first'), { status: 200 });
  await runSql(
    databaseUrl,
    `INSERT INTO idempotency_key SELECT issuer, subject, 'key ' || i, operation, fingerprint, log_head, answer
     FROM idempotency_key, generate_series(1, 49999) AS i`,
  );
  // Another replica, which has not counted yet.
  const other = await startService(t, { database: { through: async () => databaseUrl } });
  const again = (key: string) =>
    other.rest('PUT', `/v1/accounts/${accountId}`, { name: 'n' }, { 'idempotency-key': key });
  t.match(await again('one more'), {
    status: 429,
    headers: { 'retry-after': '30' },
    json: { code: 'RATE_LIMITED', retryable: true },
  });
  t.match(
    await again('first'),
    { status: 200, headers: { 'idempotency-replayed': 'true' } },
    'stored answers are still replayed',
  );
  t.match(
    await other.rest('PUT', `/v1/accounts/${accountId}`, { name: 'n' }),
    { status: 200 },
    'and no key is needed',
  );
});

t.test('a sweep leaves no keys behind', async (t) => {
  const { rest, account, app, databaseUrl } = await startService(t, { sweepConcurrency: 2 });
  const accounts = [await account(), await account()];
  for (const { seed } of accounts) seed(['a']);
  const accountIds = accounts.map(({ accountId }) => accountId);
  for (const more of [{}, { roleName: roleName.toUpperCase() }]) {
    const input = { operation: 'EXTEND', select: { accountIds }, clusters: clusters('b'), ...more };
    const { id } = (await rest('POST', '/v1/sweeps', input)).json;
    await app.inject(`/v1/sweeps/${id}/results?format=ndjson`);
    t.match((await rest('GET', `/v1/sweeps/${id}`)).json, { done: 2, failed: 0 });
  }
  await app.close();
  const [left] = await runSql(databaseUrl, "SELECT key FROM idempotency_key WHERE key LIKE 'sweep %'");
  t.same(left?.rows, []);
});

t.test('a hundred imports', async (t) => {
  const { imports, url } = await freshStore(t);
  await runSql(
    url,
    `INSERT INTO account_import (id, dry_run, actor, created_at)
     SELECT 'import_' || i, TRUE, '{}', now() - i * interval '1 minute' FROM generate_series(1, 150) AS i`,
  );
  await imports.purge(new Date(Date.now() - 3_600_000));
  const [left] = await runSql(url, 'SELECT count(*)::int AS count FROM account_import');
  t.match(left?.rows, [{ count: 59 }], 'the old ones are gone');
  await runSql(
    url,
    'UPDATE account_import SET created_at = now()',
    "INSERT INTO account_import (id, dry_run, actor, created_at) SELECT 'more_' || i, TRUE, '{}', now() + i * interval '1 second' FROM generate_series(1, 100) AS i",
  );
  await imports.purge(new Date(0));
  const [newest] = await runSql(url, 'SELECT DISTINCT left(id, 4) AS kind FROM account_import');
  t.match(newest?.rows, [{ kind: 'more' }], 'and those beyond the newest hundred');
});

t.test('a hundred thousand dead letters, for ninety days', async (t) => {
  const { outbox, url } = await freshStore(t);
  const dead = (count: number, age: string, prefix: string) =>
    `INSERT INTO verdict_event (id, account_id, role_key, body, created_at, dead_at)
     SELECT '${prefix}' || i, '1', 'r', '{}', now() - interval '${age}', now() FROM generate_series(1, ${count}) AS i`;
  await runSql(
    url,
    dead(5, '91 days', 'old '),
    dead(3, '2 days', 'less new '),
    dead(100_000, '1 day', 'new '),
  );
  await runSql(
    url,
    "INSERT INTO verdict_event (id, account_id, role_key, body, created_at) VALUES ('alive', '1', 'r', '{}', now() - interval '91 days')",
  );
  t.equal(await outbox.purge(new Date(Date.now() - 90 * 86_400_000)), 8);
  const [left] = await runSql(
    url,
    "SELECT count(*)::int AS count FROM verdict_event WHERE id = 'alive' OR id LIKE 'new%'",
  );
  t.match(left?.rows, [{ count: 100_001 }]);
});

t.test('a hundred names of roles that an account does not have', async (t) => {
  const { sweeps, accounts, posture } = await freshStore(t);
  const accountId = '111122223333';
  await accounts.put(plainAccount(accountId));
  const check = async (id: string, roleName: string, verdict: 'MISSING' | 'COMPLIANT') => {
    await sweeps.start(checkSweep(id), { accountIds: [accountId] }, null, 1000);
    const report = { accountId, roleName, verdict, findings: [], checkedAt: new Date().toISOString() };
    await sweeps.keep(id, [
      {
        accountId,
        results: [{ roleName, verdict, report: report as never, plan: null, change: null, error: null }],
      },
    ]);
  };
  for (let i = 0; i < 103; i += 1) await check(`s${i}`, `made-up-${i}`, 'MISSING');
  t.equal((await posture.list({ after: null, limit: 200 })).length, 100);
  await check('good', 'real', 'COMPLIANT');
  await check('gone', 'real', 'MISSING');
  t.match(
    (await posture.list({ after: null, limit: 200 })).filter(({ roleName }) => roleName === 'real'),
    [{ verdict: 'MISSING' }],
    'a role that was there is MISSING',
  );
});

t.test('one row a service token, whoever uses it', async (t) => {
  const { serviceTokens } = await freshStore(t);
  await serviceTokens.add({ ...keptToken('a', { id: 'a' }), secretHash: Buffer.alloc(32) });
  t.equal(await serviceTokens.countSince(new Date(Date.now() - 1000)), 1);
  t.equal(await serviceTokens.countSince(new Date(Date.now() + 1000)), 0);
  t.match(await serviceTokens.among(['a', 'b']), [{ id: 'a', secretHash: Buffer.alloc(32) }]);
});
