import type { Observed } from '../../domain/role/role-state.ts';
import type { Caller } from '../../schema/caller.ts';
import type { ExecutionRole } from '../../schema/role.ts';
import { report } from './report/report.ts';

/** The role as a resource, checked for the clusters of its own lines. Null where there is no role. */
export function resourceOf(observed: Observed, now: Date, caller: Caller): ExecutionRole | null {
  const { role, accountId } = observed;
  if (!role) return null;
  const { verdict, action, clusters, findings, trust, policies, tags, etag } = report(
    observed,
    null,
    now,
    caller,
  );
  if (!trust || !policies || !tags || !etag) return null;
  const { roleName, roleArn, roleId, path, description, permissionsBoundary } = role;
  return {
    id: `${accountId}.${roleName}`,
    accountId,
    roleName,
    roleArn,
    roleId,
    path,
    description,
    verdict,
    action,
    clusters: clusters.map(({ region, name }) => ({ region, name })),
    findings,
    trust,
    policies,
    tags,
    permissionsBoundary,
    etag,
  };
}
