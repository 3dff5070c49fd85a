import { Fault } from '../../fault.ts';
import { Sweep, SweepInput } from '../../schema/sweep.ts';
import type { Deps } from '../call/deps.ts';
import { invalidInput } from '../call/input.ts';
import { defineOperation } from '../call/operation.ts';
import { callerToKeep } from '../call/permission.ts';
import { canSeeAnything, listVisibleAccounts } from '../call/visible-accounts.ts';
import { validateReadiness, validateRegion, validateSelect } from './sweep.ts';
import { presentSweep } from './sweep-view.ts';

/**
 * Maximum number of a caller's sweeps that have not ended. Each may be of every account, and leave a refusal
 * for each in the log.
 */
const maxUnended = 20;
const tooMany = `You have ${maxUnended} sweeps that have not ended, which is the maximum, or the service stores 3,000 sweeps. Wait for a sweep to end, or cancel one: POST /v1/sweeps/{id}/cancel. The oldest sweeps are deleted within an hour.`;

export const startSweep = defineOperation({
  name: 'startSweep',
  tag: 'Sweeps',
  summary:
    'Starts a sweep that checks or extends the execution roles of many accounts, or checks their EKS clusters. Answers at once; the work goes on.',
  permission: ['write'],
  concerns: 'ACCOUNTS',
  kind: 'MUTATION',
  input: SweepInput,
  output: Sweep,
  run: async (deps, { select, idempotencyKey, ...input }, caller) => {
    validateRequest(deps, { select, ...input });
    const among = select.accountIds
      ? null
      : await listVisibleAccounts(deps, caller, canSeeAnything, select.labels);
    const draft = {
      id: `sweep_${deps.newId()}`,
      operation: input.operation,
      dryRun: input.dryRun ?? false,
      roleName: input.roleName ?? null,
      clusters: input.clusters ?? null,
      regions: input.regions ?? null,
      reason: input.reason ?? null,
      caller: callerToKeep(caller),
      createdAt: deps.now(),
    };
    const started = await deps.sweeps.start(draft, select, idempotencyKey ?? null, maxUnended, among);
    if (!started) throw new Fault('RATE_LIMITED', tooMany);
    return presentSweep(started);
  },
});

/** Fault: INVALID_INPUT, for what the shape of the input does not catch. */
function validateRequest({ extraRegions }: Deps, { operation, select, ...input }: SweepInput): void {
  const { clusters } = input;
  const errors = [...validateSelect(select), ...validateReadiness({ operation, ...input }, extraRegions)];
  if (operation === 'EXTEND' && !clusters)
    errors.push({ pointer: '/clusters', message: 'is required for EXTEND: it must be 1 to 100 clusters' });
  // The accounts may be of several partitions. Each account's extension checks the Region against its own
  // partition.
  if (operation === 'EXTEND')
    for (const [i, { region }] of (clusters ?? []).entries())
      errors.push(...validateRegion(region, `/clusters/${i}/region`, extraRegions));
  if (errors.length > 0) throw invalidInput(errors);
}
