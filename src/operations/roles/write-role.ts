import { fargate } from '../../domain/kinds/fargate.ts';
import { keepClaims, planRelease } from '../../domain/plan/plan-claim.ts';
import { planCreate } from '../../domain/plan/plan-create.ts';
import { planEnsure } from '../../domain/plan/plan-ensure.ts';
import { planExtend } from '../../domain/plan/plan-extend.ts';
import { isRefusal } from '../../domain/plan/planned.ts';
import type { Observed } from '../../domain/role/role-state.ts';
import type { Cluster, ListedCluster } from '../../schema/primitives.ts';
import { CreateExecutionRoleInput, EnsureExecutionRoleInput, ExtendExecutionRoleInput, RetractClusterInput } from '../../schema/role.ts';
import { WriteResult } from '../../schema/write-result.ts';
import type { Deps } from '../call/deps.ts';
import { invalidInput } from '../call/input.ts';
import { defineOperation } from '../call/operation.ts';
import { apply } from '../changes/apply.ts';
import { replayWrite } from '../changes/replay.ts';
import { claimantOf } from '../guards/claim-guard.ts';
import { withRequiredBoundary } from '../guards/guard-rails.ts';

/**
 * Did we create this very role, and not come to the end? Only the log can tell, where AWS took our CreateRole, and only the
 * role's ID: one that somebody else made, then or since, is not ours to finish. A creation that found a role continued another.
 */
async function isUnfinished({ ledger, now }: Deps, { accountId, roleName, role }: Observed): Promise<boolean> {
  const [last] = await ledger.effectiveSince(accountId, roleName, now());
  if (last?.kind !== 'CREATE' || last.outcome === 'SUCCEEDED') return false;
  const isOurs = last.before !== null || last.steps.some(({ action, outcome }) => action === 'iam:CreateRole' && outcome === 'SUCCEEDED');
  return isOurs && last.roleId !== null && last.roleId === role?.roleId;
}

export const createExecutionRole = defineOperation({
  name: 'createExecutionRole',
  tag: 'Execution roles',
  summary: 'Creates a role with its trust policy, tags and policies. Completes a role whose creation was interrupted.',
  permission: ['write'],
  concerns: 'ACCOUNT',
  attempt: ({ roleName = fargate.usualName, ...input }) => ({ ...input, roleName, kind: 'CREATE' }),
  kind: 'MUTATION',
  input: CreateExecutionRoleInput,
  output: WriteResult,
  replay: replayWrite,
  run: (deps, { roleName = fargate.usualName, ...input }, caller) =>
    apply(
      deps,
      {
        ...input,
        roleName,
        kind: 'CREATE',
        plan: async (observed, clusters) => {
          const wanted = withRequiredBoundary(deps.guardRails, observed, { ...input, clusters });
          if (!observed.role) return planCreate(observed, wanted);
          const rest = (await isUnfinished(deps, observed)) ? planEnsure(observed, wanted) : planCreate(observed, wanted);
          return isRefusal(rest) ? rest : { ...rest, kind: 'CREATE' };
        },
      },
      caller,
    ),
});

export const ensureExecutionRole = defineOperation({
  name: 'ensureExecutionRole',
  tag: 'Execution roles',
  summary: 'Creates the role, or adds what is missing. Never removes anything.',
  permission: ['write'],
  concerns: 'ACCOUNT',
  attempt: (input) => ({ ...input, kind: 'EXTEND' }),
  kind: 'MUTATION',
  input: EnsureExecutionRoleInput,
  output: WriteResult,
  replay: replayWrite,
  run: (deps, input, caller) =>
    apply(
      deps,
      {
        ...input,
        kind: 'EXTEND',
        plan: (observed, clusters) => planEnsure(observed, withRequiredBoundary(deps.guardRails, observed, { ...input, clusters })),
      },
      caller,
    ),
});

export const extendExecutionRole = defineOperation({
  name: 'extendExecutionRole',
  tag: 'Execution roles',
  summary: 'Extends the role to cover more clusters. Keeps a claim of each cluster on request.',
  permission: ['write'],
  concerns: 'ACCOUNT',
  attempt: ({ claim: _, ...input }) => ({ ...input, kind: 'EXTEND' }),
  kind: 'MUTATION',
  input: ExtendExecutionRoleInput,
  output: WriteResult,
  replay: replayWrite,
  run: async (
    deps,
    { onMismatch = 'REFUSE', compact = false, drop = [], claimant: named, claim: isKept = named !== undefined, ...input },
    caller,
  ) => {
    requireSense(input.clusters, drop);
    const claimant = claimantOf(caller, named);
    return apply(
      deps,
      {
        ...input,
        kind: 'EXTEND',
        claim: isKept ? { claimant, effect: 'KEEP' } : undefined,
        plan: (observed, clusters, claims) => {
          const planned = planExtend(observed, clusters, onMismatch, compact, drop);
          return isKept ? keepClaims(planned, clusters, claims, claimant) : planned;
        },
      },
      caller,
    );
  },
});

/** Fault: INVALID_INPUT where no cluster is named, or one is to be covered and to lose its line. */
function requireSense(clusters: Cluster[], drop: ListedCluster[]): void {
  const errors = drop.flatMap(({ region, name }, i) =>
    clusters.some((cluster) => cluster.region === region && cluster.name === name)
      ? [{ pointer: `/drop/${i}`, message: `must not be a cluster that is asked for: ${region}/${name} is in /clusters` }]
      : [],
  );
  if (clusters.length + drop.length === 0)
    errors.push({ pointer: '/clusters', message: 'must be 1 to 100 clusters; or none, where drop names some' });
  if (errors.length > 0) throw invalidInput(errors);
}

export const retractCluster = defineOperation({
  name: 'retractCluster',
  tag: 'Execution roles',
  summary: "Ends the caller's claim of one cluster, and removes its line unless another claim needs it. Nothing else changes.",
  permission: ['write'],
  concerns: 'ACCOUNT',
  attempt: ({ region, name, ...input }) => ({ ...input, kind: 'RETRACT', clusters: [{ region, name }] }),
  kind: 'MUTATION',
  input: RetractClusterInput,
  output: WriteResult,
  replay: replayWrite,
  run: (deps, { region, name, claimant: named, ...input }, caller) => {
    const cluster = { region, name };
    const claimant = claimantOf(caller, named);
    const override = input.override?.includes('CLUSTER_CLAIMED') ?? false;
    return apply(
      deps,
      {
        ...input,
        kind: 'RETRACT',
        clusters: [cluster],
        regionPointer: () => '/region',
        claim: { claimant, effect: 'END' },
        plan: (observed, _, claims) => planRelease(observed, cluster, claims, { claimant, override }),
      },
      caller,
    );
  },
});
