import type { SweepRecord } from '../../ports/sweeps.ts';
import { page } from '../../schema/page.ts';
import { ListSweepsInput, Sweep } from '../../schema/sweep.ts';
import { defineOperation } from '../call/operation.ts';
import { decodeTimedCursor, defaultLimit, encodeTimedCursor, type TimedPlace } from '../call/paging.ts';
import { canSeeOwned } from '../call/permission.ts';
import { readVisiblePage } from '../call/visible-page.ts';
import { createSweepView } from './sweep-view.ts';

export const sweeps = defineOperation({
  name: 'sweeps',
  tag: 'Sweeps',
  summary: 'Lists the sweeps that the caller may see, newest first.',
  permission: ['read'],
  concerns: 'ACCOUNTS',
  kind: 'QUERY',
  input: ListSweepsInput,
  output: page('SweepPage', Sweep),
  run: async (deps, { limit = defaultLimit, cursor }, caller) => {
    const { items, next } = await readVisiblePage<SweepRecord, TimedPlace>(
      { limit, from: decodeTimedCursor(cursor) },
      (after, limit) => deps.sweeps.list({ after, limit }),
      ({ createdAt, id }) => ({ createdAt: createdAt.toISOString(), id }),
      (records) => records.filter((record) => canSeeOwned(deps, caller, 'sweep', record.caller)),
    );
    return { items: await createSweepView(deps, caller)(items), nextCursor: next && encodeTimedCursor(next) };
  },
});
