import { Fault, faults } from '../../fault.ts';
import {
  denied,
  mayNotAssume,
  notAssumed,
  organizationDenied,
  regionOf,
  sessionRefused,
  signatureRefused,
} from './access-faults.ts';
import { type Call, onRole, quoteAws, roleOf, type Translation } from './call.ts';
import {
  boundaryMissing,
  detachedElsewhere,
  namesPolicy,
  policyMissing,
  quotaFull,
  roleGone,
} from './role-faults.ts';
import { sanitizeMessage } from './sanitize-message.ts';
import { readWireError, type WireError } from './wire-error.ts';

const throttled: Translation = (call) => [
  'AWS_THROTTLED',
  call.action === 'sts:AssumeRole'
    ? 'AWS is throttling sts:AssumeRole for this service. Try again in a few seconds.'
    : `AWS is throttling ${call.action} ${onRole({ ...call, roleName: undefined })}. Try again in a few seconds.`,
];

const refusedInput: Translation = (call, error) => [
  'AWS_FAILED',
  `AWS refused ${call.action} ${onRole(call)}: ${sanitizeMessage(error.message)}`,
];

/**
 * The fault for each error code of AWS: looked up by "action code" first, then by code. NoSuchEntity of a read
 * is not here, because it is not a fault.
 */
const translations: Record<string, Translation> = {
  'sts:AssumeRole AccessDenied': mayNotAssume,
  'sts:AssumeRole ValidationError': (call, error) => [
    'ACCOUNT_UNREACHABLE',
    `AWS refused to assume the ${roleOf(call)}: ${sanitizeMessage(error.message)}`,
  ],
  'sts:AssumeRole RegionDisabledException': (call) => [
    'ACCOUNT_UNREACHABLE',
    `STS is switched off in Region ${regionOf(call)} for account ${call.account.accountId}. Switch it on in the account settings of its IAM, or run this service in another Region (AWS_REGION).`,
  ],
  'sts:AssumeRole PackedPolicyTooLarge': (call) => [
    'AWS_FAILED',
    `The ${roleOf(call)} could not be assumed: the policy and tags of the session take more room than AWS gives them. Ask for fewer policies in one request, or switch STS_SOURCE_IDENTITY off.`,
  ],
  'sts:AssumeRole ExpiredToken': notAssumed,
  'sts:AssumeRole ExpiredTokenException': notAssumed,
  'sts:AssumeRole InvalidClientTokenId': notAssumed,
  'sts:AssumeRole UnrecognizedClientException': notAssumed,
  'sts:AssumeRole SignatureDoesNotMatch': notAssumed,
  'sts:AssumeRole RequestExpired': notAssumed,
  'sts:AssumeRole OptInRequired': notAssumed,
  CredentialsProviderError: notAssumed,

  'organizations:ListAccounts AccessDeniedException': organizationDenied,
  AccessDeniedException: denied,
  AWSOrganizationsNotInUseException: ({ account }) => [
    'AWS_FAILED',
    `Account ${account.accountId} is not in an organization. ORGANIZATIONS_ROLE_ARN must name a role in the management account, or in the account of a delegated administrator.`,
  ],
  UnrecognizedClientException: sessionRefused,
  SignatureDoesNotMatch: signatureRefused,
  RequestExpired: signatureRefused,

  ExpiredToken: sessionRefused,
  ExpiredTokenException: sessionRefused,
  InvalidClientTokenId: sessionRefused,
  AccessDenied: denied,
  Throttling: throttled,
  ThrottlingException: throttled,
  RequestLimitExceeded: throttled,
  TooManyRequestsException: throttled,

  'iam:CreateRole NoSuchEntity': boundaryMissing,
  'iam:AttachRolePolicy NoSuchEntity': policyMissing,
  'iam:PutRolePermissionsBoundary NoSuchEntity': policyMissing,
  'iam:DetachRolePolicy NoSuchEntity': detachedElsewhere,
  NoSuchEntity: roleGone,
  EntityAlreadyExists: ({ roleName, account }) => [
    'ROLE_EXISTS',
    `Account ${account.accountId} already has a role ${roleName} (IAM's names ignore case).`,
  ],
  LimitExceeded: quotaFull,
  UnmodifiableEntity: ({ roleName }) => [
    'UNMODIFIABLE_ROLE',
    `The role ${roleName} belongs to AWS (a service-linked role, or one of IAM Identity Center): AWS alone may change it. Use another role.`,
  ],
  ConcurrentModification: ({ roleName }) => [
    'ROLE_BUSY',
    `Someone else is changing the role ${roleName}. Try again in a few minutes.`,
  ],
  EntityTemporarilyUnmodifiable: ({ roleName }) => [
    'ROLE_BUSY',
    `AWS has not settled an earlier change of the role ${roleName} yet. Try again in a few minutes.`,
  ],
  MalformedPolicyDocument: refusedInput,
  InvalidInput: refusedInput,
  ValidationError: refusedInput,
  PolicyNotAttachable: refusedInput,
};

const unanswered: Translation = (call, { status, network }) => [
  'AWS_FAILED',
  status !== null
    ? `AWS failed at ${call.action} ${onRole(call)} (status ${status}).`
    : network !== null && unknownHost.has(network)
      ? `AWS could not be reached for ${call.action} ${onRole(call)}: its host name was not found. If this continues, the operator of this service has to check the network, AWS_REGION and AWS_ENDPOINT_URL.`
      : `AWS did not answer ${call.action} ${onRole(call)} in time, or could not be reached.`,
];
const unforeseen: Translation = (call, error) => [
  'AWS_FAILED',
  `AWS refused ${call.action} ${onRole(call)} (${error.code}).${signing.has(error.code ?? '') ? '' : quoteAws(error)}`,
];

/** AWS's messages for these codes quote the request, its token and its signature, so they are not shown. */
const signing = new Set([
  'IncompleteSignature',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'SignatureDoesNotMatch',
]);

/** 408 Request Timeout: it says nothing about the request itself. */
const tooSlow = 408;
const isRefused = ({ status }: WireError) =>
  status !== null && status >= 400 && status < 500 && status !== tooSlow;

const translationFor = (call: Call, error: WireError): Translation => {
  if (error.status === 429) return throttled;
  if (error.code === null || (error.status !== null && (error.status >= 500 || error.status === tooSlow)))
    return unanswered;
  return translations[`${call.action} ${error.code}`] ?? translations[error.code] ?? unforeseen;
};

const unknownHost = new Set(['ENOTFOUND', 'EAI_AGAIN']);
/** There was no connection, so nothing was sent. */
const neverSent = new Set(['ECONNREFUSED', ...unknownHost]);

/**
 * Can the error be due to IAM's eventual consistency after a write of our own? Then the same write may succeed
 * in a moment. A missing policy stays missing.
 */
const canLag = (call: Call, error: WireError) =>
  call.write &&
  call.action !== 'iam:CreateRole' &&
  (error.code === 'NoSuchEntity'
    ? !namesPolicy(call, error)
    : error.code === 'ConcurrentModification' || error.code === 'EntityTemporarilyUnmodifiable');

/**
 * Translates an error of the SDK. If AWS neither did nor refused a write, the fault is `isUncertain`.
 * AWS_FAILED with a 4xx is not `retryable`, because AWS would refuse again. AWS's request ID is in the
 * details, the SDK's error in `cause`.
 */
export const toFault = (call: Call, cause: unknown): Fault => {
  const error = readWireError(cause);
  const translate = translationFor(call, error);
  const [code, message, details] = translate(call, error);
  const isUncertain = call.write && translate === unanswered && !neverSent.has(error.network ?? '');
  const retryable = faults[code].retryable && !(code === 'AWS_FAILED' && isRefused(error));
  const awsRequestId = error.requestId === null ? {} : { awsRequestId: error.requestId };
  const doubt = isUncertain ? ' It is not known whether the write took effect.' : '';
  return new Fault(
    code,
    message + doubt,
    { ...details, ...awsRequestId },
    { cause, isUncertain, retryable, isFromLag: canLag(call, error) },
  );
};
