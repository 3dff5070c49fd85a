import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import type { Ledger } from '#src/ports.ts';
import type { Change } from '#src/schema/change.ts';
import { openDatabase } from '#src/store/database.ts';
import { freshStore, runSql } from '#test/support/postgres.ts';
import { draft, succeeded } from './draft.ts';

const bodies = 'SELECT body FROM ledger_entry ORDER BY seq';

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
  const links = changes.map(({ hash, ...rest }, index) => ({
    gapless: rest.seq === index + 1,
    follows: rest.previousHash === (changes[index - 1]?.hash ?? '0'.repeat(64)),
    hashed:
      hash ===
      createHash('sha256')
        .update(JSON.stringify(sorted(rest)))
        .digest('hex'),
  }));
  t.strictSame(
    links,
    changes.map(() => ({ gapless: true, follows: true, hashed: true })),
  );
}

t.test('a change is PENDING, then what became of it', async (t) => {
  const { ledger } = await freshStore(t);
  const intent = await ledger.open(draft());
  t.match(intent, { changeId: /^change_/, accountId: '111122223333', roleName: 'PodExecution' });

  const { caller, ...said } = draft();
  const pending = await ledger.get(intent.changeId);
  const opened = { ...said, actor: caller.actor, via: 'REST', requestId: 'req-1', idempotencyKey: null, id: intent.changeId };
  t.match(pending, { ...opened, seq: 1, outcome: 'PENDING', steps: [], error: null, previousHash: '0'.repeat(64) });

  const settled = await ledger.settle(intent, succeeded);
  t.match(settled, { ...opened, ...succeeded, seq: 2, at: pending?.at, previousHash: pending?.hash });
  t.strictSame(await ledger.get(intent.changeId), settled);
  t.strictSame((await ledger.list({})).items, [settled], 'the list shows it once');
});

t.test('a refused attempt is one FAILED entry', async (t) => {
  const { ledger } = await freshStore(t);
  const error = { code: 'TRUST_MISMATCH', detail: 'no' };
  const refused = await ledger.refuse(draft(), error);
  t.match(refused, { seq: 1, outcome: 'FAILED', error, steps: [] });
  t.strictSame(await ledger.get(refused.id), refused);
});

t.test('who settles twice learns the first outcome', async (t) => {
  const { ledger, url } = await freshStore(t);
  const intent = await ledger.open(draft());
  const [first, second] = await Promise.all([
    ledger.settle(intent, succeeded),
    ledger.settle(intent, { ...succeeded, outcome: 'UNKNOWN' }),
  ]);
  t.strictSame(first, second);
  t.equal((await runSql(url, bodies))[0]?.rowCount, 2);
});

t.test('the latest effective change is the newest of one role that is not FAILED, ignoring case', async (t) => {
  const { ledger } = await freshStore(t);
  t.equal(await ledger.latestEffective('111122223333', 'PodExecution'), null);
  await ledger.refuse(draft(), { code: 'X', detail: 'old' });
  const { changeId } = await ledger.open(draft());
  await ledger.open(draft({ roleName: 'Pod_xecution' }));
  await ledger.refuse(draft(), { code: 'X', detail: 'new' });
  await ledger.settle(await ledger.open(draft()), { ...succeeded, outcome: 'FAILED' });
  t.equal((await ledger.latestEffective('111122223333', 'podexecution'))?.id, changeId);
  t.equal(await ledger.get('nothing'), null);
});

t.test('the clusters that a role was asked for are those of its changes that SUCCEEDED and were not taken back', async (t) => {
  const { ledger } = await freshStore(t);
  const asked = () => ledger.clustersAskedOf('111122223333', 'podexecution');
  t.same(await asked(), []);
  const about = (...names: string[]) => ({ clusters: names.map((name) => ({ region: 'us-west-2', name })) });
  const change = async (differences: Parameters<typeof draft>[0], outcome: 'SUCCEEDED' | 'PARTIAL' | 'UNKNOWN' | 'FAILED' = 'SUCCEEDED') =>
    ledger.settle(await ledger.open(draft(differences)), { ...succeeded, outcome });
  await change({ kind: 'CREATE', ...about('created', 'retracted', 'reverted', 'again') });
  await change({ kind: 'RETRACT', ...about('retracted') });
  await change({ kind: 'REVERT', ...about('reverted') });
  await change({ kind: 'RETRACT', ...about('again') });
  await change({ kind: 'RETRACT', ...about('created') }, 'FAILED');
  await change({ kind: 'REPAIR', clusters: [...about('again').clusters, { region: '*', name: '*' }] });
  for (const outcome of ['PARTIAL', 'UNKNOWN', 'FAILED'] as const) await change(about(outcome), outcome);
  await ledger.open(draft(about('pending')));
  await ledger.refuse(draft(about('refused')), { code: 'X', detail: 'x' });
  await change({ accountId: '444455556666', ...about('of-another-account') });
  await change({ roleName: 'Pod_xecution', ...about('of-another-role') });
  t.same(await asked(), [{ region: '*', name: '*' }, ...about('again', 'created').clusters]);
});

t.test('no more than a thousand clusters are told', async (t) => {
  const { ledger } = await freshStore(t);
  for (let batch = 0; batch < 11; batch += 1) {
    const clusters = Array.from({ length: 100 }, (_, i) => ({ region: 'us-west-2', name: `c-${batch}-${i}` }));
    await ledger.settle(await ledger.open(draft({ clusters })), succeeded);
  }
  const asked = await ledger.clustersAskedOf('111122223333', 'PodExecution');
  t.equal(asked.length, 1000);
  t.match(asked[0]?.name, /^c-10-/, 'the latest');
});

t.test('the list alone proves the chain', async (t) => {
  const { ledger, url } = await freshStore(t);
  const appendMany = async (to: Ledger) => {
    for (let round = 0; round < 3; round += 1) await to.settle(await to.open(draft()), succeeded);
    await to.refuse(draft({ before: null, after: null, reason: '"ß€\u2028' }), { code: 'X', detail: '' });
  };
  await appendMany(ledger);
  const entries = (await runSql(url, bodies))[0]?.rows.map(({ body }) => body) ?? [];
  verify(t, entries);
  const shown = (await ledger.list({})).items;
  t.strictSame(shown, entries.filter(({ outcome }) => outcome !== 'PENDING').reverse(), 'what is shown is what was hashed');
});

t.test('appends from two processes at once are one chain without gaps', async (t) => {
  const { ledger, url } = await freshStore(t);
  const script = `
    import { openDatabase } from '#src/store/database.ts';
    import { draft } from './test/store/draft.ts';
    const { ledger, close } = openDatabase({ url: ${JSON.stringify(url)} });
    await Promise.all(Array.from({ length: 40 }, () => ledger.open(draft({}, 'bert'))));
    await close();`;
  await Promise.all([
    promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]),
    ...Array.from({ length: 40 }, async () => ledger.settle(await ledger.open(draft()), succeeded)),
  ]);
  const entries = (await runSql(url, bodies))[0]?.rows.map(({ body }) => body) ?? [];
  t.equal(entries.length, 120);
  t.equal(entries.filter(({ actor }) => actor.subject === 'bert').length, 40);
  verify(t, entries);
});

t.test('the log can only be appended to, also by its owner and the superuser', async (t) => {
  const { ledger, url } = await freshStore(t);
  await ledger.settle(await ledger.open(draft()), succeeded);
  const before = (await runSql(url, bodies))[0]?.rows;
  for (const statement of [
    `UPDATE ledger_entry SET outcome = 'SUCCEEDED' WHERE seq = 1`,
    'DELETE FROM ledger_entry WHERE seq = 2',
    'TRUNCATE ledger_entry',
    'TRUNCATE ledger_entry CASCADE',
    `INSERT INTO ledger_entry SELECT * FROM ledger_entry WHERE seq = 1 ON CONFLICT (seq) DO UPDATE SET outcome = 'FAILED'`,
    'MERGE INTO ledger_entry USING (SELECT 1) one ON seq = 1 WHEN MATCHED THEN DELETE',
  ]) {
    await t.rejects(runSql(url, statement), { code: '42501', message: /append-only/ }, statement);
    const replica = ['SET session_replication_role = replica', statement];
    await t.rejects(runSql(url, ...replica), { code: '42501', message: /append-only/ }, `as a replica: ${statement}`);
  }
  t.strictSame((await runSql(url, bodies))[0]?.rows, before);
});

t.test('a change has one opening and one outcome, also for who writes SQL', async (t) => {
  const { ledger, url } = await freshStore(t);
  await ledger.settle(await ledger.open(draft()), succeeded);
  const copy = (settles: string) => `INSERT INTO ledger_entry SELECT 9, change_id, ${settles}, at, kind, outcome, account_id, role_name,
    actor_subject, clusters, body, previous_hash, hash FROM ledger_entry WHERE seq = 1`;
  await t.rejects(runSql(url, copy('NULL')), /ledger_entry_opening_key/);
  await t.rejects(runSql(url, copy('1')), /ledger_entry_settles_key/);
  await t.rejects(runSql(url, copy('8')), /ledger_entry_settles_fkey/);
});

t.test('nothing is appended to a database that only reads', async (t) => {
  const { url } = await freshStore(t);
  const readOnly = openDatabase({ url: `${url}?options=-c%20default_transaction_read_only%3Don` });
  t.teardown(() => readOnly.close());
  await t.rejects(readOnly.ledger.open(draft()), { code: 'AUDIT_UNAVAILABLE', uncertain: false, cause: { code: '25006' } });
});
