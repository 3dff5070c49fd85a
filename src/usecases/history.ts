import { Fault } from '../fault.ts';
import { Change } from '../schema/change.ts';
import { GetChangeInput, ListChangesInput } from '../schema/inputs.ts';
import { page } from '../schema/page.ts';
import { invalidInput } from './input.ts';
import { operation } from './operation.ts';
import { decodeCursor } from './page.ts';

export const changes = operation({
  name: 'changes',
  summary: 'The history of changes, newest first',
  kind: 'QUERY',
  input: ListChangesInput,
  output: page('ChangePage', Change),
  run: async (deps, input) => {
    const errors = (['since', 'until'] as const)
      .filter((field) => input[field] !== undefined && !isStorable(input[field]))
      .map((field) => ({ pointer: `/${field}`, message: 'must be a time that a clock can show, in the years 1 to 9999' }));
    if (errors.length > 0) throw invalidInput(errors);
    if (input.cursor !== undefined) decodeCursor(input.cursor, (id) => /^[\w.-]+$/.test(id));
    return deps.ledger.list(input);
  },
});

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
