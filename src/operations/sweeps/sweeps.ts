import { isListedRegion, nearestRegion } from '../../domain/patterns/regions.ts';
import { Fault, type FieldError } from '../../fault.ts';
import type { SweepRecord } from '../../ports/sweeps.ts';
import type { Caller } from '../../schema/caller.ts';
import { page } from '../../schema/page.ts';
import {
  CancelSweepInput,
  GetSweepInput,
  ListSweepResultsInput,
  ListSweepsInput,
  Sweep,
  SweepInput,
  SweepResult,
  type SweepSelect,
} from '../../schema/sweep.ts';
import type { Deps } from '../call/deps.ts';
import { invalidInput } from '../call/input.ts';
import { defineOperation } from '../call/operation.ts';
import { decodeCursor, decodeTimedCursor, defaultLimit, encodeCursor, encodeTimedCursor } from '../call/paging.ts';
import { canSee, canSeeOwned } from '../call/permission.ts';
import { canSeeAnything, listVisibleAccounts } from '../call/visible-accounts.ts';
import { readAccounts, readVisiblePage } from '../call/visible-page.ts';
import { unlistedRegion } from '../roles/report.ts';
import { createSweepView, presentSweep } from './sweep-view.ts';

/** Fault: SWEEP_NOT_FOUND. */
function known(id: string, record: SweepRecord | null): SweepRecord {
  if (!record) throw new Fault('SWEEP_NOT_FOUND', `There is no sweep ${id}. GET /v1/sweeps lists them.`);
  return record;
}

async function shown(deps: Deps, caller: Caller, record: SweepRecord): Promise<Sweep> {
  const [sweep] = await createSweepView(deps, caller)([record]);
  return sweep ?? presentSweep(record);
}

/** What its shape alone does not say of a selection, which stands at `pointer`. */
export function faultsOfSelect(select: SweepSelect, pointer = '/select'): FieldError[] {
  const errors: FieldError[] = [];
  if (Object.keys(select).length !== 1) errors.push({ pointer, message: 'must have exactly one of accountIds, labels and all' });
  // Not in the shape: generated clients cannot say a boolean that has one value.
  if (select.all === false) errors.push({ pointer: `${pointer}/all`, message: 'must be true, for every account, or left out' });
  return errors;
}

function expectGood({ extraRegions }: Deps, { operation, select, clusters }: SweepInput): void {
  const errors = faultsOfSelect(select);
  if (operation === 'EXTEND' && !clusters)
    errors.push({ pointer: '/clusters', message: 'is required for EXTEND: it must be 1 to 100 clusters' });
  // Its accounts may be of several partitions: each extension holds the Region against its own.
  const where = { partition: null, extraRegions };
  if (operation === 'EXTEND')
    for (const [i, { region }] of (clusters ?? []).entries())
      if (region !== '*' && !isListedRegion(region, where))
        errors.push({ pointer: `/clusters/${i}/region`, message: unlistedRegion(region, nearestRegion(region, where)) });
  if (errors.length > 0) throw invalidInput(errors);
}

/** So many sweeps of one caller at the most wait or go on: each may be of every account, and leave a refusal for each in the log. */
const mostUnended = 20;
const tooMany = `${mostUnended} sweeps of yours have not ended, and no more may go on at once: wait for one, or cancel it: POST /v1/sweeps/{id}/cancel. Or 3,000 are stored: the oldest are forgotten within an hour.`;

export const startSweep = defineOperation({
  name: 'startSweep',
  tag: 'Sweeps',
  summary: 'Starts a sweep that checks or extends the execution roles of many accounts. Answers at once; the work goes on.',
  permission: ['write'],
  concerns: 'ACCOUNTS',
  kind: 'MUTATION',
  input: SweepInput,
  output: Sweep,
  run: async (deps, { select, idempotencyKey, ...input }, caller) => {
    expectGood(deps, { select, ...input });
    const { actor, groups, scope, requestId } = caller;
    const among = select.accountIds ? null : await listVisibleAccounts(deps, caller, canSeeAnything, select.labels);
    const draft = {
      id: `sweep_${deps.newId()}`,
      operation: input.operation,
      dryRun: input.dryRun ?? false,
      roleName: input.roleName ?? null,
      clusters: input.clusters ?? null,
      reason: input.reason ?? null,
      caller: { actor, groups, scope, requestId },
      createdAt: deps.now(),
    };
    const started = await deps.sweeps.start(draft, select, idempotencyKey ?? null, mostUnended, among);
    if (!started) throw new Fault('RATE_LIMITED', tooMany);
    return presentSweep(started);
  },
});

export const sweep = defineOperation({
  name: 'sweep',
  tag: 'Sweeps',
  summary: 'Gets one sweep and its progress.',
  permission: ['read'],
  concerns: 'SWEEP',
  kind: 'QUERY',
  input: GetSweepInput,
  output: Sweep,
  run: async (deps, { id }, caller) => shown(deps, caller, known(id, await deps.sweeps.get(id))),
});

export const cancelSweep = defineOperation({
  name: 'cancelSweep',
  tag: 'Sweeps',
  summary: 'Cancels a sweep. No further account is started, and finished accounts stay as they are.',
  permission: ['write'],
  concerns: 'SWEEP',
  kind: 'MUTATION',
  input: CancelSweepInput,
  output: Sweep,
  run: async (deps, { id }, caller) => shown(deps, caller, known(id, await deps.sweeps.cancel(id))),
});

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
    const { items, next } = await readVisiblePage<SweepRecord, { createdAt: string; id: string }>(
      { limit, from: decodeTimedCursor(cursor) },
      (after, limit) => deps.sweeps.list({ after, limit }),
      ({ createdAt, id }) => ({ createdAt: createdAt.toISOString(), id }),
      (found) => found.filter(({ caller: { actor } }) => canSeeOwned(deps, caller, 'sweep', actor)),
    );
    return { items: await createSweepView(deps, caller)(items), nextCursor: next && encodeTimedCursor(next) };
  },
});

/** The place of a result: in the order in which they came, so that a page of a running sweep misses none. */
export const resultCursor = ({ seq }: Pick<SweepResult, 'seq'>) => encodeCursor(String(seq));

/** The seq in a cursor; 0 where there is none. Fault: INVALID_INPUT. */
export const seqIn = (cursor: string | undefined) =>
  cursor === undefined ? 0 : Number(decodeCursor(cursor, (key) => /^\d{1,9}$/.test(key)));

export const sweepResults = defineOperation({
  name: 'sweepResults',
  tag: 'Sweeps',
  summary: 'Lists the results of a sweep for the accounts that the caller may see, in the order in which they arrived.',
  permission: ['read'],
  concerns: 'SWEEP',
  kind: 'QUERY',
  input: ListSweepResultsInput,
  output: page('SweepResultPage', SweepResult),
  run: async (deps, { id, limit = defaultLimit, cursor }, caller) => {
    known(id, await deps.sweeps.get(id));
    const { items, next } = await readVisiblePage<SweepResult, number>(
      { limit, from: seqIn(cursor) },
      (from, size) => deps.sweeps.results({ id, after: from ?? 0, limit: size }),
      ({ seq }) => seq,
      (results) => visibleResults(deps, caller, results),
    );
    return { items, nextCursor: next === null ? null : resultCursor({ seq: next }) };
  },
});

/** The results for accounts and roles that the caller may see; an account that is not registered any more has no labels to be judged by. */
export async function visibleResults(deps: Deps, caller: Caller, results: SweepResult[]): Promise<SweepResult[]> {
  const records = await readAccounts(deps, results);
  return results.filter(({ accountId, roleName }) =>
    roleName === null
      ? canSee(deps, caller, 'account', accountId, records.get(accountId) ?? null)
      : canSee(deps, caller, 'executionRole', accountId, records.get(accountId) ?? null, roleName),
  );
}
