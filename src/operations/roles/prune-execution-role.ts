import { findPrunableOf, planPrune } from '../../domain/plan/plan-prune.ts';
import { isGone } from '../../domain/role/seen.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Cluster } from '../../schema/primitives.ts';
import { PruneExecutionRoleInput } from '../../schema/role.ts';
import { WriteResult } from '../../schema/write-result.ts';
import type { RegisteredAccount } from '../accounts/account.ts';
import type { Deps } from '../call/deps.ts';
import { defineOperation } from '../call/operation.ts';
import { apply } from '../changes/apply.ts';
import { replayWrite } from '../changes/replay-write.ts';
import { readGone } from './read-gone.ts';
import { readRole } from './report/read-role.ts';

export const pruneExecutionRole = defineOperation({
  name: 'pruneExecutionRole',
  tag: 'Execution roles',
  summary:
    'Removes the lines of clusters that EKS showed once and no longer has, unless they are claimed. Nothing else changes.',
  permission: ['write'],
  concerns: 'ACCOUNT',
  attempt: (input) => ({ ...input, kind: 'RETRACT', clusters: [] }),
  kind: 'MUTATION',
  input: PruneExecutionRoleInput,
  output: WriteResult,
  replay: (deps, attempt, caller) => replayWrite(deps, attempt, caller, []),
  run: (deps, input, caller, { authorizePlan }) => {
    let gone: Cluster[] = [];
    return apply(
      deps,
      {
        ...input,
        kind: 'RETRACT',
        clusters: [],
        canTakeCoverage: true,
        authorizePlan,
        prepare: async (account) => {
          gone = await findGone(deps, account, input.roleName, caller);
        },
        plan: (observed, _, claims) => planPrune(observed, gone, claims),
      },
      caller,
    );
  },
});

/** The clusters of the role's lines that were gone at the last look, and that EKS does not have now. */
async function findGone(
  deps: Deps,
  account: RegisteredAccount,
  roleName: string,
  caller: Caller,
): Promise<Cluster[]> {
  const observed = await readRole(deps, account, roleName, caller);
  const candidates = findPrunableOf(observed, (cluster) => isGone(observed.seen, cluster));
  return await readGone(deps, account, candidates, observed.seen, caller);
}
