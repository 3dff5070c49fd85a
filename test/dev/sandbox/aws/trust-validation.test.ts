import t from 'tap';
import { AwsError } from '#dev/sandbox/aws/aws-error.ts';
import { validateTrust } from '#dev/sandbox/aws/trust-validation.ts';
import { fargate, trustOf } from './fixtures/sandbox.ts';

const document = (members: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: fargate, ...members });
const without = (key: keyof typeof fargate) =>
  trustOf(Object.fromEntries(Object.entries(fargate).filter(([name]) => name !== key)));
const changed = (members: object) => trustOf({ ...fargate, ...members });

const accepted: [string, string][] = [
  ['the reference', trustOf(fargate)],
  ['no version', JSON.stringify({ Statement: fargate })],
  ['the old version', document({ Version: '2008-10-17' })],
  ['an Id', document({ Id: 'any thing' })],
  ['a Deny', trustOf(fargate, { ...fargate, Effect: 'Deny' })],
  ['no condition', without('Condition')],
  ['an empty Sid twice', trustOf({ ...fargate, Sid: '' }, { ...fargate, Sid: '' })],
  ['everybody', changed({ Principal: '*' })],
  ['several services', changed({ Principal: { Service: ['eks.amazonaws.com', 'ec2.amazonaws.com'] } })],
  ['any STS action', changed({ Action: 'sts:*' })],
  ['the letter case of actions', changed({ Action: ['STS:assumerole', 'sts:TagSession'] })],
  ['NotAction', trustOf({ ...JSON.parse(without('Action')).Statement[0], NotAction: 'sts:TagSession' })],
  [
    'a set operator',
    changed({ Condition: { 'ForAnyValue:StringLikeIfExists': { 'aws:PrincipalOrgPaths': ['o/*'] } } }),
  ],
  [
    'boolean and number as values',
    changed({
      Condition: {
        Bool: { 'aws:SecureTransport': true },
        NumericLessThan: { 'aws:MultiFactorAuthAge': [60] },
      },
    }),
  ],
  [
    'a repeated key',
    '{"Statement":{"Effect":"Deny","Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}',
  ],
];

const refused: [string, string][] = [
  ['no JSON', '{"Version"'],
  ['leading spaces', ` ${trustOf(fargate)}`],
  ['no object', '[]'],
  ['no statement', '{"Version":"2012-10-17"}'],
  ['an empty list of statements', trustOf()],
  ['a statement that is a text', '{"Statement":["a"]}'],
  ['an unknown version', document({ Version: '2012-10-18' })],
  ['an unknown member', document({ Foo: 1 })],
  ['an unknown member of a statement', changed({ Foo: 1 })],
  ['no effect', without('Effect')],
  ['an unknown effect', changed({ Effect: 'allow' })],
  ['no principal', without('Principal')],
  ['both principals', changed({ NotPrincipal: '*' })],
  ['an unknown kind of principal', changed({ Principal: { Servic: 'eks.amazonaws.com' } })],
  ['a principal without a name', changed({ Principal: { Service: [] } })],
  ['a principal that is a text', changed({ Principal: 'eks.amazonaws.com' })],
  [
    'a principal that was deleted',
    changed({ Principal: { AWS: ['arn:aws:iam::111122223333:root', 'AROAEXAMPLEDELETED001'] } }),
  ],
  ['a resource', changed({ Resource: '*' })],
  ['no action', without('Action')],
  ['no action in the list', changed({ Action: [] })],
  ['an action of another service', changed({ Action: ['sts:AssumeRole', 'iam:PassRole'] })],
  ['every action', changed({ Action: '*' })],
  ['a Sid with a hyphen', changed({ Sid: 'a-b' })],
  ['a Sid twice', trustOf({ ...fargate, Sid: 'a' }, { ...fargate, Sid: 'a' })],
  ['a condition that is a list', changed({ Condition: [] })],
  ['an unknown operator', changed({ Condition: { ArnLikes: { 'aws:SourceArn': 'a' } } })],
  ['an operator without keys', changed({ Condition: { ArnLike: 'a' } })],
  ['a key without values', changed({ Condition: { ArnLike: { 'aws:SourceArn': [] } } })],
  ['a key with an object', changed({ Condition: { ArnLike: { 'aws:SourceArn': {} } } })],
];

t.test('what IAM accepts as a trust policy', async (t) => {
  for (const [about, text] of accepted) t.doesNotThrow(() => validateTrust(text), about);
});

t.test('what IAM refuses', async (t) => {
  for (const [about, text] of refused)
    t.throws(() => validateTrust(text), { constructor: AwsError, code: 'MalformedPolicyDocument' }, about);
});
