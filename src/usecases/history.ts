import { Fault } from '../fault.ts';
import { Change } from '../schema/change.ts';
import { GetChangeInput, ListChangesInput } from '../schema/inputs.ts';
import { page } from '../schema/page.ts';
import { operation } from './operation.ts';

export const changes = operation({
  name: 'changes',
  summary: 'The history of changes, newest first',
  kind: 'QUERY',
  input: ListChangesInput,
  output: page('ChangePage', Change),
  run: (deps, input) => deps.ledger.list(input),
});

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
