// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM policy variables are written like this.
import t from 'tap';
import { check } from '#src/domain/check/check.ts';
import type { JsonObject } from '#src/schema/primitives.ts';
import {
  accountId,
  cluster,
  lineOf,
  observed,
  policy,
  service,
  statement,
} from '#test/domain/fixtures/observed.ts';

const good = statement(lineOf('my-cluster'));
const errorsOf = (...statements: JsonObject[]) =>
  check(observed(policy(good, ...statements)), [cluster])
    .findings.filter(({ severity }) => severity === 'ERROR')
    .map(({ code, pointer }) => `${code} ${pointer}`);
const everyone = (Condition?: JsonObject, more: JsonObject = {}): JsonObject => ({
  ...{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' },
  ...(Condition && { Condition }),
  ...more,
});
const open = ['PRINCIPAL_ANYONE /Statement/1/Principal'];

t.test('conditions that confine an Allow for everyone', (t) => {
  const rows: [string, JsonObject, boolean][] = [
    ['an account', { StringEquals: { 'aws:PrincipalAccount': accountId } }, true],
    ['several', { StringEquals: { 'aws:PrincipalAccount': [accountId, '999988887777'] } }, true],
    ['one of which is any', { StringLike: { 'aws:PrincipalAccount': [accountId, '*'] } }, false],
    ['all but one', { StringNotEquals: { 'aws:PrincipalAccount': accountId } }, false],
    [
      'all but one, who must have the key',
      { StringNotEquals: { 'aws:PrincipalAccount': accountId }, Null: { 'aws:PrincipalAccount': 'false' } },
      false,
    ],
    [
      'all but one, among values',
      { 'ForAnyValue:StringNotEquals': { 'aws:PrincipalOrgPaths': 'o-a1b2c3d4e5/r-ab12/' } },
      false,
    ],
    ['the role’s own', { StringEquals: { 'aws:PrincipalAccount': '${aws:ResourceAccount}' } }, true],
    [
      'the caller’s, compared with itself',
      { StringEquals: { 'aws:SourceAccount': '${aws:SourceAccount}' } },
      false,
    ],
    [
      'the role’s own, the other way round',
      { StringEquals: { 'aws:ResourceAccount': '${aws:PrincipalAccount}' } },
      true,
    ],
    ['who has the key at all', { StringEqualsIfExists: { 'aws:PrincipalAccount': accountId } }, false],
    [
      'and must have it',
      {
        StringEqualsIfExists: { 'aws:PrincipalAccount': accountId },
        Null: { 'aws:PrincipalAccount': 'false' },
      },
      true,
    ],
    ['an organization', { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }, true],
    [
      'that of the role, though it is not known',
      { StringEquals: { 'aws:PrincipalOrgID': '${aws:ResourceOrgID}' } },
      true,
    ],
    [
      'compared the other way round',
      { StringEquals: { 'aws:ResourceOrgID': '${aws:PrincipalOrgID}' } },
      true,
    ],
    ['any organization', { StringLike: { 'aws:PrincipalOrgID': 'o-*' } }, false],
    [
      'a unit of one',
      { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-a1b2c3d4e5/r-ab12/*' } },
      true,
    ],
    [
      'a unit, or none',
      { 'ForAllValues:StringLike': { 'aws:PrincipalOrgPaths': 'o-a1b2c3d4e5/r-ab12/*' } },
      false,
    ],
    ['a unit of any', { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-*/r-ab12/*' } }, false],
    ['roles of an account', { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${accountId}:role/*` } }, true],
    ['a role of any account', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/Admin' } }, false],
    ['a session of a role', { StringLike: { 'aws:userid': 'AROAEXAMPLEEXAMPLE01:*' } }, true],
    ['a name of a session', { StringLike: { 'aws:userid': '*:deploy' } }, false],
    ['a service', { StringEquals: { 'aws:PrincipalServiceName': service } }, true],
    ['services', { 'ForAnyValue:StringEquals': { 'aws:PrincipalServiceNamesList': [service] } }, true],
    [
      'services, in a way that nobody has described',
      { StringEquals: { 'aws:PrincipalServiceNamesList': [service] } },
      false,
    ],
    ['any service', { Bool: { 'aws:PrincipalIsAWSService': 'true' } }, false],
    ['a source', { ArnLike: { 'aws:SourceArn': lineOf('my-cluster') } }, true],
    ['any source', { ArnLike: { 'aws:SourceArn': 'arn:aws:eks:*:*:*' } }, false],
    ['the account of the source', { StringEquals: { 'aws:SourceAccount': accountId } }, true],
    ['the organization of the source', { StringEquals: { 'aws:SourceOrgID': 'o-a1b2c3d4e5' } }, true],
    [
      'a provider of an account',
      { StringEquals: { 'aws:FederatedProvider': `arn:aws:iam::${accountId}:saml-provider/x` } },
      true,
    ],
    ['a provider of everyone', { StringEquals: { 'aws:FederatedProvider': 'accounts.google.com' } }, false],
    ['a secret', { StringEquals: { 'sts:ExternalId': 'x' } }, false],
    ['a network', { StringEquals: { 'aws:SourceVpc': 'vpc-1' } }, false],
    ['addresses', { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }, false],
    ['a tag', { StringEquals: { 'aws:PrincipalTag/team': 'blue' } }, false],
    ['MFA', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }, false],
    ['a variable of nobody knows what', { StringEquals: { 'aws:PrincipalAccount': '${foo:bar}' } }, false],
    ['a time that is over', { DateLessThan: { 'aws:CurrentTime': '2020-01-01' } }, true],
    ['a time that goes on', { DateLessThan: { 'aws:CurrentTime': '2030-01-01' } }, false],
    ['an operator in lower case', { stringequals: { 'AWS:PRINCIPALACCOUNT': accountId } }, true],
  ];
  for (const [about, condition, confined] of rows)
    t.same(errorsOf(everyone(condition)), confined ? [] : open, about);
  t.end();
});

t.test('principals that an Allow lets in', (t) => {
  const rows: [string, JsonObject, string[]][] = [
    ['"*"', everyone(), open],
    ['"AWS": "*"', everyone(undefined, { Principal: { AWS: '*' } }), open],
    ['among others', everyone(undefined, { Principal: { AWS: [accountId, '*'] } }), open],
    ['every action', everyone(undefined, { Action: '*' }), open],
    ['another action', everyone(undefined, { Action: 'sts:TagSession' }), []],
    [
      'a Deny',
      everyone(
        { StringEquals: { 'foo:bar': 'x' }, Bool: { 'aws:SecureTransport': 'false' } },
        { Effect: 'Deny' },
      ),
      [],
    ],
    ['an account', everyone(undefined, { Principal: { AWS: accountId } }), []],
    ['every federated user, by another action', everyone(undefined, { Principal: { Federated: '*' } }), []],
    [
      'everyone but the service',
      everyone(undefined, { Principal: undefined, NotPrincipal: { Service: service } }),
      ['PRINCIPAL_ANYONE /Statement/1/NotPrincipal'],
    ],
    ['everyone and the service', everyone(undefined, { Principal: { AWS: '*', Service: service } }), open],
  ];
  for (const [about, statement, expected] of rows)
    t.same(errorsOf(JSON.parse(JSON.stringify(statement))), expected, about);
  t.same(
    check(observed(policy(everyone(undefined, { Principal: { AWS: '*', Service: service } }))), [cluster])
      .clusters,
    [{ ...cluster, covered: true, coveredBy: [] }],
    'the service is named, so it gets in',
  );
  t.end();
});
