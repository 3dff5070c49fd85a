import { refuse } from './aws-error.ts';
import { isObject, many, parseJson } from './json.ts';
import { roleArn, roleKey } from './model.ts';
import type { Call } from './operation.ts';
import { type QueryInput, textOf } from './query.ts';
import { noteJudged } from './state.ts';
import { holds, like, namesAction } from './trust-evaluation.ts';

/** The resource of the request, as policies name it: an existing or new role, or else anything. */
function resourceOf({ account }: Call, action: string, input: QueryInput): string {
  const roleName = textOf(input, 'RoleName');
  if (roleName === null) return '*';
  // The request names a new role, even if a role of that name exists.
  const role = action === 'iam:CreateRole' ? undefined : account.roles.get(roleKey(roleName));
  if (role) return roleArn(account, role);
  return `arn:${account.partition}:iam::${account.accountId}:role${textOf(input, 'Path') ?? '/'}${roleName}`;
}

const conditionKeys: Record<string, string> = {
  PolicyArn: 'iam:policyarn',
  PermissionsBoundary: 'iam:permissionsboundary',
};

/**
 * Throws AccessDenied when the session has a session policy that does not allow the call. The sandbox knows
 * no other permissions: without a session policy everything is allowed.
 */
export function authorize(call: Call, action: string, input: QueryInput): void {
  const { state, principal } = call;
  noteJudged(state, principal, action);
  const text = principal.session?.policy ?? null;
  if (text === null) return;
  const resource = resourceOf(call, action, input);
  const keys = new Map([['aws:currenttime', new Date(state.currentTime()).toISOString()]]);
  for (const [parameter, key] of Object.entries(conditionKeys)) {
    const given = textOf(input, parameter);
    if (given !== null) keys.set(key, given);
  }
  const document = parseJson(text);
  const statements = isObject(document) ? many(document.Statement).filter(isObject) : [];
  const applies = (effect: 'Allow' | 'Deny') =>
    statements.some(
      (statement) =>
        statement.Effect === effect &&
        namesAction(statement, action) &&
        many(statement.Resource).some((pattern) => typeof pattern === 'string' && like(pattern, resource)) &&
        holds(statement.Condition, keys, effect === 'Deny'),
    );
  if (applies('Allow') && !applies('Deny')) return;
  const user = `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource}`;
  throw refuse('AccessDenied', `${user} because no session policy allows the ${action} action`);
}
