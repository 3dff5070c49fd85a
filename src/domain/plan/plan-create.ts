import type { Cluster, Tags } from '../../schema/primitives.ts';
import { writeNew } from '../policy/stored-text.ts';
import { createReference } from '../rewrite/rewrite.ts';
import { requiredPoliciesOf } from '../role/check-context.ts';
import type { Observed } from '../role/role-state.ts';
import { distinctPolicies } from '../role/same.ts';
import { type Planned, type PlanResult, refuse, requestRemedy } from './planned.ts';
import { refuseProtected } from './protected-path.ts';
import { refuseOverQuota } from './quota.ts';
import type { PlannedStep } from './steps/step.ts';

export interface Wanted {
  clusters: Cluster[];
  path?: string;
  description?: string;
  tags?: Tags;
  permissionsBoundary?: string;
  additionalPolicyArns?: string[];
}

/** Plans a new role: its trust policy, tags and policies. */
export function planCreate(observed: Observed, wanted: Wanted): PlanResult {
  const { role, roleName, accountId } = observed;
  const refused = refuseProtected(roleName, wanted.path, role?.path);
  if (refused) return refused;
  if (role)
    return refuse(
      'ROLE_EXISTS',
      `Account ${accountId} already has a role ${role.roleName} (IAM ignores letter case).`,
      {
        remedy: requestRemedy({ request: 'ENSURE' }, 'add what is missing', 'Or choose another roleName.'),
      },
    );
  const trust = createReference(observed, wanted.clusters);
  const attached = distinctPolicies([
    ...requiredPoliciesOf(observed),
    ...(wanted.additionalPolicyArns ?? []),
  ]);
  const planned: Planned = {
    kind: 'CREATE',
    steps: [
      {
        action: 'iam:CreateRole',
        text: writeNew(trust),
        detail: {
          roleName,
          path: wanted.path ?? '/',
          assumeRolePolicyDocument: trust,
          description: wanted.description ?? null,
          tags: wanted.tags ?? {},
          permissionsBoundary: wanted.permissionsBoundary ?? null,
        },
      },
      ...attached.map(
        (policyArn): PlannedStep => ({ action: 'iam:AttachRolePolicy', detail: { roleName, policyArn } }),
      ),
    ],
    before: null,
    after: { trust, policies: { attached: attached.sort(), inline: null }, tags: wanted.tags ?? {} },
    effects: {
      clustersGained: wanted.clusters,
      clustersLost: [],
      statementsRemoved: [],
      principalsRemoved: [],
    },
  };
  const textFor = (clusters: Cluster[]) => writeNew(createReference(observed, clusters));
  return refuseOverQuota(observed, null, planned, wanted.clusters, { textFor, compact: false });
}
