import t from 'tap';
import { Fault } from '#src/fault.ts';
import {
  clusters,
  roleName,
  startService,
  statementOf,
  type TestAccount,
  type TestService,
} from '#test/support/service.ts';

// The Fargate profiles of a plan, and what becomes of a plan that takes the role from one of them.

const service = await startService(t, {
  deps: () => ({ eksRegions: ['us-west-2', 'eu-west-1'] }),
});
const { rest, graphql, account, changes, world } = service;

type Status = 'ACTIVE' | 'CREATING' | 'DELETING' | 'CREATE_FAILED' | 'DELETE_FAILED';

/** A cluster with these profiles of the usual role. */
const putCluster = (
  { accountId }: TestAccount,
  name: string,
  profiles: Record<string, Status | { roleName: string; status: Status }> = {},
  region = 'us-west-2',
) =>
  world.putCluster({
    accountId,
    region,
    name,
    profiles: Object.entries(profiles).map(([name, given]) =>
      typeof given === 'string' ? { name, status: given } : { name, ...given },
    ),
  });

const lineOf = ({ role }: TestAccount, name: string, region = 'us-west-2') =>
  `${role}/clusters/${region}/${name}`;

/** A role with these lines, and a cluster with one active profile for each. */
async function given(...names: string[]): Promise<TestAccount> {
  const target = await account();
  target.seed(names);
  for (const name of names.filter((one) => one !== '*')) putCluster(target, name, { default: 'ACTIVE' });
  return target;
}

/** The calls of EKS, by action without its prefix. */
const eksCalls = (target: TestAccount) =>
  Object.fromEntries(
    Object.entries(target.calls()).flatMap(([action, count]) =>
      action.startsWith('eks:') ? [[action.slice('eks:'.length), count]] : [],
    ),
  );

const lost = (name: string, status: Status = 'ACTIVE', profile = 'default', region = 'us-west-2') => ({
  region,
  clusterName: name,
  name: profile,
  status,
  effect: 'LOST',
});

t.test('a line of an active profile: refused with its name, dry runs too', async (t) => {
  const x = await given('a', 'b');
  for (const query of ['?dryRun=true', '']) {
    const refused = await rest('DELETE', lineOf(x, 'b') + query);
    t.match(refused, {
      status: 409,
      json: {
        code: 'PROFILE_ACTIVE',
        retryable: false,
        detail:
          /^Fargate profile default of cluster us-west-2\/b is ACTIVE and uses AmazonEKSFargatePodExecutionRole\. .*override=PROFILE_ACTIVE/,
        plan: { steps: [{ action: 'iam:UpdateAssumeRolePolicy' }] },
      },
    });
    t.same(refused.json.plan.effects, {
      clustersGained: [],
      clustersLost: clusters('b'),
      statementsRemoved: [],
      principalsRemoved: [],
      fargateProfiles: [lost('b')],
      fargateProfilesUnknown: null,
    });
  }
  t.same(x.ledger(), [], 'AWS is not written to');
  t.match(await changes(x.accountId), [
    { kind: 'RETRACT', outcome: 'FAILED', overrides: [], error: { code: 'PROFILE_ACTIVE' } },
  ]);

  const forced = await rest('DELETE', `${lineOf(x, 'b')}?override=PROFILE_ACTIVE`);
  t.match(forced, {
    status: 200,
    json: { change: { kind: 'RETRACT', outcome: 'SUCCEEDED', overrides: ['PROFILE_ACTIVE'] } },
  });
  t.same(forced.json.change.effects.fargateProfiles, [lost('b')], 'the log names the profile');
  t.equal((await changes(x.accountId)).length, 2);
});

t.test('GraphQL', async (t) => {
  const x = await given('a', 'b');
  const retract = (more: object) =>
    graphql(
      `mutation ($input: RetractClusterInput!) {
        retractCluster(input: $input) {
          change { overrides effects { fargateProfiles { region clusterName name status effect } fargateProfilesUnknown } }
        }
      }`,
      { input: { accountId: x.accountId, roleName, region: 'us-west-2', name: 'b', ...more } },
    );
  const { errors } = (await retract({})).json;
  t.match(errors[0].extensions, { code: 'PROFILE_ACTIVE', status: 409 });
  t.match(errors[0].message, /default of cluster us-west-2\/b.*send override: PROFILE_ACTIVE/);
  t.same((await retract({ override: 'PROFILE_ACTIVE' })).json.data.retractCluster.change, {
    overrides: ['PROFILE_ACTIVE'],
    effects: { fargateProfiles: [lost('b')], fargateProfilesUnknown: null },
  });
});

t.test('a revert takes back a line that a profile uses by now', async (t) => {
  const x = await given('a');
  const { json } = await rest('PUT', lineOf(x, 'b'), undefined, {});
  await rest(
    'DELETE',
    `/v1/claims/${(await rest('GET', `/v1/claims?accountId=${x.accountId}`)).json.items[0].id}`,
  );
  putCluster(x, 'b', { one: 'ACTIVE', two: 'ACTIVE' });
  const revert = `/v1/changes/${json.change.id}/revert`;
  t.match(await rest('POST', revert, {}), {
    status: 409,
    json: {
      code: 'PROFILE_ACTIVE',
      detail:
        /profile one of cluster us-west-2\/b, Fargate profile two of cluster us-west-2\/b are ACTIVE and use/,
    },
  });
  t.match(await rest('POST', `${revert}?override=PROFILE_ACTIVE`, {}), {
    status: 200,
    json: { change: { kind: 'REVERT', overrides: ['PROFILE_ACTIVE'] } },
  });
});

t.test('which profiles count', async (t) => {
  const x = await given('a', 'b');
  putCluster(x, 'b', {
    creating: 'CREATING',
    deleting: 'DELETING',
    failed: 'CREATE_FAILED',
    other: { roleName: 'AnotherRole', status: 'ACTIVE' },
    stuck: 'DELETE_FAILED',
    upper: { roleName: roleName.toUpperCase(), status: 'DELETING' },
  });
  const { status, json } = await rest('DELETE', lineOf(x, 'b'));
  t.equal(status, 200, 'none of them is active');
  t.same(json.plan.effects.fargateProfiles, [
    lost('b', 'CREATING', 'creating'),
    lost('b', 'DELETING', 'deleting'),
    lost('b', 'CREATE_FAILED', 'failed'),
    lost('b', 'DELETE_FAILED', 'stuck'),
    lost('b', 'DELETING', 'upper'),
  ]);
});

t.test('a profile names the role by another path and letter case', async (t) => {
  const x = await given('a', 'b');
  const roleArn = `arn:aws:iam::${x.accountId}:role/some/path/${roleName.toLowerCase()}`;
  const { accountId } = x;
  world.putCluster({ accountId, region: 'us-west-2', name: 'b', profiles: [{ name: 'p', roleArn }] });
  t.match(await rest('DELETE', lineOf(x, 'b')), { status: 409, json: { code: 'PROFILE_ACTIVE' } });
});

t.test('a cluster that a wider line covers keeps the role', async (t) => {
  const x = await given('a', '*');
  t.match(await rest('DELETE', lineOf(x, 'a')), {
    status: 200,
    json: { plan: { effects: { clustersLost: [], fargateProfiles: [], fargateProfilesUnknown: null } } },
  });
  t.same(eksCalls(x), {}, 'nothing is lost, so EKS is not asked');
});

t.test('a cluster that does not exist', async (t) => {
  const x = await given('a');
  x.seed(['a', 'ghost', 'no such name']);
  for (const name of ['ghost'])
    t.match(await rest('DELETE', lineOf(x, name)), {
      status: 200,
      json: { plan: { effects: { fargateProfiles: [], fargateProfilesUnknown: null } } },
    });
  const drop = [{ region: 'us-west-2', name: 'a' }];
  t.match(
    await rest('POST', `${x.role}/extend`, { clusters: clusters('b'), drop }),
    { status: 409, json: { code: 'PROFILE_ACTIVE' } },
    'drop',
  );
});

for (const onMismatch of ['MERGE', 'REPLACE'])
  t.test(`${onMismatch} of an open statement: the clusters of the Regions that are known`, async (t) => {
    const { Condition: _, ...open } = statementOf([]);
    const x = await account();
    x.seed([], { trustText: JSON.stringify({ Version: '2012-10-17', Statement: [open] }) });
    putCluster(x, 'kept', { default: 'ACTIVE' });
    putCluster(x, 'shut', { default: 'ACTIVE', old: 'DELETING' });
    putCluster(x, 'abroad', { default: 'ACTIVE' }, 'eu-west-1');
    putCluster(x, 'elsewhere', { default: 'ACTIVE' }, 'us-east-1');
    const extend = (query: string, more: object) =>
      rest('POST', `${x.role}/extend${query}`, { clusters: clusters('kept'), ...more });

    const mismatch = await extend('', {});
    t.match(mismatch, { status: 409, json: { code: 'TRUST_MISMATCH' } });
    t.match(mismatch.json.plan.effects, {
      fargateProfiles: null,
      fargateProfilesUnknown: 'EKS is asked about this plan when a request asks for it.',
    });
    t.same(eksCalls(x), {}, 'a proposal asks nothing');

    const refused = await extend('', { onMismatch });
    t.match(refused, { status: 409, json: { code: 'PROFILE_ACTIVE' } });
    t.same(refused.json.plan.effects.fargateProfiles, [
      lost('abroad', 'ACTIVE', 'default', 'eu-west-1'),
      lost('shut'),
      lost('shut', 'DELETING', 'old'),
    ]);
    t.match(
      refused.json.detail,
      /^Fargate profile default of cluster eu-west-1\/abroad, Fargate profile default of cluster us-west-2\/shut are/,
    );
    t.same(
      eksCalls(x),
      { ListClusters: 2, ListFargateProfiles: 2, DescribeFargateProfile: 3 },
      'the cluster that keeps the role is not asked',
    );
    t.match(await extend('?override=PROFILE_ACTIVE', { onMismatch }), {
      status: 200,
      json: { change: { kind: 'REPAIR', overrides: ['PROFILE_ACTIVE'] } },
    });
  });

t.test('a wide line goes, another cluster comes', async (t) => {
  const x = await given('a', '*');
  putCluster(x, 'w', { default: 'ACTIVE' });
  putCluster(x, 'other', { default: { roleName: 'AnotherRole', status: 'ACTIVE' } });
  putCluster(x, 'abroad', { default: 'CREATING' }, 'eu-west-1');
  const body = {
    clusters: [...clusters('a'), { region: 'eu-west-1', name: 'abroad' }],
    drop: [{ region: 'us-west-2', name: '*' }],
  };
  const refused = await rest('POST', `${x.role}/extend`, body);
  t.match(refused, { status: 409, json: { code: 'PROFILE_ACTIVE' } });
  t.same(refused.json.plan.effects.fargateProfiles, [
    { region: 'eu-west-1', clusterName: 'abroad', name: 'default', status: 'CREATING', effect: 'GAINED' },
    lost('w'),
  ]);
  t.same(eksCalls(x), { ListClusters: 1, ListFargateProfiles: 3, DescribeFargateProfile: 3 });
});

t.test('a line of every Region goes: where EKS is asked', async (t) => {
  const everywhere = { region: '*', name: 'shop' };
  const removeWide = async (service: TestService, isSeen: boolean) => {
    const x = await service.account();
    const lines = [x.line('kept'), x.line('shop', '*')];
    x.seed([], {
      trustText: JSON.stringify({ Version: '2012-10-17', Statement: [statementOf(lines)] }),
    });
    service.world.putCluster({
      accountId: x.accountId,
      region: 'ap-south-1',
      name: 'shop',
      profiles: [{ name: 'default' }],
    });
    if (isSeen)
      await service.rest('GET', `/v1/accounts/${x.accountId}/clusters/ap-south-1/shop/fargate-readiness`);
    return await service.rest('POST', `${x.role}/extend`, { clusters: clusters('kept'), drop: [everywhere] });
  };
  t.match(
    await removeWide(service, true),
    { status: 409, json: { code: 'PROFILE_ACTIVE', detail: /ap-south-1\/shop/ } },
    'in the Regions where EKS has shown clusters',
  );
  t.match(
    (await removeWide(service, false)).json.plan.effects,
    { fargateProfiles: [], fargateProfilesUnknown: null },
    'EKS_REGIONS says which Regions there are',
  );
  const unset = await startService(t);
  t.match(
    (await removeWide(unset, false)).json.plan.effects,
    {
      fargateProfiles: null,
      fargateProfilesUnknown: /^A wildcard stands for .* only in us-west-2, .*EKS_REGIONS/,
    },
    'without it there is no empty list',
  );
});

t.test('a plan that takes no coverage away asks EKS nothing, and reads no more than before', async (t) => {
  const x = await given('a');
  const reads = async (method: string, path: string, body?: unknown) => {
    world.clearCalls(x.accountId);
    const answer = await rest(method, path, body);
    const { fargateProfiles, fargateProfilesUnknown } = answer.json.plan.effects;
    return { ...eksCalls(x), GetRole: x.calls()['iam:GetRole'], fargateProfiles, fargateProfilesUnknown };
  };
  const why = 'EKS was not asked, because the plan takes no coverage away.';
  const unknown = { fargateProfiles: null, fargateProfilesUnknown: why };
  const none = { fargateProfiles: [], fargateProfilesUnknown: null };
  const extend = [`POST`, `${x.role}/extend`, { clusters: clusters('b') }] as const;
  t.same(
    await reads(extend[0], `${extend[1]}?dryRun=true`, extend[2]),
    { GetRole: 1, ...unknown },
    'dry run',
  );
  // Before the write, once more the trust policy alone, and after it.
  t.same(await reads(...extend), { GetRole: 3, ...unknown }, 'extend');
  t.same(await reads(...extend), { GetRole: 1, ...none }, 'nothing to do');
  t.same(await reads('PUT', x.role, { clusters: clusters('c') }), { GetRole: 3, ...unknown }, 'ensure');
  t.same(await reads('PUT', lineOf(x, 'd')), { GetRole: 3, ...unknown }, 'a line');
  t.same(
    await reads('POST', x.roles, { roleName: 'PodExecution', clusters: clusters('b') }),
    { GetRole: 2, ...unknown },
    'create',
  );
  const retract = await reads('DELETE', `${lineOf(x, 'a')}?override=PROFILE_ACTIVE`);
  t.same(
    retract,
    {
      GetRole: 4,
      ListFargateProfiles: 1,
      DescribeFargateProfile: 1,
      fargateProfiles: [lost('a')],
      fargateProfilesUnknown: null,
    },
    'what takes coverage away reads the role once before the lock',
  );
});

t.test('a claim that ends while its line stays asks nothing', async (t) => {
  const x = await given('a', 'b');
  for (const claimant of ['one', 'two']) await rest('PUT', `${lineOf(x, 'b')}?claimant=${claimant}`);
  t.match(await rest('DELETE', `${lineOf(x, 'b')}?claimant=one`), {
    status: 200,
    json: { lineKept: 'CLAIMED', plan: { effects: { fargateProfiles: [], fargateProfilesUnknown: null } } },
  });
  t.same(eksCalls(x), {});
  const both = await rest('DELETE', `${lineOf(x, 'b')}?claimant=three`);
  t.match(both, { status: 409, json: { code: 'CLUSTER_CLAIMED' } });
  t.match(
    both.json.detail,
    /override=CLUSTER_CLAIMED.*default of cluster us-west-2\/b.*override=PROFILE_ACTIVE/,
  );
});

t.test('more than 25 clusters', async (t) => {
  const names = Array.from({ length: 26 }, (_, i) => `c${i}`);
  const x = await account();
  x.seed(['a', '*']);
  for (const name of names.slice(1)) putCluster(x, name, { default: 'ACTIVE' });
  const remove = () => rest('DELETE', lineOf(x, '%2a'));
  t.match(await remove(), {
    status: 409,
    json: { code: 'PROFILE_ACTIVE', detail: / and 20 more are ACTIVE / },
  });
  putCluster(x, 'c0', { default: 'ACTIVE' });
  world.clearCalls(x.accountId);
  t.match(await remove(), {
    status: 200,
    json: {
      plan: {
        effects: {
          fargateProfiles: null,
          fargateProfilesUnknown:
            'The plan changes the coverage of 26 clusters, and Rolewright asks EKS about at most 25.',
        },
      },
    },
  });
  t.same(eksCalls(x), { ListClusters: 1 });
});

t.test('what AWS does not show', async (t) => {
  for (const [about, fault, reason] of [
    [
      'a member role without the actions of EKS',
      { action: 'eks:ListFargateProfiles', code: 'AccessDeniedException', status: 403 },
      /eks:ListFargateProfiles/,
    ],
    [
      'a member role that may list and not describe',
      { action: 'eks:DescribeFargateProfile', code: 'AccessDeniedException', status: 403 },
      /eks:DescribeFargateProfile/,
    ],
    [
      'a failure',
      { action: 'eks:DescribeFargateProfile', code: 'ServerException', status: 500 },
      /AWS failed at eks:/,
    ],
  ] as const)
    await t.test(about, async (t) => {
      const x = await given('a', 'b');
      world.addFaults({ fail: [{ accountId: x.accountId, ...fault }] });
      const { status, json } = await rest('DELETE', lineOf(x, 'b'));
      t.equal(status, 200, 'the write goes on');
      const { fargateProfiles, fargateProfilesUnknown } = json.change.effects;
      t.equal(fargateProfiles, null);
      t.match(fargateProfilesUnknown, reason);
    });
  await t.test('a Region that is not enabled', async (t) => {
    const x = await account();
    x.seed([], {
      trustText: JSON.stringify({
        Version: '2012-10-17',
        Statement: [statementOf([x.line('a'), x.line('b', 'ap-east-1')])],
      }),
    });
    const { status, json } = await rest('DELETE', lineOf(x, 'b', 'ap-east-1'));
    t.equal(status, 200);
    t.match(json.plan.effects, { fargateProfiles: null, fargateProfilesUnknown: /ap-east-1.*not enabled/ });
  });
  await t.test('a Region that there is not', async (t) => {
    const x = await account();
    x.seed([], {
      trustText: JSON.stringify({
        Version: '2012-10-17',
        Statement: [statementOf([x.line('a'), x.line('b', 'mars-1')])],
      }),
    });
    t.match(
      await rest('POST', `${x.role}/extend`, {
        clusters: clusters('a'),
        drop: [{ region: 'mars-1', name: 'b' }],
      }),
      {
        status: 200,
        json: { plan: { effects: { fargateProfiles: [], fargateProfilesUnknown: null } } },
      },
    );
  });
});

t.test('the role changes while EKS is asked', async (t) => {
  for (const [about, edit, expected] of [
    [
      'the plan takes another cluster too',
      (x: TestAccount) => x.seed(['a', 'b', 'b*', '*']),
      { fargateProfiles: null, fargateProfilesUnknown: /changed while EKS was asked.*clusters in us-west-2/ },
    ],
    [
      'the plan takes less',
      (x: TestAccount) => x.seed(['a', 'b', 'b*']),
      { fargateProfiles: [], fargateProfilesUnknown: null },
    ],
  ] as const)
    await t.test(about, async (t) => {
      const x = await given('a', 'b', 'c');
      let isEdited = false;
      world.onCall(({ accountId, action, when }) => {
        if (accountId !== x.accountId || action !== 'eks:ListFargateProfiles' || when !== 'after' || isEdited)
          return undefined;
        isEdited = true;
        edit(x);
        return undefined;
      });
      t.teardown(() => world.onCall(null));
      const answer = await rest('POST', `${x.role}/extend`, {
        clusters: clusters('a'),
        drop: [...clusters('b'), { region: 'us-west-2', name: '*' }],
      });
      t.ok(isEdited);
      t.equal(answer.status, 200, 'it is not refused');
      t.match(answer.json.change.effects, expected);
    });
});

t.test('the role changes before it is planned under the lock', async (t) => {
  const x = await given('a');
  putCluster(x, 'b', { default: 'ACTIVE' });
  let isEdited = false;
  world.onCall(({ accountId, action, when }) => {
    if (accountId === x.accountId && action === 'iam:GetRole' && when === 'after' && !isEdited) {
      isEdited = true;
      x.seed(['a', 'b']);
    }
    return undefined;
  });
  t.teardown(() => world.onCall(null));
  const answer = await rest('DELETE', lineOf(x, 'b'));
  t.equal(answer.status, 200, 'the first read shows no line');
  t.match(answer.json.change.effects, {
    fargateProfiles: null,
    fargateProfilesUnknown: /changes the coverage of us-west-2\/b\. Send the request again/,
  });
});

t.test('EKS that does not answer, and EKS that is throttled', async (t) => {
  let isThrottled = false;
  const impatient = await startService(t, {
    deps: ({ clusters }) => ({
      profilesPatienceMs: 40,
      clusters: {
        ...clusters,
        profileNames: (...args) =>
          isThrottled
            ? Promise.reject(new Fault('AWS_THROTTLED', 'AWS is throttling.'))
            : clusters.profileNames(...args),
      },
    }),
  });
  const x = await impatient.account();
  x.seed(['a', 'b', 'c']);
  const { accountId } = x;
  for (const name of ['b', 'c'])
    impatient.world.putCluster({ accountId, region: 'us-west-2', name, profiles: [{ name: 'p' }] });
  impatient.world.addFaults({ fail: [{ accountId, action: 'eks:ListFargateProfiles', kind: 'hang' }] });
  const remove = async (name: string) => {
    const { status, json } = await impatient.rest('DELETE', lineOf(x, name));
    t.equal(status, 200, 'the write goes on');
    const { fargateProfiles, fargateProfilesUnknown } = json.change.effects;
    t.equal(fargateProfiles, null);
    return fargateProfilesUnknown;
  };
  t.equal(await remove('b'), 'EKS did not answer within 0.04 s.');
  t.notOk(x.calls()['eks:DescribeFargateProfile'], 'nothing is asked afterwards');
  isThrottled = true;
  t.equal(await remove('c'), 'AWS is throttling.');
});
