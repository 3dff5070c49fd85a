import Type, { type Static } from 'typebox';
import {
  AccountId,
  ClusterName,
  jsonObject,
  nullable,
  Partition,
  Region,
  RoleName,
  Timestamp,
} from './primitives.ts';

export const findingSeverities = {
  ROLE_MISSING: 'ERROR',
  POLICY_NOT_ATTACHED: 'ERROR',
  SERVICE_NOT_TRUSTED: 'ERROR',
  SOURCE_ARN_MISSING: 'ERROR',
  SOURCE_ARN_FOREIGN: 'ERROR',
  CLUSTER_NOT_LISTED: 'ERROR',
  DENIED: 'ERROR',
  PRINCIPAL_ANYONE: 'ERROR',
  NO_CLUSTER_COVERED: 'ERROR',
  STATEMENT_DEAD: 'WARNING',
  SOURCE_ARN_DEAD: 'WARNING',
  SOURCE_ARN_WIDE: 'WARNING',
  CONDITION_WEAK: 'WARNING',
  CONDITION_UNPROVABLE: 'WARNING',
  PRINCIPAL_NODE_SHARED: 'WARNING',
  PRINCIPAL_OTHER: 'WARNING',
  PRINCIPAL_DELETED: 'WARNING',
  REGION_UNKNOWN: 'WARNING',
  SOURCE_ORG_UNCONFIRMED: 'WARNING',
  DUPLICATE_KEYS: 'WARNING',
  QUOTA_NEAR: 'WARNING',
  MANAGED_ELSEWHERE: 'WARNING',
  CLUSTER_GONE: 'WARNING',
  REGION_WILDCARD: 'INFO',
  CLUSTER_WILDCARD: 'INFO',
  EXTRA_POLICIES: 'INFO',
  SOURCE_ACCOUNT_UNCONFIRMED: 'INFO',
  CLUSTER_NOT_SEEN: 'INFO',
} as const;
export type FindingCode = keyof typeof findingSeverities;
export const FindingCode = Type.Enum(Object.keys(findingSeverities) as FindingCode[], {
  $id: 'FindingCode',
  description: 'The code of a finding. docs/findings.md has an entry for each',
});

export const Severity = Type.Enum(['ERROR', 'WARNING', 'INFO'], {
  $id: 'Severity',
  description: 'ERROR (what was checked is not as it must be), WARNING or INFO',
});

export type Finding = Static<typeof Finding>;
export const Finding = Type.Object(
  {
    code: FindingCode,
    severity: Severity,
    message: Type.String({ description: 'What was found. Names the offending value' }),
    pointer: nullable(Type.String(), 'JSON pointer into the trust policy, where one applies'),
    remedy: Type.String({ description: 'What to do, in one sentence' }),
  },
  { $id: 'Finding', description: 'One result of a check', additionalProperties: false },
);

export type Verdict = Static<typeof Verdict>;
export const Verdict = Type.Enum(['COMPLIANT', 'NEEDS_EXTENSION', 'NEEDS_REPAIR', 'MISSING'], {
  $id: 'Verdict',
  description: 'COMPLIANT, NEEDS_EXTENSION, NEEDS_REPAIR or MISSING',
});
export const Action = Type.Enum(['NONE', 'EXTEND', 'REPAIR', 'CREATE'], {
  $id: 'Action',
  description: 'The next action: NONE, EXTEND, REPAIR or CREATE',
});

const ClusterCoverage = Type.Object(
  {
    region: Region,
    name: ClusterName,
    covered: Type.Boolean({ description: 'Every Fargate profile of the cluster can use the role' }),
    coveredBy: Type.Array(Type.String(), {
      description: 'The lines that cover it. Empty for an Allow without a condition',
    }),
  },
  {
    $id: 'ClusterCoverage',
    description: 'Whether the role covers one cluster, and by which lines',
    additionalProperties: false,
  },
);

const TrustLine = Type.Object(
  {
    pattern: Type.String({ description: 'The value as the trust policy has it' }),
    region: nullable(Type.String(), "Its Region. Null if the value is not a Fargate profile's ARN"),
    name: nullable(Type.String(), "Its cluster name. Null if the value is not a Fargate profile's ARN"),
  },
  {
    $id: 'TrustLine',
    description: 'One aws:SourceArn value of the trust policy',
    additionalProperties: false,
  },
);

export type Trust = Static<typeof Trust>;
export const Trust = Type.Object(
  {
    document: jsonObject('The trust policy'),
    hash: Type.String({ description: 'SHA-256 of the canonical form, in hexadecimal digits' }),
    size: Type.Integer({ description: 'Characters without white space, as IAM counts' }),
    quota: Type.Integer({
      description:
        "The account's quota, once a write has read it (cached for an hour). Before that IAM's default, 2048",
    }),
    linesLeft: Type.Integer({ description: 'How many more lines fit' }),
    lines: Type.Array(TrustLine, { description: 'The aws:SourceArn values' }),
  },
  { $id: 'Trust', description: 'The trust policy of a role', additionalProperties: false },
);

/**
 * `inline` is null in a report: neither of the two IAM calls of a check returns it. `GET …/{roleName}` reads
 * it.
 */
export type Policies = Static<typeof Policies>;
export const Policies = Type.Object(
  {
    attached: Type.Array(Type.String(), { description: 'ARNs of the attached managed policies' }),
    inline: nullable(
      Type.Array(Type.String()),
      'Names of the inline policies. Null in a report, which does not read them',
    ),
  },
  { $id: 'Policies', description: 'The permission policies of a role', additionalProperties: false },
);

export type RoleReport = Static<typeof RoleReport>;
export const RoleReport = Type.Object(
  {
    accountId: AccountId,
    partition: Partition,
    roleName: RoleName,
    roleArn: nullable(Type.String(), 'The ARN of the role. Null: no such role'),
    roleId: nullable(Type.String(), "IAM's unique ID of the role. Null: no such role"),
    checkedAt: Timestamp,
    verdict: Verdict,
    action: Action,
    clusters: Type.Array(ClusterCoverage, {
      description: 'The coverage of each cluster that the request names',
    }),
    findings: Type.Array(Finding, { description: 'What the check found, errors first' }),
    trust: nullable(Trust, 'The trust policy. Null: no such role'),
    policies: nullable(Policies, 'The permission policies. Null: no such role'),
    tags: nullable(jsonObject('The tags, by key'), 'The tags, by key. Null: no such role'),
    etag: nullable(Type.String(), 'The ETag of the role, for If-Match. Null: no such role'),
  },
  {
    $id: 'RoleReport',
    description:
      'The answer of a check. If the verdict is MISSING, every member that only a role has is null',
    additionalProperties: false,
  },
);
