import { Fault } from '../../fault.ts';

type UnavailableCode = 'UNAVAILABLE' | 'AUDIT_UNAVAILABLE';

/**
 * Awaits a query. Fault: UNAVAILABLE when the database does not answer in time; AUDIT_UNAVAILABLE for queries
 * that a write depends on, because then nothing can be logged either.
 */
export async function orUnavailable<T>(
  query: PromiseLike<T>,
  code: UnavailableCode = 'UNAVAILABLE',
): Promise<T> {
  try {
    return await query;
  } catch (error) {
    throw unavailable(error, code);
  }
}

export const unavailable = (cause: unknown, code: UnavailableCode = 'UNAVAILABLE') =>
  new Fault(code, 'The database did not answer. Try again in a moment.', {}, { cause });

/**
 * Answers whether the database refuses the data as invalid, against a constraint or too large. Any other
 * error may pass.
 */
export const refusesData = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(?:2[23]|54)/.test(String(error.code));
