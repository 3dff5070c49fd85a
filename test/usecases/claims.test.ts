import t from 'tap';
import { authenticateAnyone, headersOf } from '#test/support/callers.ts';
import { clusters, roleName, startService, statementOf, type TestAccount } from '#test/support/service.ts';

// Who else needs this cluster? What PUT and DELETE of a line do to claims, and what no other change may do to them.

const service = await startService(t, { authenticate: () => authenticateAnyone });
const { rest, account, changes, world } = service;

const lineOf = ({ role }: TestAccount, name: string, region = 'us-west-2') => `${role}/clusters/${region}/${name}`;
const put = (x: TestAccount, name: string, query = '') => rest('PUT', `${lineOf(x, name)}${query}`);
const remove = (x: TestAccount, name: string, query = '') => rest('DELETE', `${lineOf(x, name)}${query}`);
const claimants = async (x: TestAccount, name: string) =>
  (await rest('GET', lineOf(x, name))).json.claims?.map(({ claimant }: { claimant: string }) => claimant);
const kinds = async ({ accountId }: TestAccount) => (await changes(accountId)).map(({ kind, outcome }) => `${kind} ${outcome}`);
const wide = '%2a';

/** A role with these lines. */
async function given(...lines: string[]): Promise<TestAccount> {
  const target = await account();
  target.seed(lines);
  return target;
}

t.test('a wide line is kept for who relies on it', async (t) => {
  const x = await given('first', '*');
  const kept = await put(x, 'w1', '?claimant=tf-1');
  t.match(kept, {
    status: 200,
    json: { plan: { steps: [] }, change: { kind: 'CLAIM', outcome: 'SUCCEEDED', steps: [], claimant: 'tf-1' }, lineKept: null },
  });
  t.same(x.ledger(), [], 'nothing is written to AWS');
  t.same((await put(x, 'w1', '?claimant=tf-1')).json.change, null, 'once');
  const { json } = await rest('GET', lineOf(x, 'w1'));
  t.match(json.claims, [{ claimant: 'tf-1', actor: { subject: 'administrator' }, since: /Z$/ }]);

  for (const query of ['', '&dryRun=true']) {
    const refused = await remove(x, wide, `?reason=x${query}`);
    t.match(refused, { status: 409, json: { code: 'CLUSTER_CLAIMED', claims: [{ claimant: 'tf-1' }], plan: { steps: [{}] } } });
    t.match(refused.json.detail, /us-west-2\/w1 is claimed by administrator \(claimant tf-1\).*override=CLUSTER_CLAIMED/);
    t.same(refused.json.plan.effects.clustersLost.map(({ name }: { name: string }) => name).sort(), ['*', 'w1']);
  }
  t.same(await kinds(x), ['RETRACT FAILED', 'CLAIM SUCCEEDED'], 'a dry run is no attempt');
  t.same(x.ledger(), []);

  const forced = await remove(x, wide, '?override=CLUSTER_CLAIMED');
  t.match(forced, { status: 200, json: { change: { kind: 'RETRACT', overrides: ['CLUSTER_CLAIMED'] }, lineKept: null } });
  t.match(await rest('GET', lineOf(x, 'w1')), { status: 404, json: { code: 'CLUSTER_NOT_LISTED' } });
  t.match((await rest('GET', `/v1/claims?accountId=${x.accountId}`)).json.items, [{ claimant: 'tf-1', cluster: { name: 'w1' }, roleName }]);
  t.match(await remove(x, 'w1', '?claimant=tf-1'), { status: 200, json: { change: { kind: 'RELEASE', steps: [] }, lineKept: null } });
  t.match(await remove(x, 'w1', '?claimant=tf-1'), { status: 404, json: { code: 'CLUSTER_NOT_LISTED' } }, 'no claim, no line');
});

t.test('two claimants, one line', async (t) => {
  const x = await given('first');
  t.match(await put(x, 'w1', '?claimant=a'), { status: 200, json: { change: { kind: 'EXTEND', claimant: 'a' } } });
  t.match(await put(x, 'w1', '?claimant=b'), { status: 200, json: { change: { kind: 'CLAIM', claimant: 'b' } } });
  t.same(await claimants(x, 'w1'), ['a', 'b']);
  t.match(await remove(x, 'w1', '?claimant=c'), {
    status: 409,
    json: { code: 'CLUSTER_CLAIMED', plan: { effects: { clustersLost: clusters('w1') } } },
  });
  t.match(await remove(x, 'w1'), { status: 409, json: { code: 'CLUSTER_CLAIMED' } }, 'the caller is another claimant');
  t.match(await remove(x, 'w1', '?claimant=a&dryRun=true'), {
    status: 200,
    json: { change: null, lineKept: 'CLAIMED', plan: { steps: [] } },
  });
  t.match(await remove(x, 'w1', '?claimant=a'), {
    status: 200,
    json: { change: { kind: 'RELEASE', lineKept: 'CLAIMED' }, lineKept: 'CLAIMED' },
  });
  t.match(await remove(x, 'w1', '?claimant=a'), { status: 409, json: { code: 'CLUSTER_CLAIMED' } });
  t.same(await claimants(x, 'w1'), ['b']);
  t.match(await remove(x, 'w1', '?claimant=b'), { status: 200, json: { change: { kind: 'RETRACT', claimant: 'b' }, lineKept: null } });
  t.match(await rest('GET', `/v1/claims?accountId=${x.accountId}`), { json: { items: [], nextCursor: null } });
  t.same(await kinds(x), [
    'RETRACT SUCCEEDED',
    'RETRACT FAILED',
    'RELEASE SUCCEEDED',
    'RETRACT FAILED',
    'RETRACT FAILED',
    'CLAIM SUCCEEDED',
    'EXTEND SUCCEEDED',
  ]);
});
