import { planEnsure } from '../../domain/plan/plan-ensure.ts';
import { EnsureExecutionRoleInput } from '../../schema/role.ts';
import { WriteResult } from '../../schema/write-result.ts';
import { defineOperation } from '../call/operation.ts';
import { apply } from '../changes/apply.ts';
import { replayWrite } from '../changes/replay-write.ts';
import { withRequiredBoundary } from '../guards/guard-rails.ts';

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
  run: (deps, input, caller, { authorizePlan }) =>
    apply(
      deps,
      {
        ...input,
        kind: 'EXTEND',
        canTakeCoverage: false,
        authorizePlan,
        plan: (observed, clusters) =>
          planEnsure(observed, withRequiredBoundary(deps.guardRails, observed, { ...input, clusters })),
      },
      caller,
    ),
});
