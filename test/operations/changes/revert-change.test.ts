import t from 'tap';
import type { Change } from '#src/schema/change.ts';
import { runSql } from '#test/support/postgres.ts';
import {
  clusters,
  roleName,
  startService,
  statementOf,
  type TestAccount,
  trustOf,
} from '#test/support/service.ts';

const service = await startService(t);
const { rest, account, changes, world } = service;
const policy = 'arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy';
const logging = 'arn:aws:iam::aws:policy/CloudWatchLogsFullAccess';

const revert = (id: string, body: object = {}, query = '', headers: Record<string, string> = {}) =>
  rest('POST', `/v1/changes/${id}/revert${query}`, body, headers);
/** Adds a line through the service, without a claim. Answers the change's ID. */
const extend = async ({ role }: TestAccount, name: string): Promise<string> =>
  (await rest('POST', `${role}/extend`, { clusters: clusters(name) })).json.change.id;
const trusts = (one: TestAccount, ...names: string[]) =>
  JSON.stringify(trustOf(names.map((name) => one.line(name))));

t.test('trust policy, policies and tags are again as they were, and the log says why', async (t) => {
  const one = await account();
  one.seed(['a'], { attached: [logging], tags: { team: 'x' } });
  const ensured = await rest('PUT', one.role, { clusters: clusters('b'), tags: { team: 'y', cost: '1' } });
  const { id } = ensured.json.change;
  t.match(world.role(one.accountId, roleName), {
    attached: [logging, policy],
    tags: { team: 'y', cost: '1' },
  });

  const dry = await revert(id, {}, '?dryRun=true');
  t.match(dry, {
    status: 200,
    json: { change: null, plan: { effects: { clustersGained: [], clustersLost: clusters('b') } } },
  });
  const done = await revert(id, { reason: 'wrong role' });
  t.equal(done.status, 200);
  t.same({ ...done.json.plan, id: '' }, { ...dry.json.plan, id: '' }, 'the plan of the dry run is applied');
  t.same(
    one.ledger().map(({ action }) => action.replace('iam:', '')),
    'UpdateAssumeRolePolicy AttachRolePolicy TagRole UpdateAssumeRolePolicy TagRole DetachRolePolicy UntagRole'.split(
      ' ',
    ),
  );
  t.match(done.json.change, {
    kind: 'REVERT',
    reverts: id,
    outcome: 'SUCCEEDED',
    reason: 'wrong role',
    clusters: clusters('b'),
    via: 'REST',
  });
  t.equal(one.trust(), trusts(one, 'a'), 'verbatim');
  t.equal(done.json.change.diff.match(/^[-+] /gm)?.length, 5, 'the diff is no longer than what differs');
  t.strictSame(world.role(one.accountId, roleName)?.attached, [logging]);
  t.match(world.role(one.accountId, roleName)?.tags, { team: 'x', cost: undefined });
  t.match(
    done.json.report,
    { verdict: 'NEEDS_REPAIR', clusters: [{ name: 'b', covered: false }] },
    'a report on the clusters of the change',
  );
  t.same((await changes(one.accountId))[0], done.json.change);

  t.match(
    await revert(id),
    { status: 200, json: { change: null, plan: { steps: [] } } },
    'a second revert has nothing to do',
  );
  const back = await revert(done.json.change.id);
  t.match(back, {
    status: 200,
    json: { change: { kind: 'REVERT', reverts: done.json.change.id }, report: { verdict: 'COMPLIANT' } },
  });
  t.equal(one.trust(), trusts(one, 'a', 'b'), 'a revert is reverted');
});

t.test('later changes are not undone with it, unless overridden', async (t) => {
  const one = await account();
  one.seed(['a']);
  const [first, second, third] = [await extend(one, 'b'), await extend(one, 'c'), await extend(one, 'd')];
  const writes = one.ledger().length;
  const refused = await revert(first);
  t.match(refused, {
    status: 412,
    json: {
      code: 'ROLE_CHANGED',
      changeId: /^change_/,
      plan: { effects: { clustersLost: clusters('b', 'c', 'd') } },
    },
  });
  t.match(
    refused.json.detail,
    new RegExp(`${third}, ${second}\\. To undo that as well, by this plan, set onLaterChanges to UNDO`),
  );
  t.equal(one.ledger().length, writes, 'AWS gets no write');
  const attempt = {
    id: refused.json.changeId,
    kind: 'REVERT',
    reverts: first,
    outcome: 'FAILED',
    error: { code: 'ROLE_CHANGED' },
  };
  t.match((await changes(one.accountId))[0], attempt, 'the attempt is in the log');

  t.match(
    await revert(third),
    { status: 200, json: { change: { outcome: 'SUCCEEDED' } } },
    'the last one can be',
  );
  t.match(
    await revert(second),
    { status: 200 },
    'and the one before, as nothing but its own revert came after',
  );
  t.equal(one.trust(), trusts(one, 'a', 'b'));
  await extend(one, 'e');
  const undone = await revert(first, { onLaterChanges: 'UNDO' });
  t.match(undone, { status: 200, json: { plan: { effects: { clustersLost: clusters('b', 'e') } } } });
  t.equal(one.trust(), trusts(one, 'a'));
});

t.test('nor are edits by somebody else', async (t) => {
  const rows: [string, (one: TestAccount) => unknown][] = [
    ['a line', (one) => one.seed(['a', 'b', 'by-hand'])],
    ['a tag', (one) => one.seed(['a', 'b'], { tags: { by: 'hand' } })],
    ['a policy', (one) => one.seed(['a', 'b'], { attached: [logging, policy] })],
  ];
  for (const [about, edit] of rows) {
    const one = await account();
    one.seed(['a']);
    const id = await extend(one, 'b');
    edit(one);
    const refused = await revert(id);
    t.match(
      refused,
      { status: 412, json: { code: 'ROLE_CHANGED', detail: /edited elsewhere/, plan: { steps: [{}] } } },
      about,
    );
    t.match(
      await revert(id, { onLaterChanges: 'UNDO' }),
      { status: 200, json: { change: { outcome: 'SUCCEEDED' } } },
      about,
    );
    t.equal(one.trust(), trusts(one, 'a'), about);
  }
});

t.test('tag keys that differ in letter case are one tag', async (t) => {
  const one = await account();
  one.seed(['a'], { tags: { Team: 'a', other: '1' } });
  const put = (tags: object) => rest('PUT', one.role, { clusters: clusters('a'), tags });
  t.match(await put({ Team: 'a', TEAM: 'b' }), {
    status: 400,
    json: { errors: [{ pointer: '/tags/TEAM', message: /beside Team/ }] },
  });
  t.match(await put({ team: 'a' }), { status: 200, json: { change: null } }, 'the same tag already');
  const { json } = await put({ TEAM: 'b' });
  t.same(json.change.after.tags, { other: '1', TEAM: 'b' }, 'the tag in AWS');
  t.same(world.role(one.accountId, roleName)?.tags, { other: '1', TEAM: 'b' });
  const undone = await revert(json.change.id);
  t.match(undone.json.plan.steps, [{ action: 'iam:TagRole' }]);
  t.equal(undone.json.plan.steps.length, 1, 'nothing is taken away');
  t.match(undone.json.change, { outcome: 'SUCCEEDED', after: { tags: { Team: 'a', other: '1' } } });
  t.same(world.role(one.accountId, roleName)?.tags, { other: '1', Team: 'a' });
});

t.test('a change without effect leaves nothing to undo', async (t) => {
  const one = await account();
  one.seed(['a'], {
    trustText: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ ...statementOf([]), Condition: undefined }],
    }),
  });
  const refused = await rest('POST', `${one.role}/extend`, { clusters: clusters('b') });
  t.equal(refused.json.code, 'TRUST_MISMATCH');
  t.match(await revert(refused.json.changeId), {
    status: 200,
    json: { change: null, plan: { steps: [], diff: '' } },
  });
  const none = await rest('POST', `${one.roles}/none/extend`, { clusters: clusters('b') });
  t.match(await revert(none.json.changeId), { status: 404, json: { code: 'ROLE_NOT_FOUND' } });
  t.same(one.ledger(), []);
});

t.test('a creation is not undone by deleting the role', async (t) => {
  const one = await account();
  const { json } = await rest('POST', one.roles, { clusters: clusters('a') });
  t.match(await revert(json.change.id), {
    status: 409,
    json: { code: 'ROLE_EXISTS', detail: /never deletes/ },
  });
  t.ok(world.role(one.accountId, roleName));
  world.deleteRole(one.accountId, roleName);
  t.match(await revert(json.change.id, { onLaterChanges: 'UNDO' }), {
    status: 404,
    json: { code: 'ROLE_NOT_FOUND' },
  });
});

t.test('a change whose outcome is unknown', async (t) => {
  const now = new Date().toISOString();
  const long = '2026-01-01T00:00:00.000Z';
  const rows: [string, 'PENDING' | 'UNKNOWN', at: string, lines: string[], answer: object][] = [
    [
      'under way',
      'PENDING',
      now,
      ['a'],
      { status: 409, json: { code: 'ROLE_BUSY', detail: /it is not known yet whether AWS took/ } },
    ],
    [
      'it took effect',
      'UNKNOWN',
      long,
      ['a', 'b'],
      { status: 200, json: { change: { outcome: 'SUCCEEDED' } } },
    ],
    ['it did not', 'UNKNOWN', long, ['a'], { status: 200, json: { change: null, plan: { steps: [] } } }],
    [
      'it may not be visible yet',
      'UNKNOWN',
      now,
      ['a'],
      { status: 409, json: { code: 'ROLE_BUSY', detail: /does not show/ } },
    ],
    [
      'neither',
      'UNKNOWN',
      long,
      ['a', 'c'],
      { status: 412, json: { code: 'ROLE_CHANGED', detail: /is not known, and the role is neither/ } },
    ],
  ];
  for (const [about, outcome, at, lines, answer] of rows) {
    const one = await account();
    // A change that the test writes into the log represents it, so that it is the only one of this role.
    world.putRole({
      accountId: one.accountId,
      roleName: 'Other',
      trustText: trusts(one, 'a'),
      attached: [policy],
    });
    await rest('PUT', `${one.roles}/Other/clusters/us-west-2/b`);
    const { seq: _, hash: __, previousHash: ___, ...body } = (await changes(one.accountId))[0] as Change;
    const id = `change_${one.accountId}`;
    const text = JSON.stringify({ ...body, id, roleName, outcome, at, settles: null, steps: [] });
    await runSql(
      service.databaseUrl,
      `INSERT INTO ledger_entry (seq, body, hash) SELECT max(seq) + 1, '${text}', decode(repeat('00', 32), 'hex') FROM ledger_entry`,
    );
    one.seed(lines);
    t.match(await revert(id), answer, about);
  }
});

t.test('If-Match, and a quota that was lowered since', async (t) => {
  const one = await account();
  one.seed(['a', 'b']);
  await rest('DELETE', `${one.role}/clusters/us-west-2/b`);
  const [{ id = '' } = {}] = await changes(one.accountId);
  t.match(await revert(id, {}, '', { 'if-match': '"other"' }), {
    status: 412,
    json: { code: 'ROLE_CHANGED', detail: /ETag is/ },
  });
  const { headers } = await rest('GET', one.role);
  world.putAccount({ accountId: one.accountId, quotas: { trustPolicySize: 250 } });
  const done = await revert(id, {}, '', { 'if-match': String(headers.etag) });
  t.match(done, { status: 422, json: { code: 'QUOTA_EXCEEDED' } });
  t.equal(one.trust(), trusts(one, 'a'));
});
