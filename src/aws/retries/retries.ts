import { isThrottlingError, StandardRetryStrategy } from '@smithy/core/retry';
import { wireCode } from '../faults/wire-error.ts';
import type { Pace } from './pace.ts';

type Refresh = StandardRetryStrategy['refreshRetryTokenForRetry'];
type ErrorInfo = Parameters<Refresh>[1];

/** Three attempts, of which the waits between cost 3 s at most: a call that is throttled for good fails soon. */
const maxAttempts = 3;

/**
 * The SDK takes IAM's LimitExceeded, a quota that is full, for throttling and sends the call three times; it is
 * no use to send it twice.
 */
const isThrottled = ({ error }: ErrorInfo): boolean =>
  error !== undefined && isThrottlingError(error) && wireCode(error) !== 'LimitExceeded';

/** Every attempt keeps the pace: it begins with a token, and ends with a success or with the question for another token. */
const retryWhere = (pace: Pace, mayRetry: (info: ErrorInfo) => boolean, attempts = maxAttempts) => {
  const standard = new StandardRetryStrategy(attempts);
  const sentAt = new WeakMap<object, number>();
  const admitted = async <T extends object>(token: T, again: boolean): Promise<T> => {
    sentAt.set(token, await pace.admit(again));
    return token;
  };
  return {
    acquireInitialRetryToken: async (scope: string) => admitted(await standard.acquireInitialRetryToken(scope), false),
    refreshRetryTokenForRetry: async (...[token, info]: Parameters<Refresh>) => {
      if (isThrottled(info)) pace.refused(sentAt.get(token) ?? 0);
      else pace.taken();
      if (!mayRetry(info)) throw new Error('not to be retried');
      return admitted(await standard.refreshRetryTokenForRetry(token, info), true);
    },
    recordSuccess: (token: Parameters<StandardRetryStrategy['recordSuccess']>[0]) => {
      pace.taken();
      standard.recordSuccess(token);
    },
  };
};

/** Throttled calls and passing faults are sent again. */
export const readRetries = (pace: Pace, attempts?: number) =>
  retryWhere(pace, (info) => isThrottled(info) || info.errorType === 'TRANSIENT', attempts);

/** A throttled write had no effect. After a timeout, a reset or a 5xx nobody knows, so the write is not sent again. */
export const writeRetries = (pace: Pace) => retryWhere(pace, isThrottled);

export type Retries = ReturnType<typeof readRetries>;
