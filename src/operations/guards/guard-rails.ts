import { isSamePolicy } from '../../domain/role/same.ts';
import { Fault } from '../../fault.ts';
import type { GuardRails } from '../../ports/guard-rails.ts';
import type { Account } from '../../schema/account.ts';

/** Does one of the globs, separated by commas, match the whole text? */
export const matchesGlob = (patterns: string, text: string, flags = ''): boolean =>
  patterns.split(',').some((glob) => {
    const pattern = glob
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${pattern}$`, flags).test(text);
  });

const forbidden = (setting: string, only: string, actual: string) =>
  new Fault('FORBIDDEN', `${setting} allows this service to change only ${only}. This role is ${actual}.`);

/** Fault: FORBIDDEN for a role whose name ROLE_NAME_PATTERN does not allow. */
export function requireName({ roleNames }: GuardRails, roleName: string): void {
  if (roleNames !== null && !matchesGlob(roleNames, roleName, 'i'))
    throw forbidden('ROLE_NAME_PATTERN', `roles called ${roleNames}`, `called ${roleName}`);
}

/** Fault: FORBIDDEN for a role whose path ROLE_PATH_PATTERN does not allow. */
export function requirePath({ rolePaths }: GuardRails, path: string): void {
  if (rolePaths !== null && !matchesGlob(rolePaths, path))
    throw forbidden('ROLE_PATH_PATTERN', `roles at path ${rolePaths}`, `at ${path}`);
}

type Place = Pick<Account, 'accountId' | 'partition'>;

const boundaryIn = ({ permissionsBoundary }: GuardRails, { accountId, partition }: Place) =>
  permissionsBoundary?.replaceAll('{accountId}', accountId).replaceAll('{partition}', partition) ?? null;

/** Fault: FORBIDDEN for another boundary than the required one. */
export function requireBoundary(rails: GuardRails, account: Place, named: string | undefined): void {
  const required = boundaryIn(rails, account);
  if (required !== null && named !== undefined && !isSamePolicy(named, required))
    throw new Fault(
      'FORBIDDEN',
      `REQUIRED_PERMISSIONS_BOUNDARY requires the permissions boundary ${required}, not ${named}. Leave permissionsBoundary out, or set it to the required one.`,
    );
}

/** The wanted role with the required boundary, unless the role has a boundary already. */
export function withRequiredBoundary<W extends { permissionsBoundary?: string }>(
  rails: GuardRails,
  place: Place & { role: { permissionsBoundary: string | null } | null },
  wanted: W,
): W {
  const required = boundaryIn(rails, place);
  const isBare = (place.role?.permissionsBoundary ?? null) === null;
  return required !== null && isBare ? { ...wanted, permissionsBoundary: required } : wanted;
}
