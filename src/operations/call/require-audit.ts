import { Fault } from '../../fault.ts';

/**
 * Reads what a write needs before it can be logged. Fault: AUDIT_UNAVAILABLE in place of UNAVAILABLE, because
 * without the database the change could not be logged either.
 */
export async function requireAudit<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'UNAVAILABLE')) throw error;
    throw new Fault('AUDIT_UNAVAILABLE', error.message, {}, { cause: error.cause });
  }
}
