import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { accountOperations } from './account-details.ts';
import { AwsError, refuse } from './aws-error.ts';
import { authenticate, readCredentials } from './credentials.ts';
import type { Subject } from './faults.ts';
import { roleArn, roleKey } from './model.ts';
import { oidcOperations } from './oidc-providers.ts';
import type { Call, Operation } from './operation.ts';
import { authorize } from './permissions.ts';
import { policyOperations } from './policies.ts';
import { parseQuery, type QueryInput, textOf } from './query.ts';
import { rolePolicyOperations } from './role-policies.ts';
import { roleOperations } from './roles.ts';
import { accountOf, recordWrite, type State } from './state.ts';
import { parseRoleArn, stsOperations } from './sts.ts';
import { tagOperations } from './tags.ts';
import { through } from './through.ts';
import { answer, errorAnswer, type Service, versions } from './xml.ts';

/** An answer to send, or how the connection fails. */
export type Answer = { status: number; body: string; requestId: string } | 'hang' | 'reset';

const operations: Record<Service, ReadonlyMap<string, Operation>> = {
  iam: new Map(
    Object.entries({
      ...roleOperations,
      ...rolePolicyOperations,
      ...tagOperations,
      ...accountOperations,
      ...policyOperations,
      ...oidcOperations,
    }),
  ),
  sts: new Map(Object.entries(stsOperations)),
};

const serviceOf = (scope: string | undefined, version: string | null, action: string | null): Service => {
  if (scope === 'iam' || scope === 'sts') return scope;
  if (version === versions.sts) return 'sts';
  return version === null && operations.sts.has(action ?? '') ? 'sts' : 'iam';
};

const findOperation = (service: Service, action: string, version: string | null): Operation => {
  const operation = operations[service].get(action);
  if (operation && version === versions[service]) return operation;
  throw refuse(
    'InvalidAction',
    `Could not find operation ${action} for version ${version ?? 'NO_VERSION_SPECIFIED'}`,
  );
};

// The subject of AssumeRole is the target account and role. The subject of all other actions is the caller's
// account.
const subjectOf = (action: string, callerAccountId: string, input: QueryInput): Subject => {
  const target = action === 'sts:AssumeRole' ? parseRoleArn(textOf(input, 'RoleArn') ?? '') : null;
  return {
    accountId: target?.accountId ?? callerAccountId,
    action,
    roleName: target ? target.roleName : textOf(input, 'RoleName'),
  };
};

const record = ({ state, principal, requestId }: Call, action: string, input: QueryInput): void => {
  const { Action, Version, ...params } = input;
  recordWrite(state, principal, { action, roleName: textOf(input, 'RoleName'), requestId, params });
};

/** The resource of the request, as policies name it: an existing or new role, or else anything. */
function resourceOf({ account }: Call, action: string, input: QueryInput): string {
  const roleName = textOf(input, 'RoleName');
  if (roleName === null) return '*';
  // The request names a new role, even if a role of that name exists.
  const role = action === 'iam:CreateRole' ? undefined : account.roles.get(roleKey(roleName));
  if (role) return roleArn(account, role);
  return `arn:${account.partition}:iam::${account.accountId}:role${textOf(input, 'Path') ?? '/'}${roleName}`;
}

const conditionKeys = { PolicyArn: 'iam:policyarn', PermissionsBoundary: 'iam:permissionsboundary' };

/** The request's condition keys. */
const keysOf = (input: QueryInput): [key: string, value: string][] =>
  Object.entries(conditionKeys).flatMap(([parameter, key]) => {
    const given = textOf(input, parameter);
    return given === null ? [] : [[key, given]];
  });

/**
 * Answers one request of the Query protocol. `form` is its body or query string, or null when it is too
 * large.
 */
export const serve = async (
  state: State,
  headers: IncomingHttpHeaders,
  form: string | null,
): Promise<Answer> => {
  const requestId = randomUUID();
  let service: Service = 'iam';
  try {
    if (form === null) throw refuse('RequestEntityTooLarge', 'Request size exceeded the limit');
    const input = parseQuery(form);
    const action = textOf(input, 'Action');
    const version = textOf(input, 'Version');
    const credentials = readCredentials(headers, input);
    service = serviceOf(credentials?.service, version, action);
    if (!action) throw refuse('MissingAction', 'The request is missing an action parameter.');
    const principal = authenticate(state, credentials, action);
    const operation = findOperation(service, action, version);

    const subject = subjectOf(`${service}:${action}`, principal.accountId, input);
    const done = await through(
      state,
      subject,
      { callerAccountId: principal.accountId, requestId, throttling: 'Throttling' },
      () => {
        const call: Call = { state, account: accountOf(state, principal.accountId), principal, requestId };
        authorize(call, subject.action, resourceOf(call, subject.action, input), keysOf(input));
        const result = operation.run(call, input);
        if (operation.writes) record(call, subject.action, input);
        return result;
      },
    );
    if (done === 'hang' || done === 'reset') return done;
    return { status: 200, body: answer(service, action, done.result, requestId), requestId };
  } catch (error) {
    if (!(error instanceof AwsError)) process.emitWarning(error instanceof Error ? error : String(error));
    const known = error instanceof AwsError ? error : refuse('InternalFailure', 'The sandbox failed.');
    return { status: known.status, body: errorAnswer(service, known, requestId), requestId };
  }
};
