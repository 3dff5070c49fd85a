import { isListedRegion, nearestRegion } from '../../domain/patterns/regions.ts';
import { Fault, type FieldError } from '../../fault.ts';
import type { SweepRecord } from '../../ports/sweeps.ts';
import type { SweepInput, SweepSelect } from '../../schema/sweep.ts';
import { unlistedRegion } from '../roles/report/clusters.ts';

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

/** The error of a Region that AWS does not list in any partition. */
export function validateRegion(
  region: string,
  pointer: string,
  extraRegions: readonly string[],
): FieldError[] {
  const where = { partition: null, extraRegions };
  return region === '*' || isListedRegion(region, where)
    ? []
    : [{ pointer, message: unlistedRegion(region, nearestRegion(region, where)) }];
}

/** The errors of the fields that READINESS alone has, or has not. `at` is the place of the sweep. */
export function validateReadiness(
  { operation, roleName, regions, clusters }: Partial<SweepInput>,
  extraRegions: readonly string[],
  at = '',
): FieldError[] {
  if (operation !== 'READINESS')
    return regions ? [{ pointer: `${at}/regions`, message: 'must be left out, except with READINESS' }] : [];
  const errors = (regions ?? []).flatMap((region, i) =>
    validateRegion(region, `${at}/regions/${i}`, extraRegions),
  );
  // A typing error would look like accounts without the cluster.
  for (const [i, { region }] of (clusters ?? []).entries())
    errors.push(...validateRegion(region, `${at}/clusters/${i}/region`, extraRegions));
  if (roleName !== undefined)
    errors.push({
      pointer: `${at}/roleName`,
      message: 'must be left out with READINESS, which asks clusters',
    });
  return errors;
}
