import { isSamePolicy } from '../../domain/role/same.ts';
import { Fault } from '../../fault.ts';
import type { Account } from '../../schema/account.ts';

/** What the operator of this service lets it do to roles at all, whoever asks. Null where it is left to the caller. */
export interface GuardRails {
  /** Globs (`*`, `?`), any of which a name has to match; several with commas. Letter case counts as in IAM: not for names. */
  roleNames: string | null;
  /** The same for paths, as a whole: `/eks/*` is /eks/ and all below. */
  rolePaths: string | null;
  /** The ARN of the policy that every role that is created has to carry, with {partition} and {accountId}. */
  permissionsBoundary: string | null;
  /** Globs like those of names, letter case counts: ARNs of policies that may be attached besides the one that execution roles need. Null: none. */
  policyArns: string | null;
}

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
export function bounded<W extends { permissionsBoundary?: string }>(
  rails: GuardRails,
  place: Place & { role: { permissionsBoundary: string | null } | null },
  wanted: W,
): W {
  const required = boundaryIn(rails, place);
  const isBare = (place.role?.permissionsBoundary ?? null) === null;
  return required !== null && isBare ? { ...wanted, permissionsBoundary: required } : wanted;
}
