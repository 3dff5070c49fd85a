import t from 'tap';
import { clusters, roleName, startService } from '#test/support/service.ts';

const { rest, account, world } = await startService(t);

const body = { clusters: clusters('a') };

t.test('a check costs two IAM calls, and an AssumeRole only when there is no session yet', async (t) => {
  const { role, seed, calls } = await account();
  seed(['a']);
  t.match((await rest('POST', `${role}/check`, body)).json, { verdict: 'COMPLIANT' });
  const twoCalls = { 'iam:GetRole': 1, 'iam:ListAttachedRolePolicies': 1 };
  t.same(calls(), { ...twoCalls, 'sts:AssumeRole': 1 });
  world.clearCalls();
  t.match((await rest('POST', `${role}/check`, body)).json, { verdict: 'COMPLIANT' });
  t.same(calls(), twoCalls);
  world.clearCalls();
  t.match((await rest('GET', `${role}/check?cluster=us-west-2/a&cluster=us-west-2/z`)).json, {
    verdict: 'NEEDS_EXTENSION',
  });
  t.same(calls(), twoCalls, 'by GET too');
});

t.test('twenty checks at once wait for one session', async (t) => {
  const { accountId, role, seed, calls } = await account();
  seed(['a']);
  world.addFaults({ latency: [{ accountId, action: 'sts:AssumeRole', ms: 30 }] });
  const answers = await Promise.all(Array.from({ length: 20 }, () => rest('POST', `${role}/check`, body)));
  t.ok(answers.every(({ json }) => json.verdict === 'COMPLIANT'));
  t.same(calls(), { 'iam:GetRole': 20, 'iam:ListAttachedRolePolicies': 20, 'sts:AssumeRole': 1 });
});

t.test('an account that cannot be assumed names what to check', async (t) => {
  const cases = [
    ['the member role is gone', (accountId: string) => world.deleteRole(accountId, 'RolewrightMember')],
    [
      'it asks for another external ID',
      (accountId: string) => {
        const trust = world.role(accountId, 'RolewrightMember')?.trustText ?? '';
        world.putRole({
          accountId,
          roleName: 'RolewrightMember',
          trustText: trust.replace('ext-1', 'other'),
        });
      },
    ],
  ] as const;
  for (const [what, spoil] of cases) {
    const { accountId, role, roles } = await account();
    spoil(accountId);
    for (const answer of [
      await rest('POST', `${role}/check`, body),
      await rest('GET', role),
      await rest('POST', roles, body),
      await rest('POST', `${roles}?dryRun=true`, body),
    ]) {
      t.match(answer, { status: 502, json: { code: 'ACCOUNT_UNREACHABLE', retryable: false } }, what);
      t.match(
        answer.json.detail,
        new RegExp(`arn:aws:iam::${accountId}:role/RolewrightMember .*external ID`),
        what,
      );
    }
  }
});

t.test("AWS's errors for a role", async (t) => {
  const cases = [
    ['GetRole is denied', { action: 'iam:GetRole', code: 'AccessDenied' }, 502, 'AWS_FAILED', false],
    ['AWS throttles for good', { action: 'iam:GetRole', code: 'Throttling' }, 503, 'AWS_THROTTLED', true],
    [
      'AWS is down',
      { action: 'iam:ListAttachedRolePolicies', code: 'ServiceFailure' },
      502,
      'AWS_FAILED',
      true,
    ],
    ['the connection breaks', { action: 'iam:GetRole', kind: 'reset' as const }, 502, 'AWS_FAILED', true],
  ] as const;
  await Promise.all(
    cases.map(async ([what, fault, status, code, retryable]) => {
      const { accountId, role, seed } = await account();
      seed(['a']);
      world.addFaults({ fail: [{ accountId, ...fault }] });
      const { json, headers, ...answer } = await rest('POST', `${role}/check`, body);
      t.match({ ...answer, json }, { status, json: { code, retryable, errors: [] } }, what);
      t.equal(headers['retry-after'], status === 503 ? '2' : undefined, what);
    }),
  );
  world.clearFaults();
});

t.test('a role name in another letter case is the same role, and answers by its own name', async (t) => {
  const { roles, seed, accountId } = await account();
  seed(['a']);
  const shouted = `${roles}/${roleName.toUpperCase()}`;
  t.match((await rest('GET', shouted)).json, { roleName, id: `${accountId}.${roleName}` });
  t.match((await rest('POST', `${shouted}/check`, body)).json, { roleName, verdict: 'COMPLIANT' });
  t.match((await rest('GET', `${shouted}/clusters/us-west-2/a`)).json, {
    roleName,
    id: `${accountId}.${roleName}.us-west-2.a`,
  });
});

t.test('one line as a resource', async (t) => {
  const { role, seed, line } = await account();
  seed(['a']);
  const answer = await rest('GET', `${role}/clusters/us-west-2/a`);
  t.match(answer, { status: 200, json: { region: 'us-west-2', name: 'a', coveredBy: [line('a')] } });
  t.equal(answer.headers.etag, answer.json.etag);
  t.match(await rest('GET', `${role}/clusters/us-west-2/z`), {
    status: 404,
    json: { code: 'CLUSTER_NOT_LISTED', detail: /z/ },
  });
});

t.test('the ETag changes with trust policy, policies and tags, and with nothing else', async (t) => {
  const { role, seed } = await account();
  seed(['a', 'b']);
  const etag = async () => (await rest('GET', role)).headers.etag;
  const first = await etag();
  t.equal((await rest('POST', `${role}/check`, body)).headers.etag, first, 'the check has it too');
  const seen = [first];
  for (const [what, change] of [
    ['the trust policy', () => seed(['a'])],
    ['the policies', () => seed(['a'], { attached: [] })],
    ['the tags', () => seed(['a'], { attached: [], tags: { a: '1' } })],
  ] as const) {
    change();
    const now = await etag();
    t.notOk(seen.includes(now), what);
    seen.push(now);
  }
  seed(['a', 'b'], { tags: {}, description: 'other', maxSessionDuration: 7200 });
  t.equal(await etag(), first, 'and with nothing else');
});
