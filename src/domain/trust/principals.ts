import type { JsonObject } from '../../schema/primitives.ts';
import { matchesText } from '../patterns/prefix-match.ts';
import { isObject, oneOrMany, pointerTo } from '../policy/document.ts';
import { text } from './condition/value.ts';
import { isDeletedPrincipal } from './deleted-principals.ts';
import type { OtherPrincipal } from './reading.ts';

export const servicesIn = (principal: unknown) => (isObject(principal) ? oneOrMany(principal.Service) : []);
// "AWS": "*" means the same as "*" (IAM user guide, Principal).
const isEveryone = (principal: unknown) =>
  principal === '*' ||
  (isObject(principal) && [principal.AWS, principal.Service].some((v) => oneOrMany(v).includes('*')));

/**
 * The element by which an Allow lets in everyone: Principal "*", or a NotPrincipal that names the service.
 */
export function findEveryone(
  { Principal, NotPrincipal }: JsonObject,
  service: string,
): 'Principal' | 'NotPrincipal' | null {
  if (NotPrincipal === undefined) return isEveryone(Principal) ? 'Principal' : null;
  return servicesIn(NotPrincipal).includes(service) && !isEveryone(NotPrincipal) ? 'NotPrincipal' : null;
}

/**
 * How a statement applies to the service. Null: it does not. It is unconfirmed whether `"*"` includes a
 * service, so it counts for a Deny and not for an Allow.
 */
export function findService(
  statement: JsonObject,
  effect: 'Allow' | 'Deny',
  service: string,
): { isNamed: boolean; isAlone: boolean } | null {
  if (servicesIn(statement.Principal).includes(service))
    return {
      isNamed: true,
      isAlone:
        statement.NotPrincipal === undefined && isServiceAlone(statement.Principal as JsonObject, service),
    };
  if (effect === 'Deny' && isEveryone(statement.Principal)) return { isNamed: false, isAlone: false };
  if (
    isObject(statement.NotPrincipal) &&
    !isEveryone(statement.NotPrincipal) &&
    !servicesIn(statement.NotPrincipal).includes(service)
  )
    return { isNamed: false, isAlone: false };
  return null;
}

const isServiceAlone = (principal: JsonObject, service: string) =>
  Object.keys(principal).length === 1 && oneOrMany(principal.Service).every((s) => s === service);

/** Do the statement's actions include sts:AssumeRole? Action names ignore letter case and have wildcards. */
export function allowsAssumeRole({ Action, NotAction }: JsonObject): boolean {
  const names = (actions: unknown) =>
    oneOrMany(actions).some(
      (action) => typeof action === 'string' && matchesText(action.toLowerCase(), 'sts:assumerole'),
    );
  return Action !== undefined ? names(Action) : NotAction !== undefined && !names(NotAction);
}

export function listOtherPrincipals(
  statement: JsonObject,
  pointer: string,
  effect: 'Allow' | 'Deny',
  service: string,
): OtherPrincipal[] {
  const found = effect === 'Allow' && statement.NotPrincipal !== undefined ? [everyoneBut(pointer)] : [];
  for (const element of ['Principal', 'NotPrincipal'] as const) {
    const trusts = effect === 'Allow' && element === 'Principal' && found.length === 0;
    found.push(
      ...principalsIn(statement[element], pointer + pointerTo(element), service).filter(
        ({ kind }) => trusts || kind === 'DELETED',
      ),
    );
  }
  return found;
}

const everyoneBut = (pointer: string): OtherPrincipal => ({
  pointer: pointer + pointerTo('NotPrincipal'),
  principal: 'everyone but those in NotPrincipal',
  kind: 'OTHER',
});

function principalsIn(principal: unknown, pointer: string, service: string): OtherPrincipal[] {
  if (principal === undefined) return [];
  if (!isObject(principal)) return [{ pointer, principal: text(principal), kind: 'OTHER' }];
  return Object.entries(principal).flatMap(([kind, value]) =>
    oneOrMany(value)
      .filter((name) => !(kind === 'Service' && name === service))
      .map((name) => ({
        pointer: pointer + pointerTo(kind),
        principal: text(name),
        kind: kindOf(kind, name),
      })),
  );
}

function kindOf(kind: string, name: unknown): OtherPrincipal['kind'] {
  if (kind === 'Service' && /^ec2\.amazonaws\.com(\.cn)?$/.test(text(name))) return 'NODE';
  return kind === 'AWS' && isDeletedPrincipal(name) ? 'DELETED' : 'OTHER';
}
