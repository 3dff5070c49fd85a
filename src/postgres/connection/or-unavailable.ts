import { Fault } from '../../fault.ts';

type UnavailableCode = 'UNAVAILABLE' | 'AUDIT_UNAVAILABLE';

/**
 * Answers what a query answers. Fault: UNAVAILABLE when the database does not answer, or not in time; of what a write rests
 * on it is AUDIT_UNAVAILABLE, as then nothing can be logged either.
 */
export async function orUnavailable<T>(query: PromiseLike<T>, code: UnavailableCode = 'UNAVAILABLE'): Promise<T> {
  try {
    return await query;
  } catch (error) {
    throw unavailable(error, code);
  }
}

export const unavailable = (cause: unknown, code: UnavailableCode = 'UNAVAILABLE') =>
  new Fault(code, 'The database did not answer. Try again in a moment.', {}, { cause });

/** Does the database refuse the data themselves, as wrong, as against its rules or as too much? Any other error is its own, and may pass. */
export const refusesData = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(?:2[23]|54)/.test(String(error.code));
