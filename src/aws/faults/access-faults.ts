import { stsRegion } from '../partitions.ts';
import { type Call, onRole, quoteAws, roleOf, type Translation } from './call.ts';
import { denialRemedy } from './denial.ts';
import { explainClock, explainOwnCredentials } from './own-credentials.ts';
import { sanitizeMessage } from './sanitize-message.ts';

// Faults of credentials, sessions and permissions.

/**
 * AWS's message is the same for a missing role, a missing trust and a wrong external ID. It names a policy
 * that denies.
 */
export const mayNotAssume: Translation = (call, error) => {
  const { externalId } = call.account;
  const checks =
    externalId === null
      ? `that it requires no external ID (or ${call.through ? 'set ORGANIZATIONS_EXTERNAL_ID to' : 'register'} the one that it requires)`
      : `that ${call.through ? 'ORGANIZATIONS_EXTERNAL_ID' : 'the external ID registered for the account'} equals the one that it requires`;
  const remedy =
    denialRemedy(sanitizeMessage(error.message), true) ??
    `Check that the role exists, that its trust policy allows sts:AssumeRole to this service's principal, and ${checks}.`;
  const sent = `${externalId === null ? 'no' : 'an'} external ID was sent`;
  return [
    'ACCOUNT_UNREACHABLE',
    `The ${roleOf(call)} could not be assumed; ${sent}.${quoteAws(error)} ${remedy}`,
  ];
};
export const regionOf = ({ account }: Call) => stsRegion(account.partition, process.env.AWS_REGION);
export const notAssumed: Translation = (call, error) => [
  'ACCOUNT_UNREACHABLE',
  `The ${roleOf(call)} could not be assumed. ${explainOwnCredentials(error, regionOf(call)) ?? `AWS refused sts:AssumeRole (${error.code}).`}`,
];
export const sessionRefused: Translation = (call, { code }) => [
  'ACCOUNT_UNREACHABLE',
  `AWS does not accept the session of the ${roleOf(call)} (${code}), not even a new one. Check that the role still exists.`,
];
export const signatureRefused: Translation = (call, error) => [
  'AWS_FAILED',
  explainClock(error) ??
    `AWS refused the signature of ${call.action} ${onRole(call)} (${error.code}). The operator of this service has to look for a proxy that changes requests.`,
];

export const denied: Translation = (call, error) => {
  const remedy =
    denialRemedy(sanitizeMessage(error.message), false) ??
    "Allow it in the role's policies, and look for a permissions boundary or a service control policy that denies it.";
  return [
    'AWS_FAILED',
    `AWS denies ${call.action} ${onRole(call)} to the ${roleOf(call)}.${quoteAws(error)} ${remedy}`,
  ];
};
export const organizationDenied: Translation = (call, error) => {
  const [code, message] = denied(call, error);
  return [
    code,
    `${message} Organizations lists accounts to the management account and to delegated administrators alone.`,
  ];
};
