import t from 'tap';
import { findLostPrincipals } from '#src/domain/plan/effects/lost-principals.ts';

const fargate = { Service: 'eks-fargate-pods.amazonaws.com' };
const allow = (principal: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Principal: principal,
  Action: 'sts:AssumeRole',
  ...more,
});
const policy = (...statements: unknown[]) => ({
  Version: '2012-10-17',
  Statement: statements.length === 1 ? statements[0] : statements,
});
const person = 'arn:aws:iam::111122223333:role/person';
const root = 'arn:aws:iam::111122223333:root';

const rows: [what: string, before: unknown[], lost: string[], after?: unknown[]][] = [
  ['the service itself', [allow(fargate)], [], []],
  ['a role', [allow({ AWS: person })], [person]],
  [
    'two of one statement, and of several kinds',
    [allow({ AWS: [person, root], Service: ['ec2.amazonaws.com', fargate.Service] })],
    [person, root, 'ec2.amazonaws.com'],
  ],
  ['each once', [allow({ AWS: person }), allow({ AWS: person })], [person]],
  ['everybody', [allow('*')], ['*']],
  [
    'everybody else',
    [{ Effect: 'Allow', NotPrincipal: fargate, Action: 'sts:AssumeRole' }],
    ['everyone but those in NotPrincipal'],
  ],
  ['a login', [allow({ Federated: 'cognito-identity.amazonaws.com' })], ['cognito-identity.amazonaws.com']],
  ['who is barred loses nothing', [{ ...allow({ AWS: person }), Effect: 'Deny' }], []],
  ['who has been deleted', [allow({ AWS: ['AROAEXAMPLEEXAMPLE12', 'AIDAEXAMPLEEXAMPLE12'] })], []],
  ['who stays', [allow({ AWS: person }), allow(fargate)], [], [allow({ AWS: [person] })]],
  [
    'who stays under a condition',
    [allow({ AWS: person })],
    [],
    [allow({ AWS: person }, { Condition: { Bool: { a: 'true' } } })],
  ],
  ['an account and its root are one', [allow({ AWS: root })], [], [allow({ AWS: '111122223333' })]],
  [
    'whom only a Deny still names',
    [allow({ AWS: person })],
    [person],
    [{ ...allow({ AWS: person }), Effect: 'Deny' }],
  ],
  ['no principal at all', [{ Effect: 'Allow', Action: 'sts:AssumeRole' }, 'text'], []],
];

for (const [what, before, lost, after = [allow(fargate)]] of rows)
  t.same(findLostPrincipals(policy(...before), policy(...after), fargate.Service), lost, what);
