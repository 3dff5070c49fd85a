import { GetSweepInput, Sweep } from '../../schema/sweep.ts';
import { defineOperation } from '../call/operation.ts';
import { requireSweep } from './sweep.ts';
import { showSweep } from './sweep-view.ts';

export const sweep = defineOperation({
  name: 'sweep',
  tag: 'Sweeps',
  summary: 'Gets one sweep and its progress.',
  permission: ['read'],
  concerns: 'SWEEP',
  kind: 'QUERY',
  input: GetSweepInput,
  output: Sweep,
  run: async (deps, { id }, caller) => showSweep(deps, caller, requireSweep(id, await deps.sweeps.get(id))),
});
