import { refuse } from './aws-error.ts';
import { isObject, many, parseJson } from './json.ts';
import { type Principal, type Role, roleKey } from './model.ts';
import type { Call } from './operation.ts';
import { noteJudged } from './state.ts';
import { holds, like, namesAction } from './trust-evaluation.ts';

type Decision = 'ALLOWED' | 'DENIED' | 'NOT_ALLOWED';

/** One request: the action, its resource as policies name it, and its condition keys in lower case. */
interface Request {
  action: string;
  resource: string;
  keys: ReadonlyMap<string, string>;
}

const decide = (texts: readonly string[], { action, resource, keys }: Request): Decision => {
  const statements = texts
    .map(parseJson)
    .flatMap((document) => (isObject(document) ? many(document.Statement).filter(isObject) : []));
  const applies = (effect: 'Allow' | 'Deny') =>
    statements.some(
      (statement) =>
        statement.Effect === effect &&
        namesAction(statement, action) &&
        many(statement.Resource).some((pattern) => typeof pattern === 'string' && like(pattern, resource)) &&
        holds(statement.Condition, keys, effect === 'Deny'),
    );
  if (applies('Deny')) return 'DENIED';
  return applies('Allow') ? 'ALLOWED' : 'NOT_ALLOWED';
};

/** The role of a session, while it exists. A new role of the same name is another one. */
const roleOf = ({ account }: Call, { session }: Principal): Role | undefined => {
  const role = account.roles.get(roleKey(session?.roleArn.split('/').at(-1) ?? ''));
  return role?.roleId === session?.roleId ? role : undefined;
};

/**
 * Throws AccessDenied when the session's policy, or the role's inline policies, do not allow the call. A
 * session without a policy, and a role without inline policies, are not limited: the sandbox does not store
 * the documents of managed policies.
 */
export function authorize(
  call: Call,
  action: string,
  resource: string,
  keys: Iterable<[string, string]> = [],
): void {
  const { state, principal } = call;
  noteJudged(state, principal, action);
  const now = new Date(state.currentTime()).toISOString();
  const request = { action, resource, keys: new Map([['aws:currenttime', now], ...keys]) };
  const sessionPolicy = principal.session?.policy ?? null;
  const kinds: [kind: string, texts: string[]][] = [
    ['session', sessionPolicy === null ? [] : [sessionPolicy]],
    ['identity-based', Object.values(roleOf(call, principal)?.inline ?? {})],
  ];
  for (const [kind, texts] of kinds) {
    const decision = texts.length === 0 ? 'ALLOWED' : decide(texts, request);
    if (decision === 'ALLOWED') continue;
    const why =
      decision === 'DENIED'
        ? `with an explicit deny in ${kind === 'session' ? 'a' : 'an'} ${kind} policy`
        : `because no ${kind} policy allows the ${action} action`;
    const user = `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource}`;
    throw refuse('AccessDenied', `${user} ${why}`);
  }
}
