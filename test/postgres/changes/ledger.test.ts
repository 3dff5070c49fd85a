import { createHash } from 'node:crypto';
import t, { type Test } from 'tap';
import { shiftClock } from '#dev/chaos/shift-clock.ts';
import { runBound } from '#dev/sandbox/spawn-bound.ts';
import type { Intent, Ledger } from '#src/ports/ledger.ts';
import type { Change } from '#src/schema/change.ts';
import { openTestDatabase } from '#test/support/database.ts';
import { freshStore, runSql } from '#test/support/postgres.ts';
import { draft, succeeded } from '../fixtures/draft.ts';

/** Every entry as an auditor would export it. */
async function entriesOf(url: string): Promise<Change[]> {
  const sql = `SELECT seq, body, encode(hash, 'hex') AS hash, lag(encode(hash, 'hex'), 1, repeat('0', 64)) OVER (ORDER BY seq) AS previous
    FROM ledger_entry ORDER BY seq`;
  const rows = (await runSql(url, sql))[0]?.rows ?? [];
  return rows.map(({ seq, body, hash, previous }) => ({
    ...JSON.parse(body),
    seq: Number(seq),
    previousHash: previous,
    hash,
  }));
}

/** Verifies the chain with nothing but the documents, as an outsider would. */
function verify(t: Test, changes: Change[]): void {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.keys(value)
        .sort()
        .map((key) => [key, sorted(value[key as keyof typeof value])]),
    );
  };
  const links = changes.map(({ seq, hash, previousHash, ...body }, index) => ({
    gapless: seq === index + 1,
    follows: previousHash === (changes[index - 1]?.hash ?? '0'.repeat(64)),
    hashed:
      hash ===
      createHash('sha256')
        .update(Buffer.from(previousHash, 'hex'))
        .update(JSON.stringify(sorted(body)))
        .digest('hex'),
  }));
  t.strictSame(
    links,
    changes.map(() => ({ gapless: true, follows: true, hashed: true })),
  );
}

t.test('a change is PENDING, then has its outcome', async (t) => {
  const { ledger } = await freshStore(t);
  const intent = await ledger.open(draft());
  t.match(intent, { changeId: /^change_/, accountId: '111122223333', roleName: 'PodExecution' });

  const {
    caller: { actor, via, requestId },
    ...said
  } = draft();
  const pending = await ledger.get(intent.changeId);
  const opened = { ...said, actor, via, requestId, id: intent.changeId };
  t.match(pending, {
    ...opened,
    seq: 1,
    settles: null,
    endedAt: null,
    outcome: 'PENDING',
    steps: [],
    error: null,
    previousHash: '0'.repeat(64),
  });

  const settled = await ledger.settle(intent, succeeded);
  t.match(settled, {
    ...opened,
    ...succeeded,
    seq: 2,
    settles: 1,
    at: pending?.at,
    endedAt: String,
    previousHash: pending?.hash,
  });
  t.strictSame(await ledger.get(intent.changeId), settled);
  t.strictSame((await ledger.list({})).items, [settled], 'the list shows it once');
});

t.test(
  "times are the database's, in the order of the chain, whatever this machine's clock says",
  async (t) => {
    const { ledger, url } = await freshStore(t);
    const databaseTime = async () =>
      Date.parse((await runSql(url, 'SELECT clock_timestamp()::text AS at'))[0]?.rows[0].at);
    const before = await databaseTime();
    for (const shiftMs of [900_000, -900_000, 0]) {
      const undo = shiftClock(shiftMs);
      t.teardown(undo);
      await ledger.settle(await ledger.open(draft()), succeeded);
      await ledger.refuse(draft(), { code: 'X', detail: 'x' });
      undo();
    }
    const after = await databaseTime();
    const times = (await entriesOf(url)).map(({ at, endedAt }) => Date.parse(endedAt ?? at));
    t.equal(times.length, 9);
    t.same(
      times,
      times.toSorted((a, b) => a - b),
    );
    t.ok(times.every((time) => time >= Math.floor(before) && time <= after));
  },
);

t.test('a refused attempt is one FAILED entry', async (t) => {
  const { ledger } = await freshStore(t);
  const error = { code: 'TRUST_MISMATCH', detail: 'no' };
  const refused = await ledger.refuse(draft(), error);
  t.match(refused, { seq: 1, outcome: 'FAILED', error, steps: [] });
  t.strictSame(await ledger.get(refused.id), refused);
});

t.test('settling twice answers the first outcome', async (t) => {
  const { ledger, url } = await freshStore(t);
  const intent = await ledger.open(draft());
  const [first, second] = await Promise.all([
    ledger.settle(intent, succeeded),
    ledger.settle(intent, { ...succeeded, outcome: 'UNKNOWN' }),
  ]);
  t.strictSame(first, second);
  t.equal((await entriesOf(url)).length, 2);
});

t.test(
  'the effective changes of a role are those that are not FAILED, newest first, ignoring case',
  async (t) => {
    const { ledger } = await freshStore(t);
    const ids = async (since: Date) =>
      (await ledger.effectiveSince('111122223333', 'podexecution', since)).map(({ id }) => id);
    const [always, never] = [new Date(0), new Date('2999-01-01')];
    t.same(await ids(always), []);
    await ledger.refuse(draft(), { code: 'X', detail: 'old' });
    const first = await ledger.settle(await ledger.open(draft()), succeeded);
    const second = await ledger.settle(await ledger.open(draft({ roleName: 'PODEXECUTION' })), {
      ...succeeded,
      outcome: 'UNKNOWN',
    });
    t.same(await ids(always), [second.id, first.id]);
    t.same(await ids(never), [second.id], 'the newest in any case');
    const { changeId } = await ledger.open(draft());
    await ledger.open(draft({ roleName: 'Pod_xecution' }));
    await ledger.refuse(draft(), { code: 'X', detail: 'new' });
    await ledger.settle(await ledger.open(draft()), { ...succeeded, outcome: 'FAILED' });
    t.same(await ids(always), [changeId, second.id, first.id], 'changes in flight as well');
    t.equal(await ledger.get('nothing'), null);
  },
);

t.test('changes without an outcome are listed, oldest first', async (t) => {
  const { ledger } = await freshStore(t);
  const [first, second] = [await ledger.open(draft()), await ledger.open(draft())];
  await ledger.refuse(draft(), { code: 'X', detail: 'x' });
  const ids = async () => (await ledger.unsettled({ after: 0 })).map(({ id }) => id);
  t.same(await ids(), [first.changeId, second.changeId]);
  await ledger.settle(first, succeeded);
  t.same(await ids(), [second.changeId]);
});

t.test('earlier clusters of a role are those of its SUCCEEDED changes that were not undone', async (t) => {
  const { ledger } = await freshStore(t);
  const asked = () => ledger.clustersAskedOf('111122223333', 'podexecution');
  t.same(await asked(), []);
  const about = (...names: string[]) => ({
    clusters: names.map((name) => ({ region: 'us-west-2', name })),
  });
  const change = async (
    differences: Parameters<typeof draft>[0],
    outcome: 'SUCCEEDED' | 'PARTIAL' | 'UNKNOWN' | 'FAILED' = 'SUCCEEDED',
  ) => ledger.settle(await ledger.open(draft(differences)), { ...succeeded, outcome });
  const effects = (gained: string[], lost: string[]) => ({
    clustersGained: about(...gained).clusters,
    clustersLost: about(...lost).clusters,
    statementsRemoved: [],
  });
  await change({ kind: 'CREATE', ...about('created', 'retracted', 'reverted', 'again', 'dropped') });
  await change({ kind: 'REPAIR', ...about('again'), effects: effects(['again'], ['dropped']) });
  await change({ kind: 'RETRACT', ...about('retracted') });
  await change({ kind: 'REVERT', ...about('reverted'), effects: effects([], ['reverted']) });
  // Reverts: one restores the line of a RETRACT, one keeps the cluster of its change, one removes another
  // cluster too.
  await change({ kind: 'RETRACT', ...about('given back') });
  await change({ kind: 'REVERT', ...about('given back'), effects: effects(['given back'], []) });
  await change({ kind: 'EXTEND', ...about('left', 'later') });
  await change({ kind: 'REVERT', ...about('left'), effects: effects([], ['later']) });
  await change({ kind: 'REVERT', ...about('left'), effects: null });
  await change({ kind: 'RETRACT', ...about('again') });
  await change({ kind: 'RETRACT', ...about('created') }, 'FAILED');
  await change({ kind: 'REPAIR', clusters: [...about('again').clusters, { region: '*', name: '*' }] });
  for (const outcome of ['PARTIAL', 'UNKNOWN', 'FAILED'] as const) await change(about(outcome), outcome);
  await ledger.open(draft(about('pending')));
  await ledger.refuse(draft(about('refused')), { code: 'X', detail: 'x' });
  await change({ accountId: '444455556666', ...about('of-another-account') });
  await change({ roleName: 'Pod_xecution', ...about('of-another-role') });
  t.same(await asked(), [
    { region: '*', name: '*' },
    ...about('again', 'left', 'given back', 'created').clusters,
  ]);
});

t.test('at most a thousand clusters are listed', async (t) => {
  const { ledger } = await freshStore(t);
  for (let batch = 0; batch < 11; batch += 1) {
    const clusters = Array.from({ length: 100 }, (_, i) => ({
      region: 'us-west-2',
      name: `c-${batch}-${i}`,
    }));
    await ledger.settle(await ledger.open(draft({ clusters })), succeeded);
  }
  const asked = await ledger.clustersAskedOf('111122223333', 'PodExecution');
  t.equal(asked.length, 1000);
  t.match(asked[0]?.name, /^c-10-/, 'the latest');
});

t.test('the list alone verifies the chain', async (t) => {
  const { ledger, url } = await freshStore(t);
  const appendMany = async (to: Ledger) => {
    for (let round = 0; round < 3; round += 1) await to.settle(await to.open(draft()), succeeded);
    await to.refuse(draft({ before: null, after: null, reason: '"ß€\u2028' }), { code: 'X', detail: '' });
  };
  await appendMany(ledger);
  const entries = await entriesOf(url);
  verify(t, entries);
  const shown = (await ledger.list({})).items;
  t.strictSame(
    shown,
    entries.filter(({ outcome }) => outcome !== 'PENDING').reverse(),
    'the shown entries are the hashed ones',
  );
});

t.test('appends from two processes at once are one chain without gaps', async (t) => {
  const { ledger, url } = await freshStore(t);
  const script = `
    import { openTestDatabase } from '#test/support/database.ts';
    import { draft } from './test/postgres/fixtures/draft.ts';
    const { ledger, close } = openTestDatabase({ url: ${JSON.stringify(url)} });
    await Promise.all(Array.from({ length: 40 }, () => ledger.open(draft({}, 'bert'))));
    await close();`;
  await Promise.all([
    runBound(process.execPath, ['--input-type=module', '--eval', script]),
    ...Array.from({ length: 40 }, async () => ledger.settle(await ledger.open(draft()), succeeded)),
  ]);
  const entries = await entriesOf(url);
  t.equal(entries.length, 120);
  t.equal(entries.filter(({ actor }) => actor.subject === 'bert').length, 40);
  verify(t, entries);
});

t.test('the log is append-only, also for its owner and the superuser', async (t) => {
  const { ledger, url } = await freshStore(t);
  await ledger.settle(await ledger.open(draft()), succeeded);
  const before = await entriesOf(url);
  for (const statement of [
    `UPDATE ledger_entry SET body = '{}' WHERE seq = 1`,
    'DELETE FROM ledger_entry WHERE seq = 2',
    'TRUNCATE ledger_entry, open_change',
    'TRUNCATE ledger_entry CASCADE',
    `INSERT INTO ledger_entry (seq, body, hash) SELECT seq, body, hash FROM ledger_entry WHERE seq = 1 ON CONFLICT (seq) DO UPDATE SET body = '{}'`,
    'MERGE INTO ledger_entry USING (SELECT 1) one ON seq = 1 WHEN MATCHED THEN DELETE',
  ]) {
    await t.rejects(runSql(url, statement), { code: '42501', message: /append-only/ }, statement);
    const replica = ['SET session_replication_role = replica', statement];
    await t.rejects(
      runSql(url, ...replica),
      { code: '42501', message: /append-only/ },
      `as a replica: ${statement}`,
    );
  }
  t.strictSame(await entriesOf(url), before);
});

t.test('a change has one opening and one outcome, also in plain SQL', async (t) => {
  const { ledger, url } = await freshStore(t);
  await ledger.settle(await ledger.open(draft()), succeeded);
  const copy = (seq: number, from: number, body = 'body') =>
    `INSERT INTO ledger_entry (seq, body, hash) SELECT ${seq}, ${body}, hash FROM ledger_entry WHERE seq = ${from}`;
  await t.rejects(runSql(url, copy(9, 1)), /ledger_entry_opening_key/);
  await t.rejects(runSql(url, copy(9, 2)), /ledger_entry_settles_key/);
  const settling = (seq: number) => `replace(body, '"settles":1', '"settles":${seq}')`;
  await t.rejects(runSql(url, copy(9, 2, settling(8))), /ledger_entry_settles_fkey/);
  await t.rejects(runSql(url, copy(9, 2, settling(9))), /ledger_entry_settles_check/);
});

t.test('the filter columns are generated from the hashed body, whatever an INSERT says', async (t) => {
  const { ledger, url, serviceUrl } = await freshStore(t);
  await ledger.settle(await ledger.open(draft()), succeeded);
  const made =
    'change_id, settles, position, at, kind, outcome, account_id, role_key, actor, idempotency_key, clusters';
  const all =
    "SELECT attname FROM pg_attribute WHERE attrelid = 'ledger_entry'::regclass AND attnum > 0 ORDER BY attnum";
  t.same(
    (await runSql(url, all))[0]?.rows.map(({ attname }) => attname).join(', '),
    `seq, body, hash, ${made}`,
  );
  const { changeId } = await ledger.open(draft());
  await runSql(
    serviceUrl,
    'CREATE DOMAIN pg_temp.jsonb AS text', // Types of a session's own come before the system's.
    `INSERT INTO ledger_entry (seq, body, hash, ${made}) SELECT 4, replace(body, '${changeId}', 'change_4'), hash,
       'x', 1, 999, 'x', 'x', 'PENDING', 'x', 'x', 'x', 'x', '{x}' FROM ledger_entry WHERE seq = 3`,
  );
  const expected = {
    settles: null,
    position: '4',
    kind: 'EXTEND',
    outcome: 'PENDING',
    account_id: '111122223333',
  };
  const more = {
    change_id: 'change_4',
    at: /^2/,
    role_key: 'podexecution',
    actor: 'anna',
    idempotency_key: null,
    clusters: ['us-west-2/my-cluster'],
  };
  t.match((await runSql(url, `SELECT ${made} FROM ledger_entry WHERE seq = 4`))[0]?.rows, [
    { ...expected, ...more },
  ]);
});

t.test('text that PostgreSQL cannot read from JSON is logged unchanged', async (t) => {
  const { ledger, url } = await freshStore(t);
  const odd = 'nul \u0000, half \ud83d, escaped \\u0000, whole 😀';
  const { id } = await ledger.refuse(
    draft({ reason: odd, caller: { ...draft().caller, actor: { subject: odd, issuer: null } } }),
    {
      code: 'X',
      detail: odd,
    },
  );
  t.match(await ledger.get(id), { reason: odd, error: { detail: odd } });
  t.equal((await ledger.list({ roleName: 'podexecution' })).items[0]?.actor.subject, odd);
  verify(t, await entriesOf(url));
});

t.test('many appends share few transactions, and one that fails affects no other', async (t) => {
  const { ledger, url } = await freshStore(t);
  const transactions = async () =>
    Number((await runSql(url, 'SELECT pg_current_xact_id()::text AS id'))[0]?.rows[0].id);
  const before = await transactions();
  await Promise.all(Array.from({ length: 150 }, () => ledger.open(draft())));
  t.ok((await transactions()) - before < 20, `${(await transactions()) - before} transactions`);
  const unknown = { changeId: 'change_unknown', accountId: '1', roleName: 'r' } as unknown as Intent;
  const [wrong, ...others] = await Promise.allSettled([
    ledger.settle(unknown, succeeded),
    ...Array.from({ length: 20 }, () => ledger.open(draft())),
  ]);
  t.match(wrong, { status: 'rejected', reason: { code: 'AUDIT_UNAVAILABLE' } });
  t.ok(others.every(({ status }) => status === 'fulfilled'));
  verify(t, await entriesOf(url));
});

t.test('nothing is appended to a read-only database', async (t) => {
  const { url } = await freshStore(t);
  const readOnly = openTestDatabase({ url: `${url}?options=-c%20default_transaction_read_only%3Don` });
  t.teardown(() => readOnly.close());
  await t.rejects(readOnly.ledger.open(draft()), {
    code: 'AUDIT_UNAVAILABLE',
    isUncertain: false,
    cause: { code: '25006' },
  });
});
