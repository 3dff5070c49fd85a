import { parseRoleArn, type RoleAddress } from '../../domain/role/role-arn.ts';
import { isSameRole } from '../../domain/role/same.ts';
import { Fault } from '../../fault.ts';
import type { Account } from '../../schema/account.ts';
import type { Deps } from '../call/deps.ts';

/**
 * Refuses to change a role by which this service reaches AWS: the change could lock the service out, or give
 * its rights to others. Faults: UNMODIFIABLE_ROLE; AWS_FAILED while AWS does not tell which role the service
 * runs as.
 */
export async function requireNotOwn(
  { roles, organizations }: Pick<Deps, 'roles' | 'organizations'>,
  account: Account,
  roleName: string,
) {
  const { accountId, partition, memberRoleArn } = account;
  const isIt = (role: RoleAddress) => role.accountId === accountId && isSameRole(role.roleName, roleName);
  const refused = (what: string) =>
    new Fault('UNMODIFIABLE_ROLE', `${roleName} is the role ${what}. Use another role.`);
  if (isIt(parseRoleArn(memberRoleArn))) throw refused('by which this service reaches the account');
  if (organizations && isIt(parseRoleArn(organizations.roleArn)))
    throw refused('by which this service reads the organization');
  const own = await roles.ownRole(partition);
  if (own && isIt(own)) throw refused('that this service runs as');
}
