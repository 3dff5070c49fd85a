import t from 'tap';
import { startService, type TestAccount, trustOf } from '#test/support/service.ts';
import { namesOf as byName, runSweep } from '#test/support/sweep.ts';

t.test('which Regions, and which clusters', async (t) => {
  const service = await startService(t, {
    sweepConcurrency: 4,
    deps: () => ({ eksRegions: ['eu-west-1', 'cn-north-1'] }),
  });
  const [one, wide, none, china] = [
    await service.account(),
    await service.account(),
    await service.account(),
    await service.account({ partition: 'aws-cn' }),
  ] as const;
  const trusting = (account: TestAccount, ...regions: string[]) =>
    account.seed([], {
      trustText: JSON.stringify(trustOf(regions.map((region) => account.line('main', region)))),
    });
  // A line for many Regions names none; us-wset-2 is a typing error.
  trusting(one, 'us-west-2', 'us-east-1', 'us-wset-2', 'ap-*');
  trusting(wide, '*');
  for (const region of ['us-west-2', 'us-east-1', 'eu-west-1', 'ap-south-1'])
    for (const { accountId } of [one, wide])
      for (const name of ['main', 'other']) service.world.putCluster({ accountId, region, name });
  service.world.putCluster({ accountId: china.accountId, region: 'cn-north-1', name: 'main' });

  const cases: [what: string, account: TestAccount, input: object, answers: string[]][] = [
    [
      'those of its lines, and of EKS_REGIONS',
      one,
      {},
      ['eu-west-1', 'us-east-1', 'us-west-2'].flatMap((region) => [
        `${region}/main READY`,
        `${region}/other READY`,
      ]),
    ],
    ['of a line with *: EKS_REGIONS alone', wide, {}, ['eu-west-1/main READY', 'eu-west-1/other READY']],
    ['an account without a role', none, {}, ['eu-west-1/null null']],
    ['another partition', china, {}, ['cn-north-1/main READY']],
    [
      'named ones',
      one,
      { regions: ['ap-south-1', 'cn-north-1'] },
      ['ap-south-1/main READY', 'ap-south-1/other READY'],
    ],
    ['named ones of another partition', china, { regions: ['us-west-2'] }, ['null/null INVALID_INPUT']],
    ['a cluster', one, { clusters: [{ region: 'us-east-1', name: 'main' }] }, ['us-east-1/main READY']],
    [
      'one that is not there',
      one,
      { clusters: [{ region: 'us-east-1', name: 'gone' }] },
      ['us-east-1/null null'],
    ],
    [
      'a name, in every Region',
      one,
      { clusters: [{ region: '*', name: 'main' }] },
      ['eu-west-1/main READY', 'us-east-1/main READY', 'us-west-2/main READY'],
    ],
    [
      'a Region without that cluster',
      one,
      { regions: ['us-west-2', 'us-east-1'], clusters: [{ region: 'us-west-2', name: '*' }] },
      ['us-east-1/null null', 'us-west-2/main READY', 'us-west-2/other READY'],
    ],
  ];
  for (const [what, { accountId }, input, answers] of cases) {
    const select = { accountIds: [accountId] };
    const { results } = await runSweep(service, { operation: 'READINESS', select, ...input });
    t.same(byName(results), answers, what);
  }

  const refused: [input: object, pointer: string][] = [
    [{ roleName: 'a' }, '/roleName'],
    [{ regions: ['us-wset-2'] }, '/regions/0'],
    [{ clusters: [{ region: 'us-wset-2', name: 'a' }] }, '/clusters/0/region'],
    [{ operation: 'CHECK', regions: ['us-west-2'] }, '/regions'],
  ];
  for (const [input, pointer] of refused)
    t.match(
      await service.rest('POST', '/v1/sweeps', { operation: 'READINESS', select: { all: true }, ...input }),
      { status: 400, json: { code: 'INVALID_INPUT', errors: [{ pointer }] } },
      pointer,
    );
});

t.test('an account without a line, where EKS_REGIONS is not set', async (t) => {
  const service = await startService(t, { sweepConcurrency: 1 });
  const { accountId } = await service.account();
  const { results, sweep } = await runSweep(service, {
    operation: 'READINESS',
    select: { accountIds: [accountId] },
  });
  t.same(byName(results), ['null/null null']);
  t.match(sweep, { done: 1, failed: 0, verdicts: {} });
});
