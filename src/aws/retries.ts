import { isThrottlingError, StandardRetryStrategy } from '@smithy/core/retry';
import { wireCode } from './wire-error.ts';

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

const retryWhere = (mayRetry: (info: ErrorInfo) => boolean) => {
  const standard = new StandardRetryStrategy(maxAttempts);
  return {
    acquireInitialRetryToken: (scope: string) => standard.acquireInitialRetryToken(scope),
    refreshRetryTokenForRetry: async (...[token, info]: Parameters<Refresh>) => {
      if (!mayRetry(info)) throw new Error('not to be retried');
      return standard.refreshRetryTokenForRetry(token, info);
    },
    recordSuccess: (token: Parameters<StandardRetryStrategy['recordSuccess']>[0]) => standard.recordSuccess(token),
  };
};

/** Throttled calls and passing faults are sent again. */
export const readRetries = () => retryWhere((info) => isThrottled(info) || info.errorType === 'TRANSIENT');

/** A throttled write had no effect. After a timeout, a reset or a 5xx nobody knows, so the write is not sent again. */
export const writeRetries = () => retryWhere(isThrottled);

export type Retries = ReturnType<typeof readRetries>;
