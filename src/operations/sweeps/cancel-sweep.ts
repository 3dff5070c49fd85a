import { CancelSweepInput, Sweep } from '../../schema/sweep.ts';
import { defineOperation } from '../call/operation.ts';
import { requireSweep } from './sweep.ts';
import { showSweep } from './sweep-view.ts';

export const cancelSweep = defineOperation({
  name: 'cancelSweep',
  tag: 'Sweeps',
  summary: 'Cancels a sweep. No further account is started, and finished accounts stay as they are.',
  permission: ['write'],
  concerns: 'SWEEP',
  kind: 'MUTATION',
  input: CancelSweepInput,
  output: Sweep,
  run: async (deps, { id }, caller) =>
    showSweep(deps, caller, requireSweep(id, await deps.sweeps.cancel(id))),
});
