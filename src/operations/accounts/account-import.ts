import { Fault } from '../../fault.ts';

/**
 * Only the holder of this lock imports, of all replicas. An import that is RUNNING while nobody holds it was
 * interrupted.
 */
export const lockName = 'account import';

export const interrupted = (reason: string) => ({
  code: 'INTERRUPTED',
  detail: `${reason} The accounts imported so far stay. Import again for the others.`,
});

/** The end of an import whose process has ended. */
export const processEnded = interrupted('The process that ran this import ended before the import did.');

export const importNotFound = (id: string) =>
  new Fault(
    'IMPORT_NOT_FOUND',
    `There is no import ${id}. Imports are kept for 30 days. Start one: POST /v1/accounts/import.`,
  );
