import { requiredPoliciesOf } from '../role/check-context.ts';
import type { Observed } from '../role/role-state.ts';
import { isSamePolicy } from '../role/same.ts';
import { parseTrust } from '../trust/parse-trust.ts';
import { assemble } from './assemble.ts';
import { isAddition } from './effects/dropped.ts';
import { refuseLostCoverage } from './effects/lost-coverage.ts';
import { planCreate, type Wanted } from './plan-create.ts';
import { rewriteCompacted } from './plan-extend.ts';
import { planMerge } from './plan-merge.ts';
import { planTrust } from './plan-trust.ts';
import { type PlanResult, refuse, withinBudget } from './planned.ts';
import { refuseProtected } from './protected-path.ts';
import { refuseOverQuota } from './quota.ts';
import type { PlannedStep } from './steps/step.ts';

/** Creates the role, or adds what it lacks. Refuses to remove anything. */
export const planEnsure = (observed: Observed, wanted: Wanted): PlanResult =>
  withinBudget(observed, () => ensureWithinBudget(observed, wanted));

function ensureWithinBudget(observed: Observed, wanted: Wanted): PlanResult {
  const { role } = observed;
  if (!role) return planCreate(observed, wanted);
  const refused = refuseProtected(role.roleName, role.path, wanted.path);
  if (refused) return refused;
  if (wanted.path !== undefined && wanted.path !== role.path)
    return refuse(
      'ROLE_EXISTS',
      `Role ${role.roleName} is at path ${role.path}, and IAM cannot move it to ${wanted.path}. Omit path, or choose another roleName.`,
    );
  if (
    wanted.permissionsBoundary !== undefined &&
    role.permissionsBoundary !== null &&
    !isSamePolicy(role.permissionsBoundary, wanted.permissionsBoundary)
  )
    return refuse(
      'ROLE_EXISTS',
      `Role ${role.roleName} already has the permissions boundary ${role.permissionsBoundary}, and Rolewright never replaces a boundary. Omit permissionsBoundary, or change it in IAM.`,
    );

  const current = parseTrust(observed, role);
  let trust = planTrust(observed, current, { clusters: wanted.clusters, onMismatch: 'REFUSE' });
  if ('refused' in trust) {
    // A change that only adds is not refused: a policy that does not name the service yet gets a statement
    // for it.
    const merged = planMerge(current, wanted.clusters);
    if ('refused' in merged || !isAddition(current, merged.document)) return trust;
    trust = merged;
  }
  const { roleName } = role;
  const more: PlannedStep[] = [];
  if (wanted.description !== undefined && wanted.description !== (role.description ?? ''))
    more.push({ action: 'iam:UpdateRoleDescription', detail: { roleName, description: wanted.description } });
  if (wanted.permissionsBoundary !== undefined && role.permissionsBoundary === null)
    more.push({
      action: 'iam:PutRolePermissionsBoundary',
      detail: { roleName, permissionsBoundary: wanted.permissionsBoundary },
    });
  const policies = [...requiredPoliciesOf(observed), ...(wanted.additionalPolicyArns ?? [])];
  const planned = assemble(observed, current, trust, wanted.clusters, policies, wanted.tags ?? {}, more);
  return refuseLostCoverage(
    refuseOverQuota(
      observed,
      current,
      planned,
      wanted.clusters,
      rewriteCompacted(observed, current, { onMismatch: trust.isRepair ? 'MERGE' : 'REFUSE' }),
    ),
  );
}
