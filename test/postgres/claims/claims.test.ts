import t from 'tap';
import type { ChangeDraft, Settlement } from '#src/ports/ledger.ts';
import { freshStore, runSql } from '#test/support/postgres.ts';
import { draft, succeeded } from '../fixtures/draft.ts';

// The log makes and ends claims: the effect of each entry on the table.

const cluster = { region: 'us-west-2', name: 'w1' };
const about = (differences: Partial<ChangeDraft>): ChangeDraft =>
  draft({
    kind: 'EXTEND',
    clusters: [cluster],
    claimant: 'a',
    roleName: 'Pods',
    roleId: 'AROA1',
    ...differences,
  });

t.test('the effect of entries on claims', async (t) => {
  const { ledger, claims } = await freshStore(t);
  const held = async () =>
    (await claims.ofRole('111122223333', 'pods'))
      .map((one) => `${one.claimant} ${one.cluster.name} ${one.roleId}`)
      .sort();
  const done = async (differences: Partial<ChangeDraft>, settlement: Partial<Settlement> = {}) => {
    const opened = about(differences);
    const intent = await ledger.open(opened);
    const before = await held();
    await ledger.settle(intent, { ...succeeded, roleId: opened.roleId, ...settlement });
    return before;
  };
  const steps: [string, () => Promise<unknown>, string[]][] = [
    ['a refused PUT', () => ledger.refuse(about({}), { code: 'LAST_CLUSTER', detail: 'x' }), []],
    ['a PUT that fails', () => done({}, { outcome: 'FAILED' }), []],
    ['a PUT of which nobody knows', () => done({}, { outcome: 'UNKNOWN' }), ['a w1 AROA1']],
    ['the same again fails: the claim is of before', () => done({}, { outcome: 'FAILED' }), ['a w1 AROA1']],
    [
      'a change without a claimant',
      () => done({ claimant: null, clusters: [{ ...cluster, name: 'w2' }] }),
      ['a w1 AROA1'],
    ],
    [
      'a claim of two clusters',
      () => done({ kind: 'CLAIM', claimant: 'b', clusters: [cluster, { ...cluster, name: 'w2' }] }),
      ['a w1 AROA1', 'b w1 AROA1', 'b w2 AROA1'],
    ],
    [
      'another role',
      () => done({ roleName: 'Other', claimant: 'c' }),
      ['a w1 AROA1', 'b w1 AROA1', 'b w2 AROA1'],
    ],
    [
      'a RETRACT that fails',
      () => done({ kind: 'RETRACT' }, { outcome: 'FAILED' }),
      ['a w1 AROA1', 'b w1 AROA1', 'b w2 AROA1'],
    ],
    [
      'a RETRACT of which nobody knows',
      () => done({ kind: 'RETRACT' }, { outcome: 'UNKNOWN' }),
      ['a w1 AROA1', 'b w1 AROA1', 'b w2 AROA1'],
    ],
    [
      'a RETRACT, in another letter case',
      () => done({ kind: 'RETRACT', roleName: 'pODS' }),
      ['b w1 AROA1', 'b w2 AROA1'],
    ],
    ['a RELEASE', () => done({ kind: 'RELEASE', claimant: 'b' }), ['b w2 AROA1']],
    [
      'a read that shows another ID ends no young claim',
      () => done({ roleId: 'AROA2' }),
      ['a w1 AROA2', 'b w2 AROA1'],
    ],
    [
      'a role that we create ends them all',
      () => done({ kind: 'CREATE', claimant: null, roleId: null }, { roleId: 'AROA3' }),
      [],
    ],
  ];
  for (const [what, step, expected] of steps) {
    await step();
    t.same(await held(), expected, what);
  }
  t.same(await done({}), ['a w1 AROA1'], 'a claim is there before the outcome');
  t.same(await done({ kind: 'RETRACT' }), ['a w1 AROA1'], 'and until the outcome');
});

t.test('another ID of the role ends claims that are older than any stale read', async (t) => {
  const { ledger, claims, url } = await freshStore(t);
  await ledger.settle(await ledger.open(about({})), { ...succeeded, roleId: 'AROA1' });
  await runSql(url, `UPDATE claim SET since = since - interval '2 hours 1 minute'`);
  await ledger.refuse(about({ claimant: null, roleId: 'AROA2' }), { code: 'LAST_CLUSTER', detail: 'x' });
  t.match(await claims.ofRole('111122223333', 'Pods'), [{ claimant: 'a' }], 'a refusal shows no role ID');
  await ledger.open(about({ claimant: null, roleId: 'AROA2' }));
  t.same(await claims.ofRole('111122223333', 'Pods'), []);
});

t.test('a claim keeps its first actor, and texts verbatim', async (t) => {
  const { ledger, claims } = await freshStore(t);
  const claimant = `"claimant":"ü" \\ ' ${'x'.repeat(1000)}`;
  for (const subject of ['anna', 'bert']) {
    const caller = { ...draft({}, subject).caller, actor: { subject, issuer: 'https://issuer.example' } };
    await ledger.settle(await ledger.open(about({ claimant, caller })), succeeded);
  }
  const [one, ...more] = await claims.ofRole('111122223333', 'Pods');
  t.match(one, {
    claimant,
    actor: { subject: 'anna', issuer: 'https://issuer.example' },
    cluster,
    roleName: 'Pods',
    roleId: 'AROA1',
  });
  t.same(more, []);
  t.same(await claims.get(one?.id ?? ''), one);
  t.equal(await claims.get('claim_0'), null);
});

t.test('the list, newest first, page by page', async (t) => {
  const { ledger, claims } = await freshStore(t);
  for (let n = 0; n < 7; n += 1)
    await ledger.open(
      about({
        claimant: `c${n}`,
        accountId: n % 2 ? '111122223333' : '444455556666',
        roleName: n < 5 ? 'Pods' : 'Other',
      }),
    );
  const pages = async (filter: object) => {
    const found: string[] = [];
    for (let after: { createdAt: string; id: string } | null = null; ; ) {
      const page = await claims.list({ ...filter, after, limit: 2 });
      found.push(...page.map(({ claimant }) => claimant));
      const last = page.at(-1);
      if (page.length < 2 || !last) return found;
      after = { createdAt: last.since.toISOString(), id: last.id };
    }
  };
  // Claims of the same millisecond are ordered by their IDs.
  t.same((await pages({})).sort(), ['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6']);
  t.same((await pages({ accountId: '111122223333' })).sort(), ['c1', 'c3', 'c5']);
  t.same((await pages({ roleName: 'oTHER' })).sort(), ['c5', 'c6']);
  t.same(await pages({ claimant: 'c4' }), ['c4']);
  t.same(await pages({ claimant: 'c4', accountId: '111122223333' }), []);
  const times = (await claims.list({ after: null, limit: 100 })).map(({ since }) => since.getTime());
  t.same(
    times,
    times.toSorted((a, b) => b - a),
  );
});
