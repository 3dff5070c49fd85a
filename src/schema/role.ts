import Type, { type Static } from 'typebox';
import { LineClaim } from './claim.ts';
import { Cursor } from './page.ts';
import { closed, role, write } from './parameters.ts';
import {
  AccountId,
  Cluster,
  ClusterName,
  Clusters,
  Description,
  jsonObject,
  ListedCluster,
  ListedClusterName,
  nullable,
  Path,
  PolicyArn,
  Region,
  RoleName,
  Tags,
} from './primitives.ts';
import { Action, Finding, Policies, Trust, Verdict } from './report.ts';

/**
 * An execution role as a resource. `clusters` are those that its trust policy has a line for; `verdict`,
 * `action` and `findings` are those of a check that asks for them, and NO_CLUSTER_COVERED where no cluster
 * can use the role.
 */
export type ExecutionRole = Static<typeof ExecutionRole>;
export const ExecutionRole = Type.Object(
  {
    id: Type.String({ description: 'ACCOUNT.ROLE-NAME' }),
    accountId: AccountId,
    roleName: RoleName,
    roleArn: Type.String({ description: 'The ARN of the role' }),
    roleId: Type.String({ description: "IAM's unique ID of the role" }),
    path: Type.String({ description: 'The IAM path' }),
    description: nullable(Type.String(), 'The description in IAM'),
    verdict: Verdict,
    action: Action,
    clusters: Type.Array(ListedCluster, { description: 'The clusters that the trust policy has a line for' }),
    findings: Type.Array(Finding, { description: 'What a check of these clusters finds' }),
    trust: Trust,
    policies: Policies,
    tags: jsonObject('The tags, by key'),
    permissionsBoundary: nullable(Type.String(), 'The ARN of the permissions boundary'),
    etag: Type.String({ description: 'The ETag, for If-Match' }),
  },
  { $id: 'ExecutionRole', description: 'A pod execution role', additionalProperties: false },
);

export type ClusterLine = Static<typeof ClusterLine>;
export const ClusterLine = Type.Object(
  {
    id: Type.String({ description: 'ACCOUNT.ROLE-NAME.REGION.CLUSTER' }),
    accountId: AccountId,
    roleName: RoleName,
    region: Region,
    name: ClusterName,
    coveredBy: Type.Array(Type.String(), { description: 'The lines that cover the cluster' }),
    claims: Type.Array(LineClaim, { description: 'Who needs the cluster, the oldest claim first' }),
    etag: Type.String({ description: 'The ETag of the role, for If-Match' }),
  },
  {
    $id: 'ClusterLine',
    description: 'One line of a trust policy. It exists while the cluster is covered',
    additionalProperties: false,
  },
);

const Claimant = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 128,
    description: "1 to 128 characters; left out, the caller's ISSUER|SUBJECT",
  }),
);
export type OnMismatch = Static<typeof OnMismatch>;
export const OnMismatch = Type.Enum(['REFUSE', 'MERGE', 'REPLACE'], {
  $id: 'OnMismatch',
  description:
    'REFUSE (answer TRUST_MISMATCH), MERGE (confine or add the one statement) or REPLACE (write the reference document)',
});

/** REST writes it in lower case. */
const Wait = Type.Optional(
  Type.Enum(['READY'], {
    $id: 'Wait',
    description: 'READY: the answer comes when EKS would accept the role, or after two minutes',
  }),
);

export const GetRoleInput = Type.Object(role, { $id: 'GetRoleInput', ...closed });
/**
 * Left out, `limit` is no limit: the roles of an account are found all at once, and most accounts have few.
 */
export const ListRolesInput = Type.Object(
  {
    accountId: AccountId,
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100,
        description: 'a number from 1 to 100; left out, all are on one page',
      }),
    ),
    cursor: Type.Optional(Cursor),
  },
  { $id: 'ListRolesInput', ...closed },
);
export const CheckRoleInput = Type.Object(
  { ...role, clusters: Clusters },
  { $id: 'CheckRoleInput', ...closed },
);
export const GetClusterInput = Type.Object(
  { ...role, region: Region, name: ClusterName },
  { $id: 'GetClusterInput', ...closed },
);

const wanted = {
  clusters: Clusters,
  path: Type.Optional(Path),
  description: Type.Optional(Description),
  tags: Type.Optional(Tags),
  permissionsBoundary: Type.Optional(PolicyArn),
  additionalPolicyArns: Type.Optional(
    Type.Array(PolicyArn, { maxItems: 24, description: 'at most 24 policies' }),
  ),
};

export type CreateExecutionRoleInput = Static<typeof CreateExecutionRoleInput>;
export const CreateExecutionRoleInput = Type.Object(
  {
    accountId: AccountId,
    roleName: Type.Optional(RoleName),
    ...wanted,
    wait: Wait,
    ...write,
  },
  { $id: 'CreateExecutionRoleInput', ...closed },
);

export type EnsureExecutionRoleInput = Static<typeof EnsureExecutionRoleInput>;
export const EnsureExecutionRoleInput = Type.Object(
  { ...role, ...wanted, ...write },
  { $id: 'EnsureExecutionRoleInput', ...closed },
);

export type ExtendExecutionRoleInput = Static<typeof ExtendExecutionRoleInput>;
export const ExtendExecutionRoleInput = Type.Object(
  {
    ...role,
    clusters: Type.Array(Cluster, {
      maxItems: 100,
      description: '1 to 100 clusters; or none, where drop names some',
    }),
    onMismatch: Type.Optional(OnMismatch),
    compact: Type.Optional(
      Type.Boolean({
        description:
          'true or false: merge statements that differ in their lines only, and drop lines that a wider line covers',
      }),
    ),
    drop: Type.Optional(
      Type.Array(ListedClusterName, {
        maxItems: 100,
        description: 'at most 100 clusters, as lines name them, whose lines are removed',
      }),
    ),
    claim: Type.Optional(
      Type.Boolean({
        description: 'true or false: keep a claim of each cluster; left out, true where claimant is given',
      }),
    ),
    claimant: Claimant,
    wait: Wait,
    ...write,
  },
  { $id: 'ExtendExecutionRoleInput', ...closed },
);

export type RetractClusterInput = Static<typeof RetractClusterInput>;
export const RetractClusterInput = Type.Object(
  { ...role, region: Region, name: ClusterName, claimant: Claimant, ...write },
  { $id: 'RetractClusterInput', ...closed },
);

export const PruneExecutionRoleInput = Type.Object(
  { ...role, ...write },
  { $id: 'PruneExecutionRoleInput', ...closed },
);

/**
 * Left out, `clusters` are those that a role has lines for itself. `knownRoles` are reported on too, whatever
 * they are now.
 */
export const CheckRolesInput = Type.Object(
  {
    accountId: AccountId,
    roleName: Type.Optional(RoleName),
    clusters: Type.Optional(Clusters),
    knownRoles: Type.Optional(Type.Array(RoleName)),
  },
  { $id: 'CheckRolesInput', ...closed },
);
