// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM policy variables are written like this.
import t from 'tap';
import { readCondition } from '#src/domain/trust/condition/condition.ts';
import { accountId, context, service } from '#test/domain/fixtures/observed.ts';

// The contract's table "What a condition means in a service's call", row by row.

const organizationId = 'o-ours000000';
type Row = [operator: string, key: string, value: unknown, outcome: 'HOLDS' | 'FAILS' | 'UNKNOWN'];

const outcomeOf = ([operator, key, value]: Row, known: string | null) =>
  readCondition({ [operator]: { [key]: value } }, '', {
    context: { ...context, organizationId: known },
    variables: true,
    isDecidable: true,
  }).others;

function test(about: string, rows: Row[], known: string | null = organizationId) {
  t.test(about, (t) => {
    for (const row of rows) t.equal(outcomeOf(row, known), row[3], JSON.stringify(row.slice(0, 3)));
    t.end();
  });
}

test('aws:SourceAccount and aws:ResourceAccount', [
  ...['aws:SourceAccount', 'aws:ResourceAccount'].flatMap((key): Row[] => [
    ['StringEquals', key, accountId, 'HOLDS'],
    ['StringEquals', key, Number(accountId), 'HOLDS'],
    ['StringEquals', key, '999988887777', 'FAILS'],
    ['StringEquals', key, ['999988887777', accountId], 'HOLDS'],
    ['StringEquals', key, [], 'FAILS'],
    ['StringEquals', key, '*', 'FAILS'],
    ['StringLike', key, '1111*', 'HOLDS'],
    ['StringLike', key, '2*', 'FAILS'],
    ['StringNotEquals', key, accountId, 'FAILS'],
    ['StringNotEquals', key, ['999988887777', accountId], 'FAILS'],
    ['StringNotLike', key, '9*', 'HOLDS'],
    ['StringEqualsIgnoreCase', key, accountId, 'HOLDS'],
    ['StringEqualsIfExists', key, '999988887777', 'FAILS'],
    ['ForAnyValue:StringEquals', key, accountId, 'HOLDS'],
    ['ForAllValues:StringNotEquals', key, accountId, 'FAILS'],
    ['Null', key, 'false', 'HOLDS'],
    ['Null', key, true, 'FAILS'],
    ['Null', key, ['true', 'false'], 'HOLDS'],
    ['Null', key, 'maybe', 'UNKNOWN'],
    ['Null', key, [], 'FAILS'],
    ['StringEquals', key, '${aws:ResourceAccount}', 'HOLDS'],
    ['StringEquals', key, '${aws:SourceAccount}', 'HOLDS'],
    ['StringEquals', key, "${aws:username, '111122223333'}", 'HOLDS'],
    ['StringEquals', key, '${aws:PrincipalTag/x}', 'UNKNOWN'],
    ['StringEquals', key, ['${aws:PrincipalTag/x}', accountId], 'HOLDS'],
    ['StringNotEquals', key, ['${aws:PrincipalTag/x}', accountId], 'FAILS'],
    ['StringEquals', key, '9${aws:PrincipalTag/x}', 'FAILS'],
    ['StringEquals', key, null, 'UNKNOWN'],
    ['StringEquals', key, { x: 1 }, 'UNKNOWN'],
    ['ArnLike', key, accountId, 'UNKNOWN'],
    ['NumericEquals', key, accountId, 'UNKNOWN'],
    ['StringMatches', key, accountId, 'UNKNOWN'],
    ['NullIfExists', key, 'false', 'UNKNOWN'],
  ]),
]);

test('aws:SourceOrgID and aws:ResourceOrgID', [
  ...['aws:SourceOrgID', 'aws:ResourceOrgID', 'AWS:ResourceOrgId'].flatMap((key): Row[] => [
    ['StringEquals', key, organizationId, 'HOLDS'],
    ['StringEquals', key, 'o-other00000', 'FAILS'],
    ['StringEquals', key, '${aws:ResourceOrgID}', 'HOLDS'],
    ['StringNotEqualsIfExists', key, organizationId, 'FAILS'],
    ['Null', key, 'false', 'HOLDS'],
  ]),
]);

test('aws:SourceOrgPaths and aws:ResourceOrgPaths', [
  ...['aws:SourceOrgPaths', 'aws:ResourceOrgPaths'].flatMap((key): Row[] => [
    ['ForAnyValue:StringLike', key, `${organizationId}/*`, 'HOLDS'],
    ['ForAnyValue:StringLike', key, '${aws:ResourceOrgID}/*', 'HOLDS'],
    ['ForAnyValue:StringLike', key, '*', 'HOLDS'],
    ['ForAnyValue:StringLike', key, `${organizationId}/r-ab12/*`, 'UNKNOWN'],
    ['ForAnyValue:StringLike', key, 'o-*/r-ab12/*', 'UNKNOWN'],
    ['ForAnyValue:StringEquals', key, `${organizationId}/r-ab12/`, 'UNKNOWN'],
    ['ForAnyValue:StringEquals', key, `${organizationId}/*`, 'UNKNOWN'],
    ['ForAnyValue:StringEquals', key, organizationId, 'FAILS'],
    ['ForAnyValue:StringLike', key, 'o-other00000/*', 'FAILS'],
    ['ForAllValues:StringNotLike', key, 'o-other00000/*', 'HOLDS'],
  ]),
]);

test(
  'an organization that is not known',
  [
    ['StringEquals', 'aws:SourceOrgID', organizationId, 'UNKNOWN'],
    ['StringEquals', 'aws:SourceOrgID', '${aws:ResourceOrgID}', 'UNKNOWN'],
    ['StringNotEquals', 'aws:ResourceOrgID', organizationId, 'UNKNOWN'],
    ['ForAnyValue:StringLike', 'aws:SourceOrgPaths', `${organizationId}/*`, 'UNKNOWN'],
    ['StringNotEquals', 'aws:PrincipalOrgID', '${aws:ResourceOrgID}', 'HOLDS'],
    ['Null', 'aws:SourceOrgID', 'false', 'UNKNOWN'],
  ],
  null,
);

test('boolean keys', [
  ['Bool', 'aws:PrincipalIsAWSService', 'true', 'HOLDS'],
  ['Bool', 'aws:PrincipalIsAWSService', false, 'FAILS'],
  ['BoolIfExists', 'aws:PrincipalIsAWSService', 'false', 'FAILS'],
  ['bool', 'AWS:principalisawsservice', 'TRUE', 'HOLDS'],
  ['Bool', 'aws:PrincipalIsAWSService', 'yes', 'UNKNOWN'],
  ['StringEquals', 'aws:PrincipalIsAWSService', 'true', 'HOLDS'],
  ['Bool', 'aws:SecureTransport', 'false', 'FAILS'],
  ['Null', 'aws:SecureTransport', 'true', 'FAILS'],
  ['Bool', 'aws:ViaAWSService', 'false', 'HOLDS'],
  ['Bool', 'aws:ViaAWSService', 'true', 'FAILS'],
]);

test('the service and its names', [
  ['StringEquals', 'aws:PrincipalServiceName', service, 'HOLDS'],
  ['StringEquals', 'aws:PrincipalServiceName', 'ec2.amazonaws.com', 'FAILS'],
  ['StringLike', 'aws:PrincipalServiceName', 'eks*.amazonaws.com', 'HOLDS'],
  ['StringNotEquals', 'aws:PrincipalServiceName', [service, 'ec2.amazonaws.com'], 'FAILS'],
  ['ForAnyValue:StringEquals', 'aws:PrincipalServiceNamesList', service, 'HOLDS'],
  ['ForAnyValue:StringEquals', 'aws:PrincipalServiceNamesList', 'ec2.amazonaws.com', 'UNKNOWN'],
  ['ForAnyValue:StringNotEquals', 'aws:PrincipalServiceNamesList', 'ec2.amazonaws.com', 'HOLDS'],
  ['ForAllValues:StringEquals', 'aws:PrincipalServiceNamesList', service, 'UNKNOWN'],
  ['ForAllValues:StringEquals', 'aws:PrincipalServiceNamesList', 'ec2.amazonaws.com', 'FAILS'],
  ['ForAllValues:StringNotEquals', 'aws:PrincipalServiceNamesList', service, 'FAILS'],
  ['ForAllValues:StringNotEquals', 'aws:PrincipalServiceNamesList', 'ec2.amazonaws.com', 'UNKNOWN'],
  ['StringEquals', 'aws:PrincipalServiceNamesList', service, 'UNKNOWN'],
  ['Null', 'aws:PrincipalServiceNamesList', 'false', 'HOLDS'],
]);

// The time of the check is 2026-11-30T12:00:00Z, 1796040000 seconds after 1970.
test('the time of the check', [
  ['DateLessThan', 'aws:CurrentTime', '2026-12-01', 'HOLDS'],
  ['DateGreaterThan', 'aws:CurrentTime', '2026-12-01', 'FAILS'],
  ['DateLessThanEquals', 'aws:CurrentTime', '2026-11-30T12:00:00Z', 'HOLDS'],
  ['DateLessThan', 'aws:CurrentTime', '2026-11-30T12:00:00Z', 'FAILS'],
  ['DateEquals', 'aws:CurrentTime', '2026-11-30T13:00:00+01:00', 'HOLDS'],
  ['DateNotEquals', 'aws:CurrentTime', '2026-11-30T13:00:00+01:00', 'FAILS'],
  ['DateGreaterThanEquals', 'aws:CurrentTime', 1_796_040_000, 'HOLDS'],
  ['DateGreaterThan', 'aws:CurrentTime', '2026-11', 'HOLDS'],
  ['DateGreaterThan', 'aws:CurrentTime', '2026-02-30', 'UNKNOWN'],
  ['DateGreaterThan', 'aws:CurrentTime', '2026', 'UNKNOWN'],
  ['DateGreaterThan', 'aws:CurrentTime', '2026-11-30T12:00:00', 'UNKNOWN'],
  ['DateGreaterThan', 'aws:CurrentTime', 'tomorrow', 'UNKNOWN'],
  ['DateGreaterThan', 'aws:CurrentTime', '${foo:bar}', 'UNKNOWN'],
  ['NumericGreaterThan', 'aws:CurrentTime', '1', 'UNKNOWN'],
  ['StringLike', 'aws:CurrentTime', '2026*', 'UNKNOWN'],
  ['NumericLessThan', 'aws:EpochTime', '1796040001', 'HOLDS'],
  ['NumericLessThan', 'aws:EpochTime', 1_796_040_000, 'FAILS'],
  ['NumericLessThan', 'aws:EpochTime', '1e10', 'UNKNOWN'],
  ['DateLessThan', 'aws:EpochTime', '2027-01-01T00:00:00Z', 'HOLDS'],
  ['Null', 'aws:EpochTime', 'false', 'HOLDS'],
]);

test('a value of AWS’s own, or none', [
  ['StringEquals', 'aws:PrincipalAccount', accountId, 'FAILS'],
  ['StringNotEquals', 'aws:PrincipalAccount', accountId, 'HOLDS'],
  ['StringEqualsIfExists', 'aws:PrincipalAccount', accountId, 'UNKNOWN'],
  ['ForAllValues:StringEquals', 'aws:PrincipalAccount', accountId, 'UNKNOWN'],
  ['StringEquals', 'aws:PrincipalAccount', '${aws:ResourceAccount}', 'FAILS'],
  ['StringNotEquals', 'aws:PrincipalAccount', '${aws:ResourceAccount}', 'HOLDS'],
  ['StringLike', 'aws:PrincipalAccount', '*', 'UNKNOWN'],
  ['StringNotLike', 'aws:PrincipalAccount', '1*', 'UNKNOWN'],
  ['Null', 'aws:PrincipalAccount', 'true', 'UNKNOWN'],
  ['ArnLike', 'aws:PrincipalArn', `arn:aws:iam::${accountId}:role/*`, 'FAILS'],
  ['ArnNotLike', 'aws:PrincipalArn', `arn:aws:iam::${accountId}:role/*`, 'HOLDS'],
  ['StringLike', 'aws:PrincipalArn', `arn:aws:iam::${accountId}:role/*`, 'FAILS'],
  ['StringLike', 'aws:PrincipalArn', `arn:*:iam::${accountId}:role/*`, 'UNKNOWN'],
  ['ArnLike', 'aws:PrincipalArn', `arn:*:iam::${accountId}:role/*`, 'FAILS'],
  ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/Admin', 'UNKNOWN'],
  ['ArnNotLike', 'aws:PrincipalArn', '*', 'UNKNOWN'],
  ['Bool', 'aws:PrincipalArn', 'true', 'UNKNOWN'],
  ['StringEquals', 'aws:PrincipalType', 'Account', 'UNKNOWN'],
  ['StringNotEquals', 'aws:PrincipalType', 'User', 'UNKNOWN'],
  ['StringEquals', 'aws:userid', 'AIDAEXAMPLEEXAMPLE01', 'FAILS'],
  ['StringLike', 'aws:userid', 'AROAEXAMPLEEXAMPLE01:*', 'FAILS'],
  ['StringNotLike', 'aws:userid', ['AROAEXAMPLEEXAMPLE01:*', accountId], 'HOLDS'],
  ['StringLike', 'aws:userid', '*:eks', 'UNKNOWN'],
  ['StringEquals', 'aws:PrincipalAccount', [], 'FAILS'],
]);

const absent = [
  ...[
    'aws:PrincipalOrgID',
    'aws:PrincipalOrgPaths',
    'aws:PrincipalTag/team',
    'aws:username',
    'aws:FederatedProvider',
    'saml:aud',
  ],
  ...[
    'aws:CalledVia',
    'aws:CalledViaFirst',
    'aws:CalledViaLast',
    'aws:SourceVpc',
    'aws:SourceVpcArn',
    'aws:SourceVpce',
    'sts:ExternalId',
  ],
];
test('absent keys', [
  ...absent.flatMap((key): Row[] => [
    ['StringEquals', key, 'x', 'FAILS'],
    ['StringLike', key, '*', 'FAILS'],
    ['StringNotEquals', key, 'x', 'HOLDS'],
    ['StringEqualsIfExists', key, 'x', 'HOLDS'],
    ['stringnotlikeifexists', key, 'x', 'HOLDS'],
    ['ForAllValues:StringLike', key, 'x', 'HOLDS'],
    ['ForAnyValue:StringLike', key, 'x', 'FAILS'],
    ['ForAnyValue:StringNotLike', key, 'x', 'FAILS'],
    ['StringEquals', key, '${foo:bar}', 'FAILS'],
    ['Null', key, 'true', 'HOLDS'],
    ['Null', key, 'false', 'FAILS'],
    ['StringMatches', key, 'x', 'UNKNOWN'],
  ]),
  ['Bool', 'aws:MultiFactorAuthPresent', 'true', 'FAILS'],
  ['BoolIfExists', 'aws:MultiFactorAuthPresent', 'false', 'HOLDS'],
  ['NumericLessThan', 'aws:MultiFactorAuthAge', '3600', 'FAILS'],
  ['NumericGreaterThanIfExists', 'aws:MultiFactorAuthAge', '3600', 'HOLDS'],
  ['NumericNotEquals', 'aws:MultiFactorAuthAge', '3600', 'HOLDS'],
  ['IpAddress', 'aws:VpcSourceIp', '10.0.0.0/8', 'FAILS'],
  ['NotIpAddress', 'aws:VpcSourceIp', '10.0.0.0/8', 'HOLDS'],
  ['ArnLike', 'aws:FederatedProvider', 'arn:aws:iam::*:saml-provider/x', 'FAILS'],
  ['BinaryEquals', 'saml:sub', 'QmluYXJ5', 'FAILS'],
]);

test('any other key', [
  ['IpAddress', 'aws:SourceIp', '192.0.2.0/24', 'UNKNOWN'],
  ['NotIpAddress', 'aws:SourceIp', '192.0.2.0/24', 'UNKNOWN'],
  ['StringEqualsIfExists', 'aws:RequestTag/team', 'x', 'UNKNOWN'],
  ['Null', 'aws:TokenIssueTime', 'true', 'UNKNOWN'],
  ['StringLike', 'sts:RoleSessionName', '*', 'UNKNOWN'],
  ['StringEquals', 'aws:ResourceTag/team', 'x', 'UNKNOWN'],
  ['StringEquals', 'toString', 'x', 'UNKNOWN'],
]);
