import { Fault } from '../fault.ts';

/** Answers what a query answers. Fault: UNAVAILABLE when the database does not answer, or not in time. */
export async function reading<T>(query: PromiseLike<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    throw new Fault('UNAVAILABLE', 'The database did not answer. Try again in a moment.', {}, { cause: error });
  }
}
