import { isThrottlingError } from '@smithy/core/retry';
import type { AwsResult } from '../../ports/observer.ts';
import { readWireError, wireCode } from '../faults/wire-error.ts';

/**
 * The SDK takes IAM's LimitExceeded for throttling and would send the call three times. It means a full
 * quota, so retrying does not help.
 */
export const isThrottling = (error: Parameters<typeof isThrottlingError>[0]): boolean =>
  isThrottlingError(error) && wireCode(error) !== 'LimitExceeded';

/** Classifies the error of one attempt of a call. */
export function resultOf(error: unknown): AwsResult {
  if (isThrottling(error as Parameters<typeof isThrottling>[0])) return 'THROTTLED';
  const { status } = readWireError(error);
  if (status === null) return 'UNANSWERED';
  return status >= 400 && status < 500 ? 'REFUSED' : 'FAILED';
}
