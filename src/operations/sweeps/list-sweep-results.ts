import { page } from '../../schema/page.ts';
import { ListSweepResultsInput, SweepResult } from '../../schema/sweep.ts';
import { defineOperation } from '../call/operation.ts';
import { defaultLimit } from '../call/paging.ts';
import { readVisiblePage } from '../call/visible-page.ts';
import { requireSweep } from './sweep.ts';
import { filterVisibleResults, resultCursor, seqIn } from './sweep-result.ts';

export const sweepResults = defineOperation({
  name: 'sweepResults',
  tag: 'Sweeps',
  summary:
    'Lists the results of a sweep for the accounts that the caller may see, in the order in which they arrived.',
  permission: ['read'],
  concerns: 'SWEEP',
  kind: 'QUERY',
  input: ListSweepResultsInput,
  output: page('SweepResultPage', SweepResult),
  run: async (deps, { id, limit = defaultLimit, cursor }, caller) => {
    requireSweep(id, await deps.sweeps.get(id));
    const { items, next } = await readVisiblePage<SweepResult, number>(
      { limit, from: seqIn(cursor) },
      (after, size) => deps.sweeps.results({ id, after: after ?? 0, limit: size }),
      ({ seq }) => seq,
      (results) => filterVisibleResults(deps, caller, results),
    );
    return { items, nextCursor: next === null ? null : resultCursor({ seq: next }) };
  },
});
