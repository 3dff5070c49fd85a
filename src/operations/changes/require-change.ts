import { Fault } from '../../fault.ts';
import type { Change } from '../../schema/change.ts';
import type { Deps } from '../call/deps.ts';

export const changeNotFound = (id: string) =>
  new Fault('CHANGE_NOT_FOUND', `The log has no change ${id}. GET /v1/changes lists them.`);

/** Fault: CHANGE_NOT_FOUND. */
export async function requireChange({ ledger }: Pick<Deps, 'ledger'>, id: string): Promise<Change> {
  const change = await ledger.get(id);
  if (!change) throw changeNotFound(id);
  return change;
}
