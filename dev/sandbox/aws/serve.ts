import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { accountOperations } from './account-details.ts';
import { AwsError, refuse } from './aws-error.ts';
import { authenticate, readCredentials } from './credentials.ts';
import type { Subject } from './faults.ts';
import type { Call, Operation } from './operation.ts';
import { policyOperations } from './policies.ts';
import { parseQuery, type QueryInput, textOf } from './query.ts';
import { rolePolicyOperations } from './role-policies.ts';
import { roleOperations } from './roles.ts';
import { authorize } from './session-policy.ts';
import { accountOf, type State } from './state.ts';
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

const record = ({ state, account, principal, requestId }: Call, action: string, input: QueryInput): void => {
  const { Action, Version, ...params } = input;
  state.ledgerSeq += 1;
  state.ledger.push({
    seq: state.ledgerSeq,
    at: state.now(),
    accountId: account.accountId,
    action,
    roleName: textOf(input, 'RoleName'),
    requestId,
    sessionName: principal.session?.name ?? null,
    params,
  });
  state.changed();
};

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
        authorize(call, subject.action, input);
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
