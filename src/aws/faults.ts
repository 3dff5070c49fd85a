import { Fault, type FaultCode, type FaultDetails, faults } from '../fault.ts';
import type { Account } from '../schema/account.ts';
import { readWireError, type WireError } from './wire-error.ts';

/** The call that failed: what it was to do, and to what. */
export interface Call {
  action: string;
  account: Account;
  /** A write may have taken effect although it failed; a read leaves nothing behind. */
  write: boolean;
  roleName?: string;
  policyArn?: string | null;
  /** Which role it goes through; the account's member role where it is left out. */
  through?: 'ORGANIZATIONS_ROLE_ARN';
}

type Translation = (call: Call, error: WireError) => [code: FaultCode, message: string, details?: FaultDetails];

const onRole = ({ roleName, account }: Call) => (roleName === undefined ? `in account ${account.accountId}` : `on role ${roleName}`);
/** AWS's own words, where they are about what the caller sent. */
const quote = ({ message }: WireError) => (message.length > 300 ? `${message.slice(0, 300)}…` : message);

const throttled: Translation = (call) => [
  'AWS_THROTTLED',
  call.action === 'sts:AssumeRole'
    ? 'AWS is throttling sts:AssumeRole for this service. Try again in a few seconds.'
    : `AWS is throttling ${call.action} in account ${call.account.accountId}. Try again in a few seconds.`,
];

/** The role that the call went through. */
const roleOf = ({ through, account }: Call) =>
  through ? `role ${account.memberRoleArn} (${through})` : `member role ${account.memberRoleArn}`;

/** AWS says the same whether the role is missing, does not trust us, or wants another external ID. */
const mayNotAssume: Translation = (call) => [
  'ACCOUNT_UNREACHABLE',
  call.account.externalId === null
    ? `The ${roleOf(call)} could not be assumed; no external ID was sent. Check that the role exists, that its trust policy allows sts:AssumeRole to this service's principal, and that it asks for no external ID (or ${call.through ? 'set ORGANIZATIONS_EXTERNAL_ID to' : 'register'} the one that it asks for).`
    : `The ${roleOf(call)} could not be assumed; an external ID was sent. Check that the role exists, that its trust policy allows sts:AssumeRole to this service's principal, and that ${call.through ? 'ORGANIZATIONS_EXTERNAL_ID' : 'the external ID registered for the account'} equals the one that it asks for.`,
];
const ownCredentialsRefused: Translation = (call, { code }) => [
  'ACCOUNT_UNREACHABLE',
  `AWS does not accept this service's own credentials (${code}), so the ${roleOf(call)} could not be assumed. The operator of this service has to renew them; they are also refused in any partition but their own.`,
];
const noOwnCredentials: Translation = (call) => [
  'ACCOUNT_UNREACHABLE',
  `This service has no AWS credentials of its own, so the ${roleOf(call)} could not be assumed. The operator of this service has to give it some, by AWS_ACCESS_KEY_ID and its kin or by a role.`,
];
const sessionRefused: Translation = (call, { code }) => [
  'ACCOUNT_UNREACHABLE',
  `AWS does not accept the session of the ${roleOf(call)} (${code}), not even a new one. Check that the role still exists.`,
];

const denied: Translation = (call) => [
  'AWS_FAILED',
  `AWS denies ${call.action} ${onRole(call)} to the ${roleOf(call)}. Allow it in the role's policies, and look for a permissions boundary or a service control policy that denies it.`,
];
const organizationDenied: Translation = (call, error) => {
  const [code, message] = denied(call, error);
  return [code, `${message} Organizations lists accounts to the management account and to delegated administrators alone.`];
};
const refusedInput: Translation = (call, error) => ['AWS_FAILED', `AWS refused ${call.action} ${onRole(call)}: ${quote(error)}`];
const roleGone: Translation = ({ roleName, account }) => [
  'ROLE_NOT_FOUND',
  `There is no role ${roleName} in account ${account.accountId}.`,
];
const policyMissing: Translation = ({ action, policyArn, roleName, account }) => [
  'AWS_FAILED',
  action === 'iam:CreateRole'
    ? `The role ${roleName} was not created: account ${account.accountId} has no policy ${policyArn} for its permissions boundary.`
    : `AWS does not find the policy ${policyArn}, or else the role ${roleName}, in account ${account.accountId}. Check the policy's ARN; its partition must be ${account.partition}.`,
];

/** How AWS names the quotas that a role can hit, and what they count. The number that it quotes is the account's own. */
const quotas: Record<string, (limit: string) => string> = {
  ACLSizePerRole: (limit) => `${limit} characters (white space not counted) for a trust policy`,
  PoliciesPerRole: (limit) => `${limit} attached policies for a role`,
  RolesPerAccount: (limit) => `${limit} roles`,
};
const quotaFull: Translation = (call, { message }) => {
  const [, name = '', limit = ''] = /quota for (\w+): (\d+)/.exec(message) ?? [];
  const of = quotas[name]?.(limit) ?? (limit && `${limit} (${name})`);
  const remedy = 'Ask for less, or have AWS raise it (Service Quotas).';
  return of
    ? ['QUOTA_EXCEEDED', `${call.action} ${onRole(call)} would exceed the account's quota of ${of}. ${remedy}`, { quota: Number(limit) }]
    : ['QUOTA_EXCEEDED', `${call.action} ${onRole(call)} would exceed a quota of account ${call.account.accountId}. ${remedy}`];
};

/**
 * What AWS's codes mean to our callers: first by "action code", then by code alone. NoSuchEntity of a read is not
 * here: absence is a value.
 */
const translations: Record<string, Translation> = {
  'sts:AssumeRole AccessDenied': mayNotAssume,
  'sts:AssumeRole ValidationError': (call, error) => ['ACCOUNT_UNREACHABLE', `AWS refused to assume the ${roleOf(call)}: ${quote(error)}`],
  'sts:AssumeRole RegionDisabledException': ({ account }) => [
    'ACCOUNT_UNREACHABLE',
    `STS is switched off in this service's Region for account ${account.accountId}. Switch it on in the account settings of its IAM, or run this service in another Region.`,
  ],
  'sts:AssumeRole ExpiredToken': ownCredentialsRefused,
  'sts:AssumeRole ExpiredTokenException': ownCredentialsRefused,
  'sts:AssumeRole InvalidClientTokenId': ownCredentialsRefused,
  'sts:AssumeRole SignatureDoesNotMatch': ownCredentialsRefused,
  CredentialsProviderError: noOwnCredentials,

  'organizations:ListAccounts AccessDeniedException': organizationDenied,
  AccessDeniedException: denied,
  AWSOrganizationsNotInUseException: ({ account }) => [
    'AWS_FAILED',
    `Account ${account.accountId} is in no organization. ORGANIZATIONS_ROLE_ARN has to name a role in the management account, or in that of a delegated administrator.`,
  ],
  UnrecognizedClientException: sessionRefused,

  ExpiredToken: sessionRefused,
  ExpiredTokenException: sessionRefused,
  InvalidClientTokenId: sessionRefused,
  AccessDenied: denied,
  Throttling: throttled,
  ThrottlingException: throttled,
  RequestLimitExceeded: throttled,
  TooManyRequestsException: throttled,

  'iam:CreateRole NoSuchEntity': policyMissing,
  'iam:AttachRolePolicy NoSuchEntity': policyMissing,
  'iam:PutRolePermissionsBoundary NoSuchEntity': policyMissing,
  NoSuchEntity: roleGone,
  EntityAlreadyExists: ({ roleName, account }) => [
    'ROLE_EXISTS',
    `Account ${account.accountId} has a role ${roleName} already (IAM's names ignore case).`,
  ],
  LimitExceeded: quotaFull,
  UnmodifiableEntity: ({ roleName }) => [
    'UNMODIFIABLE_ROLE',
    `The role ${roleName} belongs to AWS (a service-linked role, or one of IAM Identity Center): AWS alone may change it. Use another role.`,
  ],
  ConcurrentModification: ({ roleName }) => ['ROLE_BUSY', `Someone else is changing the role ${roleName}. Try again in a few minutes.`],
  EntityTemporarilyUnmodifiable: ({ roleName }) => [
    'ROLE_BUSY',
    `AWS has not settled an earlier change of the role ${roleName} yet. Try again in a few minutes.`,
  ],
  MalformedPolicyDocument: refusedInput,
  InvalidInput: refusedInput,
  ValidationError: refusedInput,
  PolicyNotAttachable: refusedInput,
};

const unanswered: Translation = (call, { status }) => [
  'AWS_FAILED',
  status === null
    ? `AWS did not answer ${call.action} ${onRole(call)} in time, or could not be reached.`
    : `AWS failed at ${call.action} ${onRole(call)} (status ${status}).`,
];
const unforeseen: Translation = (call, { code }) => ['AWS_FAILED', `AWS refused ${call.action} ${onRole(call)} (${code}).`];

/** HTTP's own "too slow, send it again": it says nothing of what was asked. */
const tooSlow = 408;
const isRefused = ({ status }: WireError) => status !== null && status >= 400 && status < 500 && status !== tooSlow;

const translationFor = (call: Call, error: WireError): Translation => {
  if (error.status === 429) return throttled;
  if (error.code === null || (error.status !== null && (error.status >= 500 || error.status === tooSlow))) return unanswered;
  return translations[`${call.action} ${error.code}`] ?? translations[error.code] ?? unforeseen;
};

/** No connection came about, so nothing was sent. */
const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/**
 * What an error of the SDK means to our callers. Of a write that AWS neither did nor refused the fault is `uncertain`.
 * What AWS refused for what it is (AWS_FAILED with a 4xx) it refuses again, so that is not `retryable`.
 * AWS's request ID is in the details, the SDK's error in `cause`.
 */
export const toFault = (call: Call, cause: unknown): Fault => {
  const error = readWireError(cause);
  const translate = translationFor(call, error);
  const [code, message, details] = translate(call, error);
  const uncertain = call.write && translate === unanswered && !neverSent.has(error.network ?? '');
  const retryable = faults[code].retryable && !(code === 'AWS_FAILED' && isRefused(error));
  const awsRequestId = error.requestId === null ? {} : { awsRequestId: error.requestId };
  const doubt = uncertain ? ' Whether it took effect is not known.' : '';
  return new Fault(code, message + doubt, { ...details, ...awsRequestId }, { cause, uncertain, retryable });
};
