import type { Hidden } from '../../domain/readiness/world.ts';
import { Fault } from '../../fault.ts';
import type { Call } from './call.ts';
import { readWireError } from './wire-error.ts';

/**
 * The reason why AWS does not show what a read asked for, where that is no failure of the request: the member
 * role may not call the action, or the account does not use the Region. Null for every other error.
 */
export function hiddenBy({ action, region, account }: Call, error: unknown): Hidden | null {
  if (!(error instanceof Fault)) return null;
  const { code, network } = readWireError(error.cause);
  // Every Region with EKS has a host name of its own. IAM and STS are asked before, under others.
  if (region !== undefined && network === 'ENOTFOUND')
    return {
      action,
      reason: 'REGION_DISABLED',
      message: `The host name of EKS in Region ${region} was not found. AWS most likely has no EKS there.`,
    };
  switch (code ?? '') {
    case 'AccessDenied':
    case 'AccessDeniedException':
      // Where the member role may not be assumed at all, the fault is ACCOUNT_UNREACHABLE.
      return error.code === 'AWS_FAILED' ? { action, reason: 'DENIED', message: error.message } : null;
    // AWS answers this for good credentials in a Region that is not enabled. See `calls.ts`: an expired
    // session is renewed before.
    case 'UnrecognizedClientException':
    case 'InvalidClientTokenId':
    case 'OptInRequired':
      return region === undefined
        ? null
        : {
            action,
            reason: 'REGION_DISABLED',
            message: `AWS does not accept the session of account ${account.accountId} in Region ${region}. The Region is most likely not enabled in that account.`,
          };
    default:
      return null;
  }
}
