// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM policy variables are written like this.
import t from 'tap';
import { planExtend } from '#src/domain/plan/plan-extend.ts';
import { findHardening, isOfOrganization } from '#src/domain/trust/hardening.ts';
import { readTrust } from '#src/domain/trust/read-trust.ts';
import type { JsonObject } from '#src/schema/primitives.ts';
import {
  accountId,
  cluster,
  context,
  lineOf,
  observed,
  policy,
  statement,
} from '#test/domain/fixtures/observed.ts';

const line = lineOf('my-cluster');
const organizationId = 'o-abcdefghij';
const like = (condition: JsonObject, more: JsonObject = {}): JsonObject =>
  statement(null, { Condition: condition, ...more });
const lines = (...names: string[]) => ({ 'aws:SourceArn': names.map((name) => lineOf(name)) });
const ours = { 'aws:SourceAccount': accountId };

t.test('the conditions of a statement that MERGE adds', (t) => {
  const hardened = {
    StringEquals: { ...ours, 'aws:SourceOrgID': '${aws:ResourceOrgID}' },
    Null: { 'aws:SourceOrgID': 'false' },
  };
  const rows: [about: string, statements: JsonObject[], expected: JsonObject][] = [
    ['none', [like({ StringEquals: lines('a') })], {}],
    [
      'account and organization, whatever the operator',
      [like({ ...hardened, StringEquals: { ...hardened.StringEquals, ...lines('a') } })],
      hardened,
    ],
    [
      'no others',
      [
        like({
          StringEquals: { ...lines('a'), 'aws:PrincipalTag/x': 'y' },
          Bool: { 'aws:SecureTransport': 'true' },
        }),
      ],
      {},
    ],
    [
      'whatever the case of the key',
      [like({ StringEquals: { ...lines('a'), 'AWS:sourceaccount': accountId } })],
      { StringEquals: { 'AWS:sourceaccount': accountId } },
    ],
    [
      'not what fails for this account',
      [like({ StringEquals: { ...lines('a'), 'aws:SourceAccount': '11122223333' } })],
      {},
    ],
    [
      'paths',
      [like({ ArnEquals: lines('a'), StringLike: { 'aws:ResourceOrgPaths': `${organizationId}/*` } })],
      { StringLike: { 'aws:ResourceOrgPaths': `${organizationId}/*` } },
    ],
    [
      'of the statement that names the cluster',
      [
        like({ StringEquals: { ...lines('a'), ...ours } }),
        like({ ArnLike: lines('my-cluster'), StringEquals: { 'aws:SourceOrgID': organizationId } }),
      ],
      { StringEquals: { 'aws:SourceOrgID': organizationId } },
    ],
    [
      'of all that name the service, where none names the cluster',
      [
        like({ StringEquals: { ...lines('a'), ...ours } }),
        like({ StringEquals: { ...lines('b'), 'aws:SourceOrgID': organizationId } }),
      ],
      { StringEquals: { ...ours, 'aws:SourceOrgID': organizationId } },
    ],
    [
      'what two lists have in common',
      [
        like({ StringEquals: { ...lines('a'), 'aws:SourceAccount': [accountId, '999988887777'] } }),
        like({ StringEquals: { ...lines('b'), 'aws:SourceAccount': ['444455556666', accountId] } }),
      ],
      { StringEquals: { 'aws:SourceAccount': [accountId] } },
    ],
    [
      'all that two exceptions name',
      [
        like({ StringEquals: lines('a'), StringNotEquals: { 'aws:SourceAccount': '999988887777' } }),
        like({ StringEquals: lines('b'), StringNotEquals: { 'aws:SourceAccount': '444455556666' } }),
      ],
      { StringNotEquals: { 'aws:SourceAccount': ['999988887777', '444455556666'] } },
    ],
    [
      'not those of a Deny',
      [like({ StringEquals: lines('a') }), like({ StringEquals: ours }, { Effect: 'Deny', Principal: '*' })],
      {},
    ],
    ['not those of others', [like({ StringEquals: ours }, { Principal: { AWS: 'x' } })], {}],
  ];
  for (const [about, statements, expected] of rows) {
    const reading = readTrust(policy(...statements), { ...context, organizationId });
    t.same(findHardening(reading, [cluster]), expected, about);
  }
  t.end();
});

t.test('MERGE adds no statement looser than the one that it stands in for', (t) => {
  const before = policy(
    like({
      StringEquals: { ...lines('a'), ...ours },
      StringEqualsIfExists: { 'aws:SourceOrgID': organizationId },
    }),
  );
  const added = statement(null, {
    Condition: {
      StringEquals: ours,
      StringEqualsIfExists: { 'aws:SourceOrgID': organizationId },
      ArnLike: { 'aws:SourceArn': line },
    },
  });
  const plan = planExtend(observed(before, {}, { organizationId }), [cluster], 'MERGE', false);
  t.match(plan, { after: { trust: policy(...(before.Statement as JsonObject[]), added) } });
  const unknown = planExtend(observed(before), [cluster], 'MERGE', false);
  t.match(
    unknown,
    { refused: 'TRUST_MISMATCH', remedy: { request: null, text: /ORGANIZATION_ID/ } },
    'nor one that cannot be decided',
  );
  t.end();
});

t.test('whether there is a condition on the organization', (t) => {
  const of = (key: string, value: string, more: JsonObject = {}) =>
    isOfOrganization(
      readTrust(policy(like({ ArnLike: lines('a'), StringEquals: { [key]: value } }, more)), context),
    );
  t.ok(of('aws:SourceOrgID', organizationId));
  t.ok(of('aws:resourceorgpaths', organizationId));
  t.notOk(of('aws:SourceAccount', accountId));
  t.notOk(of('aws:PrincipalOrgID', organizationId), 'a condition that fails is not copied');
  t.notOk(of('aws:SourceOrgID', organizationId, { Effect: 'Deny' }));
  t.end();
});

t.test('keys that every JavaScript object has are ordinary keys', (t) => {
  const text = JSON.stringify(policy(like({ OPERATOR: ours }), like({ StringEquals: lines('a') }))).replace(
    'OPERATOR',
    '__proto__',
  );
  const reading = readTrust(JSON.parse(text) as JsonObject, context);
  t.equal(JSON.stringify(findHardening(reading, [cluster])), `{"__proto__":${JSON.stringify(ours)}}`);
  t.equal(({} as JsonObject)['aws:SourceAccount'], undefined, 'nothing else has it');
  t.end();
});
