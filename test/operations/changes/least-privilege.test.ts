import t from 'tap';
import { clusters, startService } from '#test/support/service.ts';

const { rest, account, world, changes } = await startService(t);

t.test(
  'a change costs one AssumeRole more than reading; dry runs, and changes that find nothing to do, cost none',
  async (t) => {
    const { accountId, role, seed, calls } = await account();
    seed(['a']);
    const assumed = () => calls()['sts:AssumeRole'] ?? 0;
    t.equal((await rest('POST', `${role}/check`, { clusters: clusters('a') })).status, 200);
    t.equal(assumed(), 1);
    for (const [method, url, body, more] of [
      ['POST', `${role}/extend?dryRun=true`, { clusters: clusters('b') }, 0],
      ['POST', `${role}/extend`, { clusters: clusters('a') }, 0],
      ['POST', `${role}/extend`, { clusters: clusters('b') }, 1],
      ['PUT', role, { clusters: clusters('c'), tags: { a: 'b' }, description: 'three steps' }, 1],
      ['DELETE', `${role}/clusters/us-west-2/b`, undefined, 1],
      ['POST', `${role}/check`, { clusters: clusters('a') }, 0],
    ] as const) {
      world.clearCalls(accountId);
      t.equal((await rest(method, url, body)).status, 200, `${method} ${url}`);
      t.equal(assumed(), more, `${method} ${url}`);
    }
  },
);

t.test('no call comes between the last look at a trust policy and its write', async (t) => {
  const { accountId, role, seed } = await account();
  seed(['a']);
  const actions: string[] = [];
  world.onCall((call) => {
    if (call.accountId === accountId && call.when === 'before') actions.push(call.action);
    return undefined;
  });
  t.equal((await rest('POST', `${role}/extend`, { clusters: clusters('b') })).status, 200);
  world.onCall(null);
  const at = actions.indexOf('iam:UpdateAssumeRolePolicy');
  t.same(actions.slice(at - 2, at), ['sts:AssumeRole', 'iam:GetRole']);
});

t.test('a change whose session is refused writes nothing, and its outcome says why', async (t) => {
  const { accountId, role, seed, ledger } = await account();
  seed(['a']);
  t.equal((await rest('POST', `${role}/check`, { clusters: clusters('a') })).status, 200);
  for (const [code, expected] of [
    ['AccessDenied', 'ACCOUNT_UNREACHABLE'],
    ['PackedPolicyTooLarge', 'AWS_FAILED'],
  ] as const)
    for (const body of [{ clusters: clusters('b') }, { clusters: clusters('a'), tags: { a: 'b' } }]) {
      world.addFaults({ fail: [{ accountId, action: 'sts:AssumeRole', code, status: 403, times: 1 }] });
      const answer = await rest(
        'tags' in body ? 'PUT' : 'POST',
        'tags' in body ? role : `${role}/extend`,
        body,
      );
      t.match(answer.json, { code: expected, change: { outcome: 'FAILED', error: { code: expected } } });
      t.match((await changes(accountId))[0], { outcome: 'FAILED', error: { code: expected } });
    }
  t.same(ledger(), []);
  t.match(
    (await rest('POST', `${role}/extend`, { clusters: clusters('b') })).json.change,
    { outcome: 'SUCCEEDED' },
    'the next one is asked for anew',
  );
});
