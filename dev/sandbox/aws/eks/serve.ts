import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { AwsError, refuse } from '../aws-error.ts';
import { authenticate, readCredentials } from '../credentials.ts';
import { isObject, parseJson } from '../json.ts';
import { authorize } from '../permissions.ts';
import { accountOf, recordWrite, type State } from '../state.ts';
import { through } from '../through.ts';
import { accessEntryOperations } from './access-entries.ts';
import { clusterOperations } from './clusters.ts';
import { EksError, eksStatusOf, errorAnswer } from './error.ts';
import { fargateProfileOperations } from './fargate-profiles.ts';
import { nodegroupOperations } from './nodegroups.ts';
import type { Call, Input, Operation } from './operation.ts';
import { isEnabled } from './regions.ts';

// Amazon EKS in its REST protocol: the reads of readiness, and the writes that its remedies name.

/** An answer to send, or how the connection fails. `code` is the error's, and empty in an answer that is none. */
type Answer = { status: number; body: string; requestId: string; code: string } | 'hang' | 'reset';

const operations: readonly (Operation & { pattern: RegExp })[] = [
  ...clusterOperations,
  ...fargateProfileOperations,
  ...nodegroupOperations,
  ...accessEntryOperations,
].map((operation) => ({
  ...operation,
  pattern: new RegExp(`^${operation.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}));

/** The request is signed for EKS, or goes where only EKS has anything. */
export const isForEks = (headers: IncomingHttpHeaders, target: string): boolean =>
  readCredentials(headers, {})?.service === 'eks' || /^\/clusters([/?]|$)/.test(target);

const findOperation = (method: string, path: string): { operation: Operation; names: Input } => {
  for (const operation of operations) {
    const match = operation.method === method ? operation.pattern.exec(path) : null;
    if (!match) continue;
    const names = Object.entries(match.groups ?? {}).map(([name, text]) => [name, decodeURIComponent(text)]);
    return { operation, names: Object.fromEntries(names) };
  }
  throw new EksError('InvalidRequestException', `The sandbox has no operation of EKS at ${method} ${path}`);
};

/** The members of query and body. In a query every value is a text. */
const readMembers = (query: URLSearchParams, text: string): Input => {
  const members: Input = {};
  for (const [name, given] of query)
    members[name] = name === 'maxResults' && /^-?\d{1,15}$/.test(given) ? Number(given) : given;
  if (text === '') return members;
  const body = parseJson(text);
  if (!isObject(body)) throw new EksError('InvalidRequestException', 'The body is not a JSON object.');
  return { ...members, ...body };
};

/** Answers one request. `target` is its path and query, `text` its body, or null when it is too large. */
export async function serveEks(
  state: State,
  headers: IncomingHttpHeaders,
  { method, target, text }: { method: string; target: string; text: string | null },
): Promise<Answer> {
  const requestId = randomUUID();
  try {
    if (text === null) throw new EksError('InvalidRequestException', 'Request size exceeded the limit');
    const credentials = readCredentials(headers, {});
    const principal = authenticate(state, credentials, 'eks');
    const account = accountOf(state, principal.accountId);
    const region = credentials?.region ?? '';
    if (!isEnabled(account, region))
      throw new EksError(
        'UnrecognizedClientException',
        'The security token included in the request is invalid.',
      );
    const url = new URL(target, 'http://sandbox');
    const { operation, names } = findOperation(method, url.pathname);
    const input = { ...readMembers(url.searchParams, text), ...names };

    const action = `eks:${operation.action}`;
    const { clusterName = input.name ?? null } = input;
    const subject = {
      accountId: account.accountId,
      action,
      roleName: null,
      region,
      clusterName: clusterName === null ? null : String(clusterName),
    };
    const passage = {
      callerAccountId: account.accountId,
      requestId,
      throttling: 'ThrottlingException' as const,
      statusOf: eksStatusOf,
    };
    const done = await through(state, subject, passage, () => {
      const call: Call = { state, account, principal, requestId, region };
      authorize(call, action, operation.resource(call, input));
      const result = operation.run(call, input);
      if (operation.writes)
        recordWrite(state, principal, { action, roleName: null, requestId, params: input });
      return result;
    });
    if (done === 'hang' || done === 'reset') return done;
    return { status: 200, body: JSON.stringify(done.result), requestId, code: '' };
  } catch (error) {
    if (!(error instanceof AwsError)) process.emitWarning(error instanceof Error ? error : String(error));
    const known = error instanceof AwsError ? error : refuse('InternalFailure', 'The sandbox failed.');
    return { ...errorAnswer(known), requestId };
  }
}
