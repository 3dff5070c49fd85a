import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { isThrottlingError } from '@smithy/core/retry';
import type { RoleAddress } from '../../domain/role/role-arn.ts';
import { Fault } from '../../fault.ts';
import { explainOwnCredentials } from '../faults/own-credentials.ts';
import { readWireError } from '../faults/wire-error.ts';

/** An error of the SDK. */
type SdkError = Parameters<typeof isThrottlingError>[0];

/** `arn:PARTITION:sts::ACCOUNT:assumed-role/NAME/SESSION`. It does not contain the role's path. */
const assumed = /^arn:[a-z-]+:sts::(\d{12}):assumed-role\/([^/]+)\/[^/]+$/;
const noRole = /^arn:[a-z-]+:(?:iam|sts)::\d{12}:(?:root$|user\/|federated-user\/)/;

/**
 * Answers the role that this process runs as; null for a user or the root of an account. It needs no
 * permission. Faults: AWS_THROTTLED, AWS_FAILED, both retryable.
 */
export const askOwnRole = async (sts: STSClient, region: string): Promise<RoleAddress | null> => {
  const failed = (cause: Error) =>
    new Fault(
      isThrottlingError(cause as SdkError) ? 'AWS_THROTTLED' : 'AWS_FAILED',
      `AWS did not say which role this service runs as (sts:GetCallerIdentity), and without that its own role cannot be told from others. ${explainOwnCredentials(readWireError(cause), region) ?? 'Try again in a moment.'}`,
      {},
      { cause, retryable: true },
    );
  const { Arn = '' } = await sts.send(new GetCallerIdentityCommand({})).catch((error: Error) => {
    throw failed(error);
  });
  const [, accountId, roleName] = assumed.exec(Arn) ?? [];
  if (accountId && roleName) return { accountId, roleName };
  // An unknown kind of ARN could be a role, so nothing may be written.
  if (!noRole.test(Arn)) throw failed(new Error(`sts:GetCallerIdentity answered ${Arn}`));
  return null;
};
