import { Fault } from '../fault.ts';

/**
 * Answers what a query answers. Fault: UNAVAILABLE when the database does not answer, or not in time; of what a write rests
 * on it is AUDIT_UNAVAILABLE, as then nothing can be logged either.
 */
export async function reading<T>(query: PromiseLike<T>, code: 'UNAVAILABLE' | 'AUDIT_UNAVAILABLE' = 'UNAVAILABLE'): Promise<T> {
  try {
    return await query;
  } catch (error) {
    throw new Fault(code, 'The database did not answer. Try again in a moment.', {}, { cause: error });
  }
}
