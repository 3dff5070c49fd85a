import pg from 'pg';
import t from 'tap';
import { openFigures, poolFiguresOf } from '#src/postgres/figures/figures.ts';
import { freshStore, runSql } from '#test/support/postgres.ts';

const ago = (seconds: number) => `now() - interval '${seconds} seconds'`;

t.test('nothing waits in a new database', async (t) => {
  const { figures } = await freshStore(t, { keys: new Map() });
  const nothing = { count: 0, age: 0 };
  t.same(await figures.posture(), { COMPLIANT: 0, NEEDS_EXTENSION: 0, NEEDS_REPAIR: 0, MISSING: 0 });
  t.same(await figures.pendingChanges(), nothing);
  t.same(await figures.audit(), { head: 0, signed: { seq: 0, at: null, unsignedAge: 0 } });
  t.same(await figures.sweeps(), {
    sweeps: { QUEUED: 0, RUNNING: 0 },
    accounts: { PENDING: 0, DONE: 0, FAILED: 0 },
  });
  const idle = { ...nothing, active: 0, failed: 0 };
  t.same(await figures.jobs(), { sweep: idle, schedule: idle });
  t.same(await figures.webhooks(), { ...nothing, dead: 0 });
  t.equal(await figures.replicas(), 0);
});

t.test('what waits is counted, with the age of the oldest', async (t) => {
  const { figures, url } = await freshStore(t);
  await runSql(
    url,
    `INSERT INTO verdict_event (id, account_id, role_key, body, created_at, dead_at) VALUES
      ('1', '111122223333', 'a', '{}', ${ago(3600)}, NULL), ('2', '111122223333', 'b', '{}', ${ago(0)}, NULL),
      ('3', '111122223333', 'c', '{}', ${ago(7200)}, now())`,
    `INSERT INTO pgboss.job (name, state, start_after) VALUES ('sweep', 'created', ${ago(600)}), ('sweep', 'retry', ${ago(0)}),
      ('sweep', 'active', ${ago(9000)}), ('sweep', 'failed', ${ago(9000)}), ('sweep', 'completed', ${ago(9000)}),
      ('schedule', 'created', ${ago(-3600)})`,
    `INSERT INTO sweep (id, operation, state, dry_run, subject, groups, request_id, total, done, failed, created_at, ended_at) VALUES
      ('a', 'CHECK', 'RUNNING', FALSE, 's', '{}', 'r', 100, 40, 3, now(), NULL), ('b', 'CHECK', 'QUEUED', FALSE, 's', '{}', 'r', 10, 0, 0, now(), NULL),
      ('c', 'CHECK', 'DONE', FALSE, 's', '{}', 'r', 1000, 1000, 1000, now(), now())`,
    `INSERT INTO account (account_id, name, partition, updated_at) VALUES ('111122223333', 'one', 'aws', now())`,
    `INSERT INTO posture (account_id, role_key, role_name, verdict, findings, checked_at, changed_at, sweep_id) VALUES
      ('111122223333', 'a', 'A', 'MISSING', '{}', now(), now(), 'a'), ('111122223333', 'b', 'B', 'MISSING', '{}', now(), now(), 'a'),
      ('444455556666', 'a', 'A', 'COMPLIANT', '{}', now(), now(), 'a')`,
  );
  const isAbout = (age: number, seconds: number) => age >= seconds && age < seconds + 600;
  const { age: eventAge, ...events } = await figures.webhooks();
  t.same(events, { count: 2, dead: 1 });
  t.ok(isAbout(eventAge, 3600), `${eventAge} s`);
  const { sweep, schedule } = await figures.jobs();
  t.match(sweep, { count: 2, active: 1, failed: 1 });
  t.ok(isAbout(sweep.age, 600), 'a job that runs does not wait');
  t.same(schedule, { count: 0, age: 0, active: 0, failed: 0 }, 'a job that is not due does not wait');
  t.same(await figures.sweeps(), {
    sweeps: { QUEUED: 1, RUNNING: 1 },
    accounts: { PENDING: 70, DONE: 37, FAILED: 3 },
  });
  t.same(
    await figures.posture(),
    { COMPLIANT: 0, NEEDS_EXTENSION: 0, NEEDS_REPAIR: 0, MISSING: 2 },
    'an account that is not registered does not count',
  );
  t.same((await figures.audit()).signed, null, 'without keys no checkpoints are made');
});

t.test('a database that cannot be reached is a fault', async (t) => {
  const pool = new pg.Pool({ connectionString: 'postgresql://x@127.0.0.1:1/x' });
  t.teardown(() => pool.end());
  const figures = openFigures({ pool, signs: true, postureLabel: 'team' });
  for (const read of Object.values(figures)) await t.rejects(read(), { code: 'UNAVAILABLE' });
});

t.test('the connections of pools', async (t) => {
  const { url } = await freshStore(t);
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  t.teardown(() => pool.end());
  t.same(poolFiguresOf({ one: pool }), [{ name: 'one', max: 1, open: 0, idle: 0, waiting: 0 }]);
  const client = await pool.connect();
  const waiting = pool.connect();
  t.same(poolFiguresOf({ one: pool }), [{ name: 'one', max: 1, open: 1, idle: 0, waiting: 1 }]);
  client.release();
  (await waiting).release();
  t.same(poolFiguresOf({ one: pool }), [{ name: 'one', max: 1, open: 1, idle: 1, waiting: 0 }]);
});

t.test('verdicts by a label of accounts: a bounded number of values', async (t) => {
  const { figures, url } = await freshStore(t, { postureLabel: 'team' });
  t.same(await figures.postureByLabel(), []);
  const sql = (from: number, to: number, labels: string) => [
    `INSERT INTO account (account_id, name, partition, labels, updated_at)
      SELECT lpad(i::text, 12, '0'), 'x', 'aws', ${labels}::jsonb, now() FROM generate_series(${from}, ${to}) i`,
    `INSERT INTO posture (account_id, role_key, role_name, verdict, findings, checked_at, changed_at, sweep_id)
      SELECT lpad(i::text, 12, '0'), 'a', 'A', 'MISSING', '{}', now(), now(), 'a' FROM generate_series(${from}, ${to}) i`,
  ];
  await runSql(
    url,
    ...sql(1, 2, `'{"team": "payments"}'`),
    ...sql(3, 3, `'{}'`),
    ...sql(4, 4, `jsonb_build_object('team', repeat('x', 256))`),
  );
  const byValue = async () =>
    Object.fromEntries((await figures.postureByLabel()).map(({ value, roles }) => [value, roles]));
  t.same(await byValue(), { payments: 2, '(none)': 1, ['x'.repeat(64)]: 1 });
  await runSql(url, ...sql(101, 200, `jsonb_build_object('team', 'team ' || i)`));
  const many = await byValue();
  t.match(many, { payments: 2, '(none)': 1 }, 'the largest have their own rows');
  t.equal(Object.keys(many).length, 51);
  t.equal(
    many['(other)'],
    104 - Object.values(many).reduce((sum, roles) => sum + roles, 0) + (many['(other)'] ?? 0),
  );
  const { figures: plain } = await freshStore(t);
  t.same(await plain.postureByLabel(), []);
});
