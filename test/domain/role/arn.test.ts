import t from 'tap';
import { clusterOf, componentsOf, lineFor, reachOf } from '#src/domain/role/arn.ts';
import { requiredPoliciesOf } from '#src/domain/role/check-context.ts';
import { cluster, lineOf } from '#test/domain/fixtures/observed.ts';
import { context } from '../fixtures/observed.ts';

t.test('lines as they are written', (t) => {
  t.equal(lineFor(context, cluster), 'arn:aws:eks:us-west-2:111122223333:fargateprofile/my-cluster/*');
  t.equal(
    lineFor({ ...context, partition: 'aws-cn' }, { region: '*', name: '*' }),
    'arn:aws-cn:eks:*:111122223333:fargateprofile/*/*',
  );
  t.same(requiredPoliciesOf({ ...context, partition: 'aws-us-gov' }), [
    'arn:aws-us-gov:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy',
  ]);
  t.end();
});

t.test('an ARN has six components', (t) => {
  t.same(
    componentsOf('arn:aws:s3:::bucket/x:y'),
    ['arn', 'aws', 's3', '', '', 'bucket/x:y'],
    'the last component is the remainder',
  );
  t.equal(componentsOf('arn:aws:eks:us-west-2:*'), null);
  t.end();
});

t.test('the cluster of a line', (t) => {
  const rows: [string, ReturnType<typeof clusterOf>, ReturnType<typeof reachOf>][] = [
    [lineOf('a'), { region: 'us-west-2', name: 'a' }, { region: 'us-west-2', name: 'a' }],
    [lineOf('*', '*'), { region: '*', name: '*' }, { region: '*', name: '*' }],
    [lineOf('prod-*/p'), { region: 'us-west-2', name: 'prod-*' }, { region: 'us-west-2', name: 'prod-*' }],
    [
      'arn:aws:eks:us-west-2:1:fargateprofile/*',
      { region: 'us-west-2', name: '*' },
      { region: 'us-west-2', name: '*' },
    ],
    ['arn:aws:eks:us-west-2:1:*', null, { region: 'us-west-2', name: '*' }],
    ['arn:aws:eks:us-west-2:1:cluster/a', null, { region: 'us-west-2', name: '*' }],
    ['arn:aws:eks:*:fargateprofile/a/*', null, { region: '*', name: 'a' }],
    ['arn:aws:*:fargateprofile/a/*', null, { region: '*', name: 'a' }],
    ['*', null, { region: '*', name: '*' }],
    ['', null, { region: '*', name: '*' }],
  ];
  for (const [value, written, reach] of rows) {
    t.same(clusterOf(context.kind.source, value), written, value);
    t.same(reachOf(context.kind.source, value), reach, `${value}: reach`);
  }
  t.end();
});
