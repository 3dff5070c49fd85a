import { setTimeout as pause } from 'node:timers/promises';
import { AwsError, statusOf } from './aws-error.ts';
import type { FailRule, Subject } from './faults.ts';
import type { State } from './state.ts';

interface Passage {
  /** The account of the credentials: AWS throttles that account. */
  callerAccountId: string;
  requestId: string;
  /** The service's code for throttling. */
  throttling: 'Throttling' | 'TooManyRequestsException' | 'ThrottlingException';
  /** The HTTP status of a code, where the service has its own. */
  statusOf?: (code: string) => number;
}

/**
 * Counts a call, applies the rules for faults, and runs it. Answers the result, or how the connection fails.
 */
export async function through<T>(
  state: State,
  subject: Subject,
  { callerAccountId, requestId, throttling, statusOf: status = statusOf }: Passage,
  run: () => T,
): Promise<{ result: T } | 'hang' | 'reset'> {
  count(state, subject);
  const latency = state.faults.latency(subject);
  if (latency > 0) await pause(latency);
  if (!state.faults.admit(callerAccountId, subject))
    throw new AwsError(throttling, 'Rate exceeded', status(throttling));
  if ((await state.listener?.({ ...subject, requestId, when: 'before' })) === 'reset') return 'reset';
  const before = state.faults.strike(subject, 'before');
  if (before?.kind === 'hang' || before?.kind === 'reset') return before.kind;
  if (before) throw failure(before, status);

  const result = run();

  if ((await state.listener?.({ ...subject, requestId, when: 'after' })) === 'reset') return 'reset';
  const after = state.faults.strike(subject, 'after');
  if (after?.kind === 'hang' || after?.kind === 'reset') return after.kind;
  if (after) throw failure(after, status);
  return { result };
}

const count = ({ calls }: State, { accountId, action }: Subject): void => {
  const counts = calls.get(accountId) ?? {};
  counts[action] = (counts[action] ?? 0) + 1;
  calls.set(accountId, counts);
};

const failure = ({ code = 'ServiceFailure', status, message }: FailRule, usual: (code: string) => number) =>
  new AwsError(code, message ?? 'The sandbox fails this call on request.', status ?? usual(code));
