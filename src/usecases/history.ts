import { Fault } from '../fault.ts';
import { Change } from '../schema/change.ts';
import { GetChangeInput, ListChangesInput } from '../schema/inputs.ts';
import { historyPage as pageShape } from '../schema/page.ts';
import { historyPage, placeAt } from './history-page.ts';
import { invalidInput } from './input.ts';
import { operation } from './operation.ts';
import { defaultLimit } from './page.ts';

export const changes = operation({
  name: 'changes',
  summary: 'The history of changes, newest first',
  kind: 'QUERY',
  input: ListChangesInput,
  output: pageShape('ChangePage', Change),
  run: async (deps, { cursor, limit = defaultLimit, ...filter }) => {
    expectTimes(filter);
    const from = cursor === undefined ? null : placeAt(cursor);
    return historyPage(await deps.ledger.list(filter, { from, limit }), from);
  },
});

/** Fault: INVALID_INPUT. */
export function expectTimes(times: { since?: string; until?: string }): void {
  const errors = (['since', 'until'] as const)
    .filter((field) => times[field] !== undefined && !isStorable(times[field]))
    .map((field) => ({ pointer: `/${field}`, message: 'must be a time that a clock can show, in the years 1 to 9999' }));
  if (errors.length > 0) throw invalidInput(errors);
}

/** RFC 3339 also has leap seconds, and a year 0. */
function isStorable(time: string): boolean {
  const year = new Date(time).getUTCFullYear();
  return year >= 1 && year <= 9999;
}

export const change = operation({
  name: 'change',
  summary: 'One change',
  kind: 'QUERY',
  input: GetChangeInput,
  output: Change,
  run: async (deps, { id }) => {
    const found = await deps.ledger.get(id);
    if (!found) throw new Fault('CHANGE_NOT_FOUND', `The log has no change ${id}. GET /v1/changes lists them.`);
    return found;
  },
});
