import { defaultKind } from '../../domain/kinds/kinds.ts';
import { planCreate } from '../../domain/plan/plan-create.ts';
import { planEnsure } from '../../domain/plan/plan-ensure.ts';
import { isRefusal } from '../../domain/plan/planned.ts';
import type { Observed } from '../../domain/role/role-state.ts';
import { CreateExecutionRoleInput } from '../../schema/role.ts';
import { WriteResult } from '../../schema/write-result.ts';
import type { Deps } from '../call/deps.ts';
import { defineOperation } from '../call/operation.ts';
import { apply } from '../changes/apply.ts';
import { replayWrite } from '../changes/replay-write.ts';
import { withRequiredBoundary } from '../guards/guard-rails.ts';
import { awaitReady } from './await-ready.ts';

export const createExecutionRole = defineOperation({
  name: 'createExecutionRole',
  tag: 'Execution roles',
  summary:
    'Creates a role with its trust policy, tags and policies. Completes a role whose creation was interrupted.',
  permission: ['write'],
  concerns: 'ACCOUNT',
  attempt: ({ roleName = defaultKind.usualName, wait: _, ...input }) => ({
    ...input,
    roleName,
    kind: 'CREATE',
  }),
  kind: 'MUTATION',
  input: CreateExecutionRoleInput,
  output: WriteResult,
  replay: replayWrite,
  run: async (deps, { roleName = defaultKind.usualName, wait, ...input }, caller, { authorizePlan }) => {
    const written = await apply(
      deps,
      {
        ...input,
        roleName,
        kind: 'CREATE',
        canTakeCoverage: false,
        authorizePlan,
        plan: async (observed, clusters) => {
          const wanted = withRequiredBoundary(deps.guardRails, observed, { ...input, clusters });
          if (!observed.role) return planCreate(observed, wanted);
          const rest = (await isUnfinished(deps, observed))
            ? planEnsure(observed, wanted)
            : planCreate(observed, wanted);
          return isRefusal(rest) ? rest : { ...rest, kind: 'CREATE' };
        },
      },
      caller,
    );
    return await awaitReady(deps, { ...input, wait }, written, caller);
  },
});

/**
 * Did this service create this very role, without completing it? Only the log can tell whether AWS took our
 * CreateRole, and only the role's ID whether somebody else has created another role since. A creation that
 * found a role was itself the completion of one.
 */
async function isUnfinished(
  { ledger, now }: Deps,
  { accountId, roleName, role }: Observed,
): Promise<boolean> {
  const [last] = await ledger.effectiveSince(accountId, roleName, now());
  if (last?.kind !== 'CREATE' || last.outcome === 'SUCCEEDED') return false;
  const isOurs =
    last.before !== null ||
    last.steps.some(({ action, outcome }) => action === 'iam:CreateRole' && outcome === 'SUCCEEDED');
  return isOurs && last.roleId !== null && last.roleId === role?.roleId;
}
