import { isSamePolicy } from '../../domain/role/same.ts';
import { Fault } from '../../fault.ts';
import type { GuardRails } from '../../ports/guard-rails.ts';
import type { Account } from '../../schema/account.ts';

/** Does one of the globs, with commas between, match the whole text? */
export const matches = (patterns: string, text: string, flags = ''): boolean =>
  patterns.split(',').some((glob) => {
    const pattern = glob
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${pattern}$`, flags).test(text);
  });

const forbidden = (setting: string, only: string, found: string) =>
  new Fault('FORBIDDEN', `${setting} lets this service change ${only} alone, and this is ${found}.`);

/** Fault: FORBIDDEN, for a role by a name that may not be touched. */
export function expectName({ roleNames }: GuardRails, roleName: string): void {
  if (roleNames !== null && !matches(roleNames, roleName, 'i'))
    throw forbidden('ROLE_NAME_PATTERN', `roles called ${roleNames}`, `called ${roleName}`);
}

/** Fault: FORBIDDEN, for a role at a path that may not be touched. */
export function expectPath({ rolePaths }: GuardRails, path: string): void {
  if (rolePaths !== null && !matches(rolePaths, path)) throw forbidden('ROLE_PATH_PATTERN', `roles at path ${rolePaths}`, `at ${path}`);
}

type Place = Pick<Account, 'accountId' | 'partition'>;

const boundaryIn = ({ permissionsBoundary }: GuardRails, { accountId, partition }: Place) =>
  permissionsBoundary?.replaceAll('{accountId}', accountId).replaceAll('{partition}', partition) ?? null;

/** Fault: FORBIDDEN, for another boundary than the one that roles have to carry. */
export function expectBoundary(rails: GuardRails, account: Place, named: string | undefined): void {
  const required = boundaryIn(rails, account);
  if (required !== null && named !== undefined && !isSamePolicy(named, required))
    throw new Fault(
      'FORBIDDEN',
      `REQUIRED_PERMISSIONS_BOUNDARY has every new role carry ${required}, not ${named}. Leave permissionsBoundary out, or name that one.`,
    );
}

/** What is wanted of a role, with the boundary that it has to carry, unless it carries one already. */
export function withRequiredBoundary<W extends { permissionsBoundary?: string }>(
  rails: GuardRails,
  place: Place & { role: { permissionsBoundary: string | null } | null },
  wanted: W,
): W {
  const required = boundaryIn(rails, place);
  const isBare = (place.role?.permissionsBoundary ?? null) === null;
  return required !== null && isBare ? { ...wanted, permissionsBoundary: required } : wanted;
}
