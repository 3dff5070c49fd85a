import t, { type Test } from 'tap';
import {
  type ServiceOptions,
  startService,
  type TestAccount,
  type TestService,
} from '#test/support/service.ts';
import { namesOf as byName, runSweep } from '#test/support/sweep.ts';

// Side by side: each test has a service of its own.
t.jobs = 3;

type Seed = Parameters<TestService['world']['putCluster']>[0];

interface Stage {
  service: TestService;
  account: TestAccount;
  /** Creates healthy clusters in us-west-2, each with these Fargate profiles. */
  put(names: string[], differences?: Partial<Seed>): void;
  sweep(input?: object): ReturnType<typeof runSweep>;
}

/** An account whose role has a line for every cluster in us-west-2. */
async function stage(t: Test, options: ServiceOptions = {}): Promise<Stage> {
  const service = await startService(t, { sweepConcurrency: 4, ...options });
  const account = await service.account();
  account.seed(['*']);
  const { accountId } = account;
  return {
    service,
    account,
    put: (names, differences) => {
      for (const name of names)
        service.world.putCluster({
          accountId,
          region: 'us-west-2',
          name,
          profiles: [{ name: 'default' }],
          ...differences,
        });
    },
    sweep: (input = {}) =>
      runSweep(service, { operation: 'READINESS', select: { accountIds: [accountId] }, ...input }),
  };
}

const four = ['a', 'b', 'c', 'd'].map((name) => ({ name }));
t.test('three clusters of four profiles with one role: no call more than it takes', async (t) => {
  const { account, put, sweep } = await stage(t);
  put(['one', 'two', 'three'], { profiles: four });
  const calls = {
    'sts:AssumeRole': 1,
    'iam:ListOpenIDConnectProviders': 1,
    'eks:ListClusters': 1,
    'eks:DescribeCluster': 3,
    'eks:ListFargateProfiles': 3,
    'eks:DescribeFargateProfile': 12,
    'eks:ListNodegroups': 3,
    'eks:DescribeAccessEntry': 3,
  };
  const { sweep: ended, results } = await sweep();
  t.match(ended, {
    operation: 'READINESS',
    state: 'DONE',
    total: 1,
    done: 1,
    failed: 0,
    verdicts: { READY: 3 },
  });
  t.same(byName(results), ['us-west-2/one READY', 'us-west-2/three READY', 'us-west-2/two READY']);
  t.same(
    account.calls(),
    { ...calls, 'iam:GetAccountAuthorizationDetails': 1 },
    'the list of roles has the role too',
  );
  const [first] = results;
  t.same(
    { ...first, readiness: null },
    {
      seq: 1,
      accountId: account.accountId,
      roleName: null,
      region: 'us-west-2',
      clusterName: first?.clusterName,
      verdict: 'READY',
      report: null,
      readiness: null,
      plan: null,
      change: null,
      error: null,
    },
  );
  t.match(first?.readiness, { clusterName: first?.clusterName, verdict: 'READY', profiles: four });
});

t.test('where the Regions are named, one role is two calls', async (t) => {
  const { account, put, sweep } = await stage(t);
  put(['one', 'two']);
  const { results } = await sweep({ regions: ['us-west-2'] });
  t.same(byName(results), ['us-west-2/one READY', 'us-west-2/two READY']);
  t.match(account.calls(), { 'iam:GetRole': 1, 'iam:ListAttachedRolePolicies': 1 });
  t.notOk(account.calls()['iam:GetAccountAuthorizationDetails']);
});

t.test('a cluster or a Region that fails, fails nothing else', async (t) => {
  const { service, account, put, sweep } = await stage(t);
  const { accountId } = account;
  put(['good', 'bad']);
  service.world.putCluster({ accountId, region: 'eu-west-1', name: 'far' });
  const regions = ['us-west-2', 'eu-west-1', 'ap-east-1'];
  service.world.addFaults({
    fail: [{ clusterName: 'bad', action: 'eks:DescribeCluster', code: 'ServerException' }],
  });
  const one = await sweep({ regions });
  // ap-east-1 is a Region that an account has to enable.
  t.same(byName(one.results), [
    'ap-east-1/null UNKNOWN',
    'eu-west-1/far READY',
    'us-west-2/bad AWS_FAILED',
    'us-west-2/good READY',
  ]);
  t.match(one.sweep, { done: 1, failed: 1, verdicts: { READY: 2, UNKNOWN: 1 } });
  const [disabled] = one.results.filter(({ region }) => region === 'ap-east-1');
  t.match(disabled?.readiness, {
    clusterName: null,
    findings: [{ code: 'READINESS_UNKNOWN', message: /Region ap-east-1\. .*not enabled/ }],
  });
  service.world.clearFaults();

  service.world.addFaults({ fail: [{ region: 'eu-west-1', kind: 'reset' }] });
  const two = await sweep({ regions: ['us-west-2', 'eu-west-1'] });
  t.same(byName(two.results), ['eu-west-1/null AWS_FAILED', 'us-west-2/bad READY', 'us-west-2/good READY']);
  service.world.clearFaults();

  service.world.deleteRole(accountId, 'RolewrightMember');
  const closed = await service.account();
  service.world.deleteRole(closed.accountId, 'RolewrightMember');
  const three = await runSweep(service, {
    operation: 'READINESS',
    select: { accountIds: [closed.accountId] },
    regions,
  });
  t.same(byName(three.results), ['null/null ACCOUNT_UNREACHABLE'], 'one result, not one for each Region');
});

t.test('what AWS denies is unknown, and names the missing action', async (t) => {
  const { service, put, sweep } = await stage(t);
  put(['one']);
  const denied: [action: string, clusterName: string | null][] = [
    ['eks:ListClusters', null],
    ['eks:DescribeCluster', 'one'],
    ['eks:ListFargateProfiles', 'one'],
    ['eks:DescribeFargateProfile', 'one'],
    ['eks:ListNodegroups', 'one'],
    ['eks:DescribeAccessEntry', 'one'],
    ['iam:ListOpenIDConnectProviders', 'one'],
  ];
  for (const [action, clusterName] of denied) {
    const code = action.startsWith('iam') ? 'AccessDenied' : 'AccessDeniedException';
    service.world.addFaults({ fail: [{ action, code, status: 403 }] });
    const { results, sweep: ended } = await sweep();
    t.match(results, [{ region: 'us-west-2', clusterName, verdict: 'UNKNOWN', error: null }], action);
    const { findings = [] } = results[0]?.readiness ?? {};
    t.match(findings, [
      { code: 'READINESS_UNKNOWN', message: new RegExp(action), remedy: new RegExp(action) },
    ]);
    t.match(ended, { failed: 0, verdicts: { UNKNOWN: 1 } });
    service.world.clearFaults();
  }
});

t.test('what is deleted between two calls', async (t) => {
  const { service, account, put, sweep } = await stage(t);
  const { accountId } = account;
  put(['whole', 'dying']);
  put(['less'], { profiles: [{ name: 'kept' }, { name: 'lost' }] });
  service.world.onCall(({ action, clusterName }) => {
    if (action === 'eks:DescribeCluster' && clusterName === 'dying')
      service.world.deleteCluster(accountId, 'us-west-2', 'dying');
    if (action === 'eks:DescribeFargateProfile' && clusterName === 'less')
      put(['less'], { profiles: [{ name: 'kept' }] });
    return undefined;
  });
  const { results } = await sweep();
  t.same(byName(results), ['us-west-2/dying NOT_READY', 'us-west-2/less READY', 'us-west-2/whole READY']);
  t.match(results.find(({ clusterName }) => clusterName === 'dying')?.readiness, {
    findings: [{ code: 'CLUSTER_NOT_FOUND' }],
  });
  t.match(results.find(({ clusterName }) => clusterName === 'less')?.readiness?.profiles, [{ name: 'kept' }]);
});

t.test('300 clusters in an account, 100 profiles in one', async (t) => {
  const { account, put, sweep } = await stage(t);
  const names = Array.from({ length: 300 }, (_, i) => `c${String(i).padStart(3, '0')}`);
  put(names);
  put(['c299'], { profiles: Array.from({ length: 100 }, (_, i) => ({ name: `p${i}` })) });
  const { results, sweep: ended } = await sweep();
  t.same(results.map(({ clusterName }) => clusterName).sort(), names);
  t.match(ended, { done: 1, failed: 0, verdicts: { READY: 300 } });
  t.equal(results.find(({ clusterName }) => clusterName === 'c299')?.readiness?.profiles.length, 100);
  t.match(account.calls(), {
    'eks:ListClusters': 3,
    'eks:DescribeFargateProfile': 399,
    'eks:DescribeAccessEntry': 300,
    'iam:GetAccountAuthorizationDetails': 1,
    'iam:ListOpenIDConnectProviders': 1,
  });
});

t.test('throttling: a cluster is asked again, and the others are not', async (t) => {
  const { service, account, put, sweep } = await stage(t);
  put(['good', 'throttled']);
  // A call is tried three times before the account waits.
  service.world.addFaults({
    fail: [
      {
        clusterName: 'throttled',
        action: 'eks:DescribeCluster',
        code: 'ThrottlingException',
        status: 429,
        times: 4,
      },
    ],
  });
  const { results, sweep: ended } = await sweep();
  t.same(byName(results), ['us-west-2/good READY', 'us-west-2/throttled READY']);
  t.match(ended, { done: 1, failed: 0, verdicts: { READY: 2 } });
  t.match(account.calls(), { 'eks:DescribeCluster': 6, 'eks:ListFargateProfiles': 2 });
});
