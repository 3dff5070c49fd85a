import t from 'tap';
import {
  type Comparison,
  clusterOf,
  executionPolicyArn,
  lineFor,
  matchedBy,
  ownPart,
  profilesOf,
  reachesAnotherAccount,
  reachOf,
} from '#src/domain/arn.ts';
import { includes, literal } from '#src/domain/language.ts';
import { accountId, cluster, lineOf } from '#test/domain/fixtures/observed.ts';

const foreign = '999988887777';

t.test('what is written', (t) => {
  t.equal(lineFor('aws', accountId, cluster), 'arn:aws:eks:us-west-2:111122223333:fargateprofile/my-cluster/*');
  t.equal(lineFor('aws-cn', accountId, { region: '*', name: '*' }), 'arn:aws-cn:eks:*:111122223333:fargateprofile/*/*');
  t.equal(executionPolicyArn('aws-us-gov'), 'arn:aws-us-gov:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy');
  t.end();
});

t.test('the ARNs of Fargate profiles', (t) => {
  const uuid = '8cb7e6f4-5f0e-4a2a-9c3e-0123456789ab';
  const arn = (rest: string, account = accountId, region = 'us-west-2') => `arn:aws:eks:${region}:${account}:fargateprofile/${rest}`;
  const any = { region: '*', name: '*' };
  const rows: [string, string, typeof any, string | null, boolean][] = [
    ['a profile', arn(`my-cluster/fp-1/${uuid}`), cluster, accountId, true],
    ['another cluster', arn(`my-cluster-2/fp/${uuid}`), cluster, accountId, false],
    ['another account', arn(`my-cluster/fp/${uuid}`, foreign), cluster, accountId, false],
    ['any account', arn(`my-cluster/fp/${uuid}`, foreign), cluster, null, true],
    ['an account is twelve digits', arn(`my-cluster/fp/${uuid}`, '12'), cluster, null, false],
    ['any cluster', arn(`X_1-y/fp/${uuid}`, accountId, 'eu-west-1'), any, accountId, true],
    ['a name begins with a letter or digit', arn(`-x/fp/${uuid}`), any, accountId, false],
    ['a name holds no slash', arn(`x/y/fp/${uuid}`), any, accountId, false],
    ['no UUID', arn('my-cluster/fp/x'), cluster, accountId, false],
    ['a UUID in upper case', arn(`my-cluster/fp/${uuid.toUpperCase()}`), cluster, accountId, false],
    ['no profile', arn(`my-cluster/${uuid}`), cluster, accountId, false],
  ];
  for (const [about, text, asked, account, expected] of rows)
    t.equal(includes(profilesOf('aws', account, asked), literal(text)), expected, about);
  t.end();
});

t.test('what an operator matches', (t) => {
  const rows: [Comparison, string, string, boolean][] = [
    ['ARN', 'arn:aws:s3:::b*', 'arn:aws:s3:::bucket/x:y', true],
    ['ARN', 'arn:*:s3:::b', 'arn:aws:x:s3:::b', false],
    ['ARN', 'arn:aws:s3:?::b', 'arn:aws:s3::::b', false],
    ['ARN', 'arn:aws:s3', 'arn:aws:s3', false],
    ['STRING', 'arn:*:b', 'arn:aws:s3:::b', true],
    ['STRING', 'arn:aws:s3', 'arn:aws:s3', true],
    ['STRING', 'ARN:*', 'arn:x', false],
    ['EXACT', 'a*', 'ab', false],
    ['EXACT', 'a*', 'a*', true],
    ['EXACT_IGNORING_CASE', 'aB', 'Ab', true],
    ['EXACT_IGNORING_CASE', 'a*', 'ab', false],
  ];
  for (const [comparison, value, text, expected] of rows)
    t.equal(includes(matchedBy(value, comparison) ?? [], literal(text)), expected, `${comparison} ${value} on ${text}`);
  t.equal(matchedBy('arn:aws:eks:us-west-2:*', 'ARN'), null, 'five parts are no ARN');
  t.end();
});

t.test('other accounts, and what is left of a line without them', (t) => {
  const account = (id: string) => lineOf('a', 'us-west-2', id);
  const own = account(accountId);
  const rows: [string, Comparison, boolean, string | null][] = [
    [own, 'ARN', false, own],
    [own, 'STRING', false, own],
    [own, 'EXACT', false, own],
    [account(foreign), 'ARN', true, null],
    [account(foreign), 'EXACT', true, null],
    [account('*'), 'ARN', true, own],
    [account('*'), 'STRING', true, own],
    [account('*'), 'EXACT', false, account('*')],
    [account('11112222333?'), 'ARN', true, own],
    [account('?11122223333'), 'ARN', true, own],
    [account('99*'), 'ARN', true, null],
    [account('111122223333*'), 'ARN', false, account('111122223333*')],
    [account('1111?'), 'ARN', false, account('1111?')],
    [`arn:aws:eks:*:${accountId}:fargateprofile/*`, 'STRING', false, `arn:aws:eks:*:${accountId}:fargateprofile/*`],
    ['arn:aws:eks:us-west-2:*', 'STRING', true, null],
    ['*', 'STRING', true, null],
    ['*', 'ARN', true, null],
    ['arn:aws:logs:us-west-2:*:log-group:a:*', 'ARN', true, `arn:aws:logs:us-west-2:${accountId}:log-group:a:*`],
    [`arn:aws:logs:us-west-2:${foreign}:log-group:a`, 'EXACT', true, null],
    ['arn:aws:s3:::bucket', 'ARN', false, 'arn:aws:s3:::bucket'],
    ['nonsense', 'ARN', false, 'nonsense'],
  ];
  for (const [value, comparison, isForeign, part] of rows) {
    t.equal(reachesAnotherAccount(value, comparison, accountId), isForeign, `${comparison} ${value}`);
    t.equal(ownPart(value, comparison, accountId), part, `${comparison} ${value}: own part`);
  }
  for (const zeros of ['000000000000', '111111111111'])
    t.ok(reachesAnotherAccount('arn:aws:eks:*:*:fargateprofile/*', 'ARN', zeros), `an account of one digit only: ${zeros}`);
  t.end();
});

t.test('the cluster that a line is written for', (t) => {
  const rows: [string, ReturnType<typeof clusterOf>, ReturnType<typeof reachOf>][] = [
    [lineOf('a'), { region: 'us-west-2', name: 'a' }, { region: 'us-west-2', name: 'a' }],
    [lineOf('*', '*'), { region: '*', name: '*' }, { region: '*', name: '*' }],
    [lineOf('prod-*/p'), { region: 'us-west-2', name: 'prod-*' }, { region: 'us-west-2', name: 'prod-*' }],
    ['arn:aws:eks:us-west-2:1:fargateprofile/*', { region: 'us-west-2', name: '*' }, { region: 'us-west-2', name: '*' }],
    ['arn:aws:eks:us-west-2:1:*', null, { region: 'us-west-2', name: '*' }],
    ['arn:aws:eks:us-west-2:1:cluster/a', null, { region: 'us-west-2', name: '*' }],
    ['arn:aws:eks:*:fargateprofile/a/*', null, { region: '*', name: 'a' }],
    ['arn:aws:*:fargateprofile/a/*', null, { region: '*', name: 'a' }],
    ['*', null, { region: '*', name: '*' }],
    ['', null, { region: '*', name: '*' }],
  ];
  for (const [value, written, reach] of rows) {
    t.same(clusterOf(value), written, value);
    t.same(reachOf(value), reach, `${value}: reach`);
  }
  t.end();
});
