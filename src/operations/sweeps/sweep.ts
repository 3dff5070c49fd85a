import { Fault, type FieldError } from '../../fault.ts';
import type { SweepRecord } from '../../ports/sweeps.ts';
import type { SweepSelect } from '../../schema/sweep.ts';

/** Fault: SWEEP_NOT_FOUND. */
export function requireSweep(id: string, record: SweepRecord | null): SweepRecord {
  if (!record) throw new Fault('SWEEP_NOT_FOUND', `There is no sweep ${id}. GET /v1/sweeps lists them.`);
  return record;
}

/**
 * The errors of a selection of accounts that its shape does not catch. `pointer` is the place of the
 * selection.
 */
export function validateSelect(select: SweepSelect, pointer = '/select'): FieldError[] {
  const errors: FieldError[] = [];
  if (Object.keys(select).length !== 1)
    errors.push({ pointer, message: 'must have exactly one of accountIds, labels and all' });
  // Not in the shape, because generated clients cannot express a boolean with one value.
  if (select.all === false)
    errors.push({ pointer: `${pointer}/all`, message: 'must be true, for every account, or left out' });
  return errors;
}
