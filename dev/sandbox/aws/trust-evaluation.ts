import { isObject, many, parseJson } from './json.ts';
import type { Principal } from './model.ts';

/**
 * A caller's request to a role, with the condition keys of the request (names in lower case). The caller is a
 * service, or a principal of an account.
 */
interface TrustRequest {
  action: string;
  principal: Principal | { service: string };
  keys: ReadonlyMap<string, string>;
}

/**
 * Does the trust policy allow the caller? A Deny overrides every Allow. A text that is not a policy trusts
 * nobody.
 */
export const isTrusted = (trustText: string, request: TrustRequest): boolean => {
  const document = parseJson(trustText);
  const statements = isObject(document) ? many(document.Statement).filter(isObject) : [];
  const applies = (effect: 'Allow' | 'Deny') =>
    statements.some(
      (statement) =>
        statement.Effect === effect &&
        namesPrincipal(statement, request.principal) &&
        namesAction(statement, request.action) &&
        holds(statement.Condition, request.keys, effect === 'Deny'),
    );
  return applies('Allow') && !applies('Deny');
};

// A trust policy names a caller by account, user, role, session or unique ID. "*" names everyone.
const namesOf = ({ accountId, arn, userId, session }: Principal): Set<string> => {
  const partition = arn.split(':')[1];
  const names = new Set(['*', accountId, `arn:${partition}:iam::${accountId}:root`, arn, userId]);
  if (session) names.add(session.roleArn).add(session.roleId);
  return names;
};

const namesPrincipal = (
  statement: Record<string, unknown>,
  principal: TrustRequest['principal'],
): boolean => {
  const named = statement.Principal ?? statement.NotPrincipal;
  const isService = 'service' in principal;
  const listed = isObject(named) ? many(isService ? named.Service : named.AWS) : [named];
  const names = isService ? new Set(['*', principal.service]) : namesOf(principal);
  return listed.some((name) => typeof name === 'string' && names.has(name)) === 'Principal' in statement;
};

export const namesAction = (statement: Record<string, unknown>, action: string): boolean => {
  const listed = many(statement.Action ?? statement.NotAction);
  return listed.some((name) => typeof name === 'string' && like(name, action, 'i')) === 'Action' in statement;
};

export const like = (pattern: string, text: string, flags = ''): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    `s${flags}`,
  ).test(text);

// The six parts of an ARN are matched separately. The sixth is the whole remainder.
const arnLike = (pattern: string, text: string): boolean => {
  const parts = (arn: string) => /^([^:]*):([^:]*):([^:]*):([^:]*):([^:]*):(.*)$/s.exec(arn)?.slice(1) ?? [];
  const asked = parts(text);
  return (
    asked.length === 6 &&
    parts(pattern).length === 6 &&
    parts(pattern).every((part, at) => like(part, asked[at] ?? ''))
  );
};

const matchers: Record<string, (expected: string, actual: string) => boolean> = {
  stringequals: (expected, actual) => expected === actual,
  stringequalsignorecase: (expected, actual) => expected.toLowerCase() === actual.toLowerCase(),
  stringlike: like,
  arnequals: arnLike,
  arnlike: arnLike,
  bool: (expected, actual) => expected.toLowerCase() === actual.toLowerCase(),
  datelessthan: (expected, actual) => Date.parse(actual) < Date.parse(expected),
};

// `otherwise` is the result of an unsupported operator: false for an Allow, true for a Deny, so that it never
// grants access.
export const holds = (condition: unknown, keys: ReadonlyMap<string, string>, otherwise: boolean): boolean => {
  if (condition === undefined) return true;
  if (!isObject(condition)) return otherwise;
  return Object.entries(condition).every(([name, expectations]) => {
    const ifExists = /ifexists$/i.test(name);
    const operator = name.toLowerCase().replace(/ifexists$/, '');
    const negated = operator.includes('not');
    const match = matchers[operator.replace('not', '')];
    if (!isObject(expectations)) return otherwise;
    return Object.entries(expectations).every(([key, expected]) => {
      const actual = keys.get(key.toLowerCase());
      const values = many(expected).map(String);
      if (operator === 'null') return values.includes(String(actual === undefined));
      if (!match) return otherwise;
      // A missing key fails positive operators and satisfies negated ones.
      if (actual === undefined) return ifExists || negated;
      return values.some((entry) => match(entry, actual)) !== negated;
    });
  });
};
