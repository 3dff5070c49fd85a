import { StandardRetryStrategy } from '@smithy/core/retry';
import type { Pace } from './pace.ts';
import { isThrottling } from './result.ts';

type Refresh = StandardRetryStrategy['refreshRetryTokenForRetry'];
type ErrorInfo = Parameters<Refresh>[1];

/**
 * Three attempts with at most 3 s of waiting between them, so that a call that is always throttled fails
 * soon.
 */
const maxAttempts = 3;

const isThrottled = ({ error }: ErrorInfo): boolean => error !== undefined && isThrottling(error);

/**
 * Every attempt keeps the pace. It begins when the SDK takes a token, and ends with a success or a request
 * for another token.
 */
const retryWhere = (pace: Pace, mayRetry: (info: ErrorInfo) => boolean, attempts = maxAttempts) => {
  const standard = new StandardRetryStrategy(attempts);
  const sentAt = new WeakMap<object, number>();
  const admitted = async <T extends object>(token: T, again: boolean): Promise<T> => {
    sentAt.set(token, await pace.admit(again));
    return token;
  };
  return {
    acquireInitialRetryToken: async (scope: string) =>
      admitted(await standard.acquireInitialRetryToken(scope), false),
    refreshRetryTokenForRetry: async (...[token, info]: Parameters<Refresh>) => {
      if (isThrottled(info)) pace.refused(sentAt.get(token) ?? 0);
      else pace.taken();
      if (!mayRetry(info)) throw new Error('this call is not retried');
      return admitted(await standard.refreshRetryTokenForRetry(token, info), true);
    },
    recordSuccess: (token: Parameters<StandardRetryStrategy['recordSuccess']>[0]) => {
      pace.taken();
      standard.recordSuccess(token);
    },
  };
};

/** Retries throttled calls and transient failures. */
export const readRetries = (pace: Pace, attempts?: number) =>
  retryWhere(pace, (info) => isThrottled(info) || info.errorType === 'TRANSIENT', attempts);

/**
 * Retries throttled writes only: they had no effect. After a time-out, a reset or a 5xx nobody knows whether
 * a write had.
 */
export const writeRetries = (pace: Pace) => retryWhere(pace, isThrottled);

export type Retries = ReturnType<typeof readRetries>;
