import { roleArn } from '../model.ts';
import { visibleRoles } from '../state.ts';
import { isTrusted } from '../trust-evaluation.ts';
import { EksError } from './error.ts';
import type { Call } from './operation.ts';

const service = 'eks-fargate-pods.amazonaws.com';

/** May EKS assume the role for this profile? By IAM's own rules. */
const isUsable = (call: Call, arn: string, profileArn: string): boolean => {
  const { state, account } = call;
  const role = [...visibleRoles(state, account).values()].find((one) => roleArn(account, one) === arn);
  if (!role) return false;
  const keys = new Map([
    ['aws:sourcearn', profileArn],
    ['aws:sourceaccount', account.accountId],
    ['aws:resourceaccount', account.accountId],
    ['aws:principalisawsservice', 'true'],
    ['aws:principalservicename', service],
    ['aws:securetransport', 'true'],
    ['aws:viaawsservice', 'false'],
    ['aws:currenttime', new Date(state.currentTime()).toISOString()],
  ]);
  return isTrusted(role.trustText, { action: 'sts:AssumeRole', principal: { service }, keys });
};

/**
 * Throws EKS's one message for all mistakes in a pod execution role: there is no such role, it does not trust
 * the service, or not for this profile. It is not known that EKS looks at the policies.
 */
export const requirePodExecutionRole = (
  call: Call,
  arn: string,
  profile: { clusterName: string; fargateProfileName: string; arn: string },
): void => {
  const { arn: profileArn, ...about } = profile;
  if (isUsable(call, arn, profileArn)) return;
  throw new EksError(
    'InvalidParameterException',
    `Misconfigured PodExecutionRole Trust Policy; Please add the ${service} Service Principal`,
    about,
  );
};
