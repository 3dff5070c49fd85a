import { Fault, faults } from './fault.ts';
import type { Problem } from './schema/problem.ts';

/**
 * Writes an error as a problem (RFC 9457). Of an error that is no Fault nothing is shown: it becomes
 * INTERNAL.
 */
export function problemOf(error: unknown, instance: string, requestId: string): Problem {
  const fault = toFault(error);
  const { status, title } = faults[fault.code];
  const { errors = [], ...members } = fault.details;
  const standard = {
    type: `urn:rolewright:problem:${fault.code}`,
    title,
    status,
    detail: fault.message,
    instance,
    code: fault.code,
    errors,
    requestId,
    retryable: fault.retryable,
  };
  // The first spread sets the order of the RFC. The second keeps a fault from replacing a standard member.
  return { ...standard, ...members, ...standard };
}

export const toFault = (error: unknown): Fault =>
  error instanceof Fault
    ? error
    : new Fault(
        'INTERNAL',
        'Internal error. Give the request ID to the operator of the service, whose log has the cause.',
      );
