import Type, { type Static } from 'typebox';
import { LineClaim } from './claim.ts';
import { AccountId, ClusterName, JsonObject, ListedCluster, nullable, Region, RoleName } from './primitives.ts';
import { Action, Finding, Policies, Trust, Verdict } from './report.ts';

/**
 * An execution role as a resource. `clusters` are those that its trust policy has a line for; `verdict`, `action` and
 * `findings` are those of a check that asks for them, and NO_CLUSTER_COVERED where no cluster can use the role.
 */
export type ExecutionRole = Static<typeof ExecutionRole>;
export const ExecutionRole = Type.Object(
  {
    id: Type.String({ description: 'ACCOUNT.ROLE-NAME' }),
    accountId: AccountId,
    roleName: RoleName,
    roleArn: Type.String(),
    roleId: Type.String(),
    path: Type.String(),
    description: nullable(Type.String()),
    verdict: Verdict,
    action: Action,
    clusters: Type.Array(ListedCluster),
    findings: Type.Array(Finding),
    trust: Trust,
    policies: Policies,
    tags: JsonObject,
    permissionsBoundary: nullable(Type.String()),
    etag: Type.String(),
  },
  { $id: 'ExecutionRole', additionalProperties: false },
);

/** One line of a trust policy as a resource: it exists while the cluster is covered. */
export type ClusterLine = Static<typeof ClusterLine>;
export const ClusterLine = Type.Object(
  {
    id: Type.String({ description: 'ACCOUNT.ROLE-NAME.REGION.CLUSTER' }),
    accountId: AccountId,
    roleName: RoleName,
    region: Region,
    name: ClusterName,
    coveredBy: Type.Array(Type.String()),
    claims: Type.Array(LineClaim, { description: 'who needs the cluster, the longest claim first' }),
    etag: Type.String(),
  },
  { $id: 'ClusterLine', additionalProperties: false },
);
