// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM policy variables are written like this.
import t, { type Test } from 'tap';
import { check } from '#src/domain/check/check.ts';
import type { Prescription } from '#src/domain/check/prescribe.ts';
import { nearestRegion } from '#src/domain/patterns/regions.ts';
import { planCreate } from '#src/domain/plan/plan-create.ts';
import { planExtend } from '#src/domain/plan/plan-extend.ts';
import { planPrune } from '#src/domain/plan/plan-prune.ts';
import { isRefusal, type Planned, type PlanResult } from '#src/domain/plan/planned.ts';
import { type Beyond, beyondRequests } from '#src/domain/remedies/beyond-requests.ts';
import { cures } from '#src/domain/remedies/cures.ts';
import type { Observed, RoleState } from '#src/domain/role/role-state.ts';
import { listGone } from '#src/domain/role/seen.ts';
import type { Cluster, JsonObject } from '#src/schema/primitives.ts';
import type { FindingCode } from '#src/schema/report.ts';
import {
  accountId,
  cluster,
  lineOf,
  observed,
  policy,
  service,
  statement,
} from '#test/domain/fixtures/observed.ts';
import { seen } from '#test/domain/fixtures/seen.ts';
import { readCases, tables } from '#test/support/corpus.ts';
import { requiredPolicy } from '../fixtures/observed.ts';

const cases = tables.flatMap(readCases);

/** Applies a plan as IAM would. */
function applied(role: RoleState | null, { steps }: Planned): RoleState {
  const after: RoleState = role ? { ...role, tags: { ...role.tags } } : observed('').role;
  for (const step of steps) {
    if ('text' in step) after.trustText = step.text;
    else if (step.action === 'iam:AttachRolePolicy')
      after.attached = [...after.attached, step.detail.policyArn];
  }
  return after;
}

/** Sends the request that a remedy names. */
function send(about: Observed, asked: Cluster[] | null, { request }: Prescription['remedy']): PlanResult {
  if (!request) throw new Error('it names no request');
  const chosen = [{ region: nearestRegion('us-west-2', about), name: 'chosen' }];
  const own = check(about, null).clusters.filter(({ name }) => /^(\*|[\w-]+)$/.test(name));
  const clusters = { SAME: asked as Cluster[], OWN: own, CHOSEN: chosen }[request.clusters as 'SAME'];
  if (request.request === 'PRUNE') return planPrune(about, listGone(about.seen));
  return request.request === 'CREATE'
    ? planCreate(about, { clusters })
    : planExtend(about, clusters, request.onMismatch ?? 'REFUSE', request.compact ?? false, request.drop);
}

/** The parts of a finding that stay when statements and lines move. */
const identity = ({ code, message }: Prescription) =>
  code === 'QUOTA_NEAR' ? code : `${code} ${message.replaceAll(/\/Statement[^\s:,]*/g, '')}`;

/** The reason why a remedy does not work. Null when it works, or when a row says why none can. */
function faultOf(
  about: Observed,
  asked: Cluster[] | null,
  { remedy, ...found }: Prescription,
): string | null {
  if (remedy.request === null) {
    const row = beyondRequests[remedy.beyond as Beyond];
    if (!row) return `${found.code}: no row says why no request helps`;
    return row.codes && !(row.codes as readonly string[]).includes(found.code)
      ? `${found.code}: not of row ${remedy.beyond}`
      : null;
  }
  const planned = send(about, asked, remedy);
  if (isRefusal(planned))
    return `${found.code}: ${JSON.stringify(remedy.request)} is refused: ${planned.message}`;
  const needs = {
    PRINCIPALS_LOST: planned.effects.principalsRemoved?.some((one) => !/^A(RO|ID)A/.test(one)) ?? false,
  };
  if (needs.PRINCIPALS_LOST !== (remedy.request.overrides?.includes('PRINCIPALS_LOST') ?? false))
    return `${found.code}: overrides`;
  const after = { ...about, role: applied(about.role, planned) };
  const left = check(after, asked).findings.map(identity);
  return left.includes(identity({ remedy, ...found }))
    ? `${found.code}: ${JSON.stringify(remedy.request)} leaves it`
    : null;
}

const used = new Set<string>();
/** Tries every remedy of a role. */
function judge(t: Test, about: Observed, asked: Cluster[] | null, name: string): void {
  for (const found of check(about, asked).findings) {
    used.add(found.remedy.beyond ?? found.code);
    const fault = faultOf(about, asked, found);
    if (fault) t.fail(`${name}, ${asked ? 'asked for its cluster' : 'asked for none'}: ${fault}`);
  }
}

for (const { id, accountId, partition, cluster, document, text } of cases)
  t.test(id, (t) => {
    const trust = text ?? (document as JsonObject);
    const size = JSON.stringify(trust).length;
    const roles: [string, Partial<RoleState>, number][] = [
      ['as it is', {}, 2048],
      ['without the policy', { attached: [] }, 2048],
      [
        'that a tool owns',
        { tags: { ManagedBy: 'Terraform' }, attached: [requiredPolicy(partition), 'arn:x'] },
        2048,
      ],
      ['nearly full', {}, size + 30],
    ];
    for (const [name, role, quota] of roles)
      judge(t, observed(trust, role, { accountId, partition, quota }), [cluster], name);
    judge(t, observed(trust, {}, { accountId, partition }), null, 'as it is');
    t.end();
  });

const line = lineOf('my-cluster');
const like = (condition: JsonObject, more: JsonObject = {}): JsonObject =>
  statement(null, { Condition: condition, ...more });
const source = (lines: unknown) => ({ ArnLike: { 'aws:SourceArn': lines } });
const shared = { Principal: { Service: [service, 'eks.amazonaws.com'] } };
const root = {
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${accountId}:root` },
  Action: 'sts:AssumeRole',
};
const ofOrganization = { StringEquals: { 'aws:SourceOrgID': 'o-abcdefghij' } };
const at = (name: string, region = 'us-west-2'): Cluster => ({ region, name });

/** About, the trust policy, the request, a code, the row of the table, the text of the remedy. */
const beyond: [string, JsonObject, Cluster[], FindingCode, Beyond, RegExp][] = [
  [
    'a dead line that another service may need',
    policy(statement([line, `arn:aws:eks:us-west-2:${accountId}:cluster/c`], shared)),
    [cluster],
    'SOURCE_ARN_DEAD',
    'OTHERS_TRUSTED',
    /unless another principal .* needs it/,
  ],
  [
    'a wide line in a policy that trusts people',
    policy(statement(`arn:aws:eks:us-west-2:${accountId}:*`), root),
    [cluster],
    'SOURCE_ARN_WIDE',
    'OTHERS_TRUSTED',
    /its own statement/,
  ],
  [
    'a wildcard in a shared statement',
    policy(statement([line, lineOf('*')], shared)),
    [cluster],
    'CLUSTER_WILDCARD',
    'OTHERS_TRUSTED',
    /Nothing to do if that is intended/,
  ],
  [
    'a wildcard that is asked for',
    policy(statement(lineOf('*'))),
    [at('*')],
    'CLUSTER_WILDCARD',
    'ASKED_FOR',
    /Nothing to do/,
  ],
  [
    'a wildcard that no request can name',
    policy(statement([line, lineOf('*'.repeat(101))])),
    [cluster],
    'CLUSTER_WILDCARD',
    'NOT_A_NAME',
    /Nothing to do if that is intended/,
  ],
  [
    'a Deny beside a condition on the organization',
    policy(like({ ...source(line), ...ofOrganization }), statement(null, { Effect: 'Deny' })),
    [cluster],
    'DENIED',
    'ORGANIZATION',
    /ORGANIZATION_ID/,
  ],
  [
    'no organization known',
    policy(like({ ...source(lineOf('a')), ...ofOrganization })),
    [cluster],
    'CLUSTER_NOT_LISTED',
    'ORGANIZATION',
    /ORGANIZATION_ID/,
  ],
  [
    'a condition that nobody can decide',
    policy(like({ ...source(line), StringEquals: { 'example:x': 'y' } })),
    [cluster],
    'CONDITION_UNPROVABLE',
    'UNPROVABLE',
    /Start a pod/,
  ],
  [
    'such a Deny',
    policy(statement(line), like({ StringEquals: { 'example:x': 'y' } }, { Effect: 'Deny', Principal: '*' })),
    [cluster],
    'CONDITION_UNPROVABLE',
    'UNPROVABLE',
    /exempt AWS services/,
  ],
  [
    'an account that is confirmed by nobody',
    policy(like({ ...source(line), StringEquals: { 'aws:SourceAccount': accountId } })),
    [cluster],
    'SOURCE_ACCOUNT_UNCONFIRMED',
    'UNCONFIRMED',
    /Start a pod/,
  ],
  [
    'a deleted principal in NotPrincipal',
    policy(statement(line), {
      Effect: 'Deny',
      NotPrincipal: { AWS: 'AROAEXAMPLEDELETED001', Service: service },
      Action: 'sts:AssumeRole',
    }),
    [cluster],
    'PRINCIPAL_DELETED',
    'BARRED_PRINCIPAL',
    /In IAM/,
  ],
  [
    'a cluster in no Region of AWS',
    policy(statement(line)),
    [at('a', 'us-wset-2')],
    'CLUSTER_NOT_LISTED',
    'REGION',
    /EXTRA_REGIONS/,
  ],
  [
    'a deleted principal in NotPrincipal bars every write',
    policy(statement([line, lineOf('a', 'us-wset-2')]), {
      Effect: 'Deny',
      NotPrincipal: { AWS: 'AROAEXAMPLEDELETED001', Service: service },
      Action: 'sts:TagSession',
    }),
    [cluster],
    'REGION_UNKNOWN',
    'WRITTEN_BY_HAND',
    /correct the line in IAM/,
  ],
];

t.test('when no request helps, the remedy says what a person has to do', (t) => {
  for (const [about, trust, asked, code, row, says] of beyond) {
    const found = check(observed(trust, {}, { quota: 8192 }), asked).findings.find(
      (one) => one.code === code,
    );
    t.match(found?.remedy, { request: null, beyond: row, text: says }, about);
    judge(t, observed(trust, {}, { quota: 8192 }), asked, about);
    judge(t, observed(trust, {}, { quota: 8192 }), null, about);
  }
  const locked = policy(like({ ...source(line), ...ofOrganization }), statement(null, { Effect: 'Deny' }));
  const [denied] = check(observed(locked, {}, { organizationId: 'o-abcdefghij' }), [cluster]).findings.filter(
    (one) => one.code === 'DENIED',
  );
  t.match(
    denied?.remedy,
    { request: null, beyond: 'ORGANIZATION', text: /Narrow it in IAM\. Keep the condition/ },
    'with the organization known',
  );
  t.end();
});

t.test('a finding that a request can remove names the request', (t) => {
  const rows: [string, JsonObject, Cluster[] | null, FindingCode, JsonObject][] = [
    [
      'an unknown Region',
      policy(statement([line, lineOf('a', 'us-wset-2')])),
      [cluster],
      'REGION_UNKNOWN',
      { clusters: 'CHOSEN', drop: [at('a', 'us-wset-2')] },
    ],
    [
      'the only line has it',
      policy(statement(lineOf('a', 'us-wset-2'))),
      [at('a', 'us-wset-2')],
      'REGION_UNKNOWN',
      { drop: [at('a', 'us-wset-2')] },
    ],
    [
      'every cluster',
      policy(statement([line, lineOf('*')])),
      [cluster],
      'CLUSTER_WILDCARD',
      { clusters: 'CHOSEN', drop: [at('*')] },
    ],
    [
      'every Region',
      policy(statement(lineOf('prod-*', '*'))),
      null,
      'REGION_WILDCARD',
      { clusters: 'CHOSEN', drop: [at('prod-*', '*')] },
    ],
    [
      'a deleted principal',
      policy(statement(line), { ...root, Principal: { AWS: 'AROAEXAMPLEDELETED001' } }),
      [cluster],
      'PRINCIPAL_DELETED',
      { clusters: 'SAME', onMismatch: 'MERGE' },
    ],
    [
      'a role of Terraform',
      policy(statement(null)),
      [cluster],
      'SOURCE_ARN_MISSING',
      { onMismatch: 'MERGE', overrides: ['MANAGED_ELSEWHERE'] },
    ],
    [
      'people and a statement for anyone',
      policy(statement(line), root, { ...root, Principal: '*' }),
      [cluster],
      'PRINCIPAL_ANYONE',
      { onMismatch: 'REPLACE', overrides: ['MANAGED_ELSEWHERE', 'PRINCIPALS_LOST'] },
    ],
    [
      'what is covered, without the policy',
      policy(statement(line)),
      null,
      'POLICY_NOT_ATTACHED',
      { clusters: 'OWN' },
    ],
    [
      'nothing but the name',
      policy(root),
      [cluster],
      'SERVICE_NOT_TRUSTED',
      { onMismatch: 'MERGE', overrides: ['NOT_AN_EXECUTION_ROLE', 'MANAGED_ELSEWHERE'] },
    ],
  ];
  for (const [about, trust, asked, code, request] of rows) {
    const isOwned = JSON.stringify(request).includes('MANAGED');
    const state = {
      tags: isOwned ? { ManagedBy: 'Terraform' } : {},
      ...(code === 'POLICY_NOT_ATTACHED' || code === 'SERVICE_NOT_TRUSTED'
        ? { attached: [], roleName: 'Admin' }
        : {}),
    };
    const role = observed(trust, state as Partial<RoleState>);
    const found = check(role, asked).findings.find((one) => one.code === code);
    t.match(found?.remedy.request, { request: 'EXTEND', ...request }, about);
    judge(t, role, asked, about);
  }
  t.match(check({ ...observed(''), role: null }, [cluster]).findings[0]?.remedy, {
    request: { request: 'CREATE' },
  });
  t.end();
});

t.test('a role that only AWS can change', (t) => {
  const role = observed(policy(statement(null)), { path: '/aws-reserved/sso/' });
  judge(t, role, [cluster], 'of AWS');
  t.match(check(role, [cluster]).findings[0]?.remedy, {
    request: null,
    beyond: 'AWS_ALONE',
    text: /Use another role/,
  });
  t.end();
});

t.test('patterns that are too complex', (t) => {
  const many = Array.from(
    { length: 400 },
    (_, i) => `arn:aws:eks:us-west-2:${accountId}:fargateprofile/${'*a?'.repeat(12)}${i}*`,
  );
  const hard = observed(policy(statement(many), statement(null)), {}, { quota: 200_000 });
  const asked = Array.from({ length: 100 }, (_, i) => at(`${'a'.repeat(80)}${i}`));
  const codes = check(hard, asked).findings.map(({ code, remedy }) => `${code} ${remedy.beyond ?? ''}`);
  t.ok(codes.includes('SOURCE_ARN_MISSING TOO_HARD'), codes.slice(0, 5).join());
  used.add('TOO_HARD');
  t.end();
});

t.test('lines of clusters that EKS does not show', (t) => {
  const memory = seen({ shown: ['my-cluster'], gone: ['old', 'older', 'us-moon-1/old'] });
  const rows: [about: string, trust: JsonObject, asked: Cluster[] | null][] = [
    ['gone', policy(statement([line, lineOf('old')])), [cluster]],
    [
      'two of them, beside one that was never shown',
      policy(statement([line, lineOf('old'), lineOf('older'), lineOf('new')])),
      null,
    ],
    ['every line', policy(statement([lineOf('old'), lineOf('older')])), null],
    ['a Region that AWS does not list', policy(statement([line, lineOf('old', 'us-moon-1')])), [cluster]],
    ['a statement that others share', policy(statement(line), statement(lineOf('old'), shared)), null],
  ];
  for (const [about, trust, asked] of rows) judge(t, observed(trust, {}, { seen: memory }), asked, about);
  t.end();
});

t.test('every code and every row of the table was used', (t) => {
  const codes = Object.keys(cures);
  t.same(
    [...codes, ...Object.keys(beyondRequests)].filter((one) => !used.has(one)),
    [],
  );
  t.end();
});
