import Type, { type Static } from 'typebox';
import { AccountId, ClusterName, JsonObject, nullable, Partition, Region, RoleName, Timestamp } from './primitives.ts';

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
  REGION_WILDCARD: 'INFO',
  CLUSTER_WILDCARD: 'INFO',
  EXTRA_POLICIES: 'INFO',
  SOURCE_ACCOUNT_UNCONFIRMED: 'INFO',
} as const;
export type FindingCode = keyof typeof findingSeverities;
export const FindingCode = Type.Enum(Object.keys(findingSeverities) as FindingCode[], { $id: 'FindingCode' });

/** One thing that a check found. `pointer` is a JSON pointer into the trust policy, where one applies. */
export type Finding = Static<typeof Finding>;
export const Finding = Type.Object(
  {
    code: FindingCode,
    severity: Type.Enum(['ERROR', 'WARNING', 'INFO'], { $id: 'Severity' }),
    message: Type.String(),
    pointer: nullable(Type.String()),
    remedy: Type.String(),
  },
  { $id: 'Finding', additionalProperties: false },
);

export type Verdict = Static<typeof Verdict>;
export const Verdict = Type.Enum(['COMPLIANT', 'NEEDS_EXTENSION', 'NEEDS_REPAIR', 'MISSING'], { $id: 'Verdict' });
export const Action = Type.Enum(['NONE', 'EXTEND', 'REPAIR', 'CREATE'], { $id: 'Action' });

/** Is one cluster covered, and by which lines. An Allow without a condition covers without a line. */

const ClusterCoverage = Type.Object(
  { region: Region, name: ClusterName, covered: Type.Boolean(), coveredBy: Type.Array(Type.String()) },
  { $id: 'ClusterCoverage', additionalProperties: false },
);

/** One `aws:SourceArn` value; `region` and `name` are null where the value has not the shape of a Fargate profile's ARN. */

const TrustLine = Type.Object(
  { pattern: Type.String(), region: nullable(Type.String()), name: nullable(Type.String()) },
  { $id: 'TrustLine', additionalProperties: false },
);

/**
 * `size` counts as IAM counts: characters without white space. `quota` is the account's own once a write has
 * read it (cached an hour); until then IAM's default, 2048, which no account is below.
 */
export type Trust = Static<typeof Trust>;
export const Trust = Type.Object(
  {
    document: JsonObject,
    hash: Type.String({ description: 'sha256, hex, of the canonical form' }),
    size: Type.Integer(),
    quota: Type.Integer(),
    linesLeft: Type.Integer(),
    lines: Type.Array(TrustLine),
  },
  { $id: 'Trust', additionalProperties: false },
);

/** `inline` is null in a report: a check makes two IAM calls, and neither tells. `GET …/{roleName}` reads it. */
export type Policies = Static<typeof Policies>;
export const Policies = Type.Object(
  { attached: Type.Array(Type.String()), inline: nullable(Type.Array(Type.String())) },
  { $id: 'Policies', additionalProperties: false },
);

/** What a check answers. Where the verdict is MISSING, everything that only a role has is null. */
export type RoleReport = Static<typeof RoleReport>;
export const RoleReport = Type.Object(
  {
    accountId: AccountId,
    partition: Partition,
    roleName: RoleName,
    roleArn: nullable(Type.String()),
    roleId: nullable(Type.String()),
    checkedAt: Timestamp,
    verdict: Verdict,
    action: Action,
    clusters: Type.Array(ClusterCoverage),
    findings: Type.Array(Finding),
    trust: nullable(Trust),
    policies: nullable(Policies),
    tags: nullable(JsonObject),
    etag: nullable(Type.String()),
  },
  { $id: 'RoleReport', additionalProperties: false },
);
