import type { Cluster, ListedCluster, Tags } from '../../schema/primitives.ts';
import type { OnMismatch } from '../../schema/role.ts';
import { writeNew, writeStored } from '../policy/letter.ts';
import { removeLine } from '../rewrite/retract.ts';
import { reference } from '../rewrite/rewrite.ts';
import { executionPolicyArn, lineFor } from '../role/arn.ts';
import type { Observed } from '../role/role-state.ts';
import { distinctPolicies, isSamePolicy } from '../role/same.ts';
import { removeDeleted } from '../trust/deleted-principals.ts';
import { type Stored, stored } from '../trust/stored.ts';
import { allowedBy } from '../trust/trust.ts';
import { assemble, fitting, keeping } from './assemble.ts';
import { droppedBy, droppedMessage, merging, onlyAdds, planTrust, type Wish } from './plan-trust.ts';
import { decidable, isRefusal, type Planned, type PlanResult, type Refusal, refuse, request } from './planned.ts';
import { refuseProtected } from './protected-path.ts';
import type { Rewrite } from './quota.ts';
import type { PlannedStep } from './step.ts';

export interface Wanted {
  clusters: Cluster[];
  path?: string;
  description?: string;
  tags?: Tags;
  permissionsBoundary?: string;
  additionalPolicyArns?: string[];
}

function noRole({ roleName, accountId }: Observed): Refusal {
  return refuse('ROLE_NOT_FOUND', `Account ${accountId} has no role ${roleName}.`, { remedy: request({ request: 'CREATE' }, 'create it') });
}

/** A new role: its trust policy, tags and policies. */
export function planCreate(observed: Observed, wanted: Wanted): PlanResult {
  const { role, roleName, accountId, partition } = observed;
  const refused = refuseProtected(roleName, wanted.path, role?.path);
  if (refused) return refused;
  if (role)
    return refuse('ROLE_EXISTS', `Account ${accountId} has a role ${role.roleName} already (IAM ignores case).`, {
      remedy: request({ request: 'ENSURE' }, 'add what is missing', 'Or choose another roleName.'),
    });
  const trust = reference(partition, accountId, wanted.clusters);
  const attached = distinctPolicies([executionPolicyArn(partition), ...(wanted.additionalPolicyArns ?? [])]);
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
      ...attached.map((policyArn): PlannedStep => ({ action: 'iam:AttachRolePolicy', detail: { roleName, policyArn } })),
    ],
    before: null,
    after: { trust, policies: { attached: attached.sort(), inline: null }, tags: wanted.tags ?? {} },
    effects: { clustersGained: wanted.clusters, clustersLost: [], statementsRemoved: [], principalsRemoved: [] },
  };
  const textFor = (clusters: Cluster[]) => writeNew(reference(partition, accountId, clusters));
  return fitting(observed, null, planned, wanted.clusters, { textFor, compact: false });
}

/** Makes sure that the role covers the clusters and has the managed policy, and takes away the lines that are to go. */
export const planExtend = (
  observed: Observed,
  clusters: Cluster[],
  onMismatch: OnMismatch,
  compact: boolean,
  drop: ListedCluster[] = [],
): PlanResult => {
  const { role } = observed;
  if (!role) return noRole(observed);
  return decidable(observed, () => planWish(observed, stored(observed, role), { clusters, onMismatch, compact, drop }));
};

/** The same for a role whose trust policy is read already. Faults: TooHard. */
export function planWish(observed: Observed, current: Stored, wish: Wish): PlanResult {
  const refused = refuseProtected(current.roleName, current.path);
  if (refused) return refused;
  const { clusters } = wish;
  const trust = planTrust(observed, current, wish);
  if ('refused' in trust) return trust;
  const planned = assemble(observed, current, trust, clusters, [executionPolicyArn(observed.partition)], {}, []);
  const fitted = fitting(observed, current, planned, clusters, compacted(observed, current, wish));
  return trust.repairs ? fitted : keeping(fitted, wish.drop);
}

/** What extend with `compact` would make of other clusters. */
const compacted = (observed: Observed, role: Stored, wish: Omit<Wish, 'clusters'>): Rewrite => ({
  textFor: (clusters) => {
    const trust = planTrust(observed, role, { ...wish, clusters, compact: true });
    return 'refused' in trust ? null : writeStored(removeDeleted(trust.document).document, role, trust.repairs);
  },
  compact: true,
});

/** Creates the role, or adds what it lacks. Where something would have to go, it is refused. */
export const planEnsure = (observed: Observed, wanted: Wanted): PlanResult => decidable(observed, () => ensure(observed, wanted));

function ensure(observed: Observed, wanted: Wanted): PlanResult {
  const { role, partition } = observed;
  if (!role) return planCreate(observed, wanted);
  const refused = refuseProtected(role.roleName, role.path, wanted.path);
  if (refused) return refused;
  if (wanted.path !== undefined && wanted.path !== role.path)
    return refuse(
      'ROLE_EXISTS',
      `Role ${role.roleName} is at path ${role.path}, and IAM cannot move it to ${wanted.path}. Leave path out, or choose another roleName.`,
    );
  if (
    wanted.permissionsBoundary !== undefined &&
    role.permissionsBoundary !== null &&
    !isSamePolicy(role.permissionsBoundary, wanted.permissionsBoundary)
  )
    return refuse(
      'ROLE_EXISTS',
      `Role ${role.roleName} has the permissions boundary ${role.permissionsBoundary}; one boundary is never put in another's place. Leave permissionsBoundary out, or change it in IAM.`,
    );

  const current = stored(observed, role);
  let trust = planTrust(observed, current, { clusters: wanted.clusters, onMismatch: 'REFUSE' });
  if ('refused' in trust) {
    // What only adds is not worth a refusal: a policy that does not know the service yet gets its statement.
    const merged = merging(current, wanted.clusters);
    if ('refused' in merged || !onlyAdds(current, merged.document)) return trust;
    trust = merged;
  }
  const { roleName } = role;
  const more: PlannedStep[] = [];
  if (wanted.description !== undefined && wanted.description !== (role.description ?? ''))
    more.push({ action: 'iam:UpdateRoleDescription', detail: { roleName, description: wanted.description } });
  if (wanted.permissionsBoundary !== undefined && role.permissionsBoundary === null)
    more.push({ action: 'iam:PutRolePermissionsBoundary', detail: { roleName, permissionsBoundary: wanted.permissionsBoundary } });
  const policies = [executionPolicyArn(partition), ...(wanted.additionalPolicyArns ?? [])];
  const planned = assemble(observed, current, trust, wanted.clusters, policies, wanted.tags ?? {}, more);
  return keeping(
    fitting(observed, current, planned, wanted.clusters, compacted(observed, current, { onMismatch: trust.repairs ? 'MERGE' : 'REFUSE' })),
  );
}

/** Takes one line away and nothing else. */
export const planRetract = (observed: Observed, cluster: Cluster): PlanResult => decidable(observed, () => retract(observed, cluster));

function retract(observed: Observed, cluster: Cluster): PlanResult {
  const { role, partition, accountId } = observed;
  if (!role) return noRole(observed);
  const refused = refuseProtected(role.roleName, role.path);
  if (refused) return refused;
  const current = stored(observed, role);
  const { document, reading } = current;
  const line = lineFor(partition, accountId, cluster);
  const retraction = removeLine(document, reading, line);
  if (retraction.outcome === 'NOT_LISTED') {
    const covering = allowedBy(reading, cluster);
    return refuse(
      'CLUSTER_NOT_LISTED',
      `${role.roleName} has no line ${line}.${covering?.length ? ` The cluster is covered by ${covering.join(', ')}, which other clusters may rely on.` : ''}`,
    );
  }
  if (retraction.outcome === 'LAST')
    return refuse(
      'LAST_CLUSTER',
      `Without ${line} no pods could use ${role.roleName}: it is the last line that lets any in. Delete the role in IAM if no Fargate profile uses it.`,
    );
  const dropped = droppedBy(current, retraction.document);
  if (dropped.length > 0)
    return refuse('TRUST_MISMATCH', droppedMessage(dropped), {
      remedy: request({ request: 'EXTEND', clusters: 'CHOSEN', onMismatch: 'MERGE' }, 'write each key once', 'Then repeat this.'),
    });
  const trust = { document: retraction.document, removed: retraction.removed, repairs: false };
  const planned = assemble(observed, current, trust, [], [], {}, []);
  return keeping(isRefusal(planned) ? planned : { ...planned, kind: 'RETRACT' }, [cluster]);
}
