import type { JsonObject } from '../../../schema/primitives.ts';
import { isObject, oneOrMany } from '../../policy/document.ts';
import { text } from '../../trust/condition/value.ts';
import { isDeletedPrincipal } from '../../trust/deleted-principals.ts';

/** An account ID means the same as the ARN of the account's root user (IAM user guide, Principal). */
const normalizePrincipal = (principal: string) => principal.replace(/^arn:[^:]+:iam::(\d{12}):root$/, '$1');

function principalsOf(statement: JsonObject, service: string): string[] {
  if (statement.NotPrincipal !== undefined) return ['everyone but those in NotPrincipal'];
  const { Principal } = statement;
  if (!isObject(Principal)) return Principal === undefined ? [] : [text(Principal)];
  return Object.entries(Principal).flatMap(([kind, value]) =>
    oneOrMany(value)
      .filter((name) => !(kind === 'Service' && name === service))
      .map(text),
  );
}

const listTrusted = (trust: JsonObject, service: string): string[] =>
  oneOrMany(trust.Statement).flatMap((statement) =>
    isObject(statement) && statement.Effect === 'Allow' ? principalsOf(statement, service) : [],
  );

/**
 * The principals, except the service itself, that an Allow names before the change and none names after it.
 * Each is listed once.
 */
export function findLostPrincipals(before: JsonObject, after: JsonObject, service: string): string[] {
  const kept = new Set(listTrusted(after, service).map(normalizePrincipal));
  return [...new Set(listTrusted(before, service))].filter(
    (principal) => !kept.has(normalizePrincipal(principal)) && !isDeletedPrincipal(principal),
  );
}
