import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { AwsError, refuse } from './aws-error.ts';
import { authenticate, readCredentials } from './credentials.ts';
import { isObject, parseJson } from './json.ts';
import type { Organization, OrganizationMember } from './model.ts';
import type { Call } from './operation.ts';
import { authorize } from './permissions.ts';
import type { Answer } from './serve.ts';
import { accountOf, type State } from './state.ts';
import { through } from './through.ts';

// The two reads of AWS Organizations that an import makes, in AWS JSON 1.1.

const target = 'AWSOrganizationsV20161128.';
const largestPage = 20;

type Input = Record<string, unknown>;
type Read = (call: Call, organization: Organization, input: Input) => object;

/**
 * The member as ListAccounts shows it. It has only `State`, because AWS retired `Status` in September 2026.
 */
const shown = (
  { account }: Call,
  organization: Organization,
  { accountId, name, state }: OrganizationMember,
) => ({
  Id: accountId,
  Arn: `arn:${account.partition}:organizations::${organization.managementAccountId}:account/${organization.organizationId}/${accountId}`,
  Email: `${accountId}@example.com`,
  Name: name,
  State: state,
  JoinedMethod: 'CREATED',
});

/**
 * The token holds the last account shown, so that a change between two pages neither repeats nor hides
 * accounts.
 */
const afterIn = (token: unknown): string => {
  if (token === undefined) return '';
  const text = typeof token === 'string' ? Buffer.from(token, 'base64url').toString() : '';
  if (!/^after:\d{12}$/.test(text))
    throw refuse('InvalidInputException', 'You provided an invalid value: INVALID_PAGINATION_TOKEN');
  return text.slice('after:'.length);
};

const reads: Record<string, Read> = {
  ListAccounts: (call, organization, { MaxResults: size = largestPage, NextToken: token }) => {
    if (!(typeof size === 'number' && Number.isInteger(size) && size >= 1 && size <= largestPage))
      throw refuse(
        'InvalidInputException',
        'You provided a value that does not match the required pattern: MAX_VALUE_EXCEEDED',
      );
    const after = afterIn(token);
    const rest = organization.members.filter(({ accountId }) => accountId > after);
    const page = rest.slice(0, size);
    const more = page.length < rest.length && {
      NextToken: Buffer.from(`after:${page.at(-1)?.accountId}`).toString('base64url'),
    };
    return { Accounts: page.map((member) => shown(call, organization, member)), ...more };
  },
  ListTagsForResource: (_, { members }, { ResourceId: id }) => {
    const member = members.find(({ accountId }) => accountId === id);
    if (!member) throw refuse('TargetNotFoundException', "You specified a target that doesn't exist.");
    return { Tags: Object.entries(member.tags).map(([Key, Value]) => ({ Key, Value })) };
  },
};

/** The organization of the caller's account, if the account may read it. */
const organizationOf = ({ state, account, principal }: Call, action: string): Organization => {
  for (const organization of state.organizations.values()) {
    const { managementAccountId, delegatedAdministrators, members } = organization;
    if (account.accountId === managementAccountId || delegatedAdministrators.includes(account.accountId))
      return organization;
    if (members.some(({ accountId }) => accountId === account.accountId))
      throw refuse('AccessDeniedException', `User: ${principal.arn} is not authorized to perform: ${action}`);
  }
  throw refuse('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');
};

/** Errors with another name in this protocol. */
const names: Record<string, string> = {
  AccessDenied: 'AccessDeniedException',
  ExpiredToken: 'ExpiredTokenException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
};

export const isForOrganizations = (headers: IncomingHttpHeaders): boolean =>
  String(headers['x-amz-target'] ?? '').startsWith(target);

/** Answers one request of AWS JSON 1.1 to Organizations; `text` is its body. */
export async function serveOrganizations(
  state: State,
  headers: IncomingHttpHeaders,
  text: string,
): Promise<Answer> {
  const requestId = randomUUID();
  try {
    const name = String(headers['x-amz-target']).slice(target.length);
    const principal = authenticate(state, readCredentials(headers, {}), name);
    const read = Object.hasOwn(reads, name) ? reads[name] : undefined;
    if (!read)
      throw refuse(
        'UnknownOperationException',
        `The sandbox knows of Organizations ${Object.keys(reads).join(' and ')} alone.`,
      );
    const input = parseJson(text);
    if (!isObject(input)) throw refuse('InvalidInputException', 'The body is not a JSON object.');
    const action = `organizations:${name}`;
    const subject = { accountId: principal.accountId, action, roleName: null };
    const passage = {
      callerAccountId: principal.accountId,
      requestId,
      throttling: 'TooManyRequestsException' as const,
    };
    const done = await through(state, subject, passage, () => {
      const call: Call = { state, account: accountOf(state, principal.accountId), principal, requestId };
      authorize(call, action, '*');
      return read(call, organizationOf(call, action), input);
    });
    if (done === 'hang' || done === 'reset') return done;
    return { status: 200, body: JSON.stringify(done.result), requestId };
  } catch (error) {
    if (!(error instanceof AwsError)) process.emitWarning(error instanceof Error ? error : String(error));
    const { code, message, status } =
      error instanceof AwsError ? error : refuse('InternalFailure', 'The sandbox failed.');
    const known = names[code];
    return {
      status: known ? 400 : status,
      body: JSON.stringify({ __type: known ?? code, Message: message }),
      requestId,
    };
  }
}
