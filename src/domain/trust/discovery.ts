import { isObject, oneOrMany, readDocument, shadowedStrings } from '../policy/document.ts';
import { type RoleContext, requiredPoliciesOf, serviceOf } from '../role/check-context.ts';
import type { RoleState } from '../role/role-state.ts';
import { hasPolicy } from '../role/same.ts';
import { servicesIn } from './principals.ts';

/**
 * Is the role, or was it meant to be, one of this kind? It has a usual name, or a required policy, or an
 * Allow statement that names the service. Whether the role works is for check() to say.
 */
export const looksLikeExecutionRole = (
  { roleName, attached, trustText }: RoleState,
  place: Pick<RoleContext, 'kind' | 'partition'>,
): boolean =>
  place.kind.usualNames.test(roleName) ||
  requiredPoliciesOf(place).some((arn) => hasPolicy(attached, arn)) ||
  namesService(trustText, serviceOf(place));

function namesService(trustText: string, service: string): boolean {
  // A fast test first: most roles of an account are not of this kind. JSON may write any character as \uXXXX.
  if (!trustText.includes(service) && !trustText.includes('\\u')) return false;
  const allows = oneOrMany(readDocument(trustText).content.Statement).some(
    (statement) =>
      isObject(statement) &&
      statement.Effect === 'Allow' &&
      servicesIn(statement.Principal).includes(service),
  );
  // A name that a repeated key hides counts as well.
  return allows || shadowedStrings(trustText).includes(service);
}
