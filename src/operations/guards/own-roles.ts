import { isSameRole } from '../../domain/role/same.ts';
import { Fault } from '../../fault.ts';
import type { OwnRole } from '../../ports/roles.ts';
import type { Account } from '../../schema/account.ts';
import type { Deps } from '../call/deps.ts';

/** `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME` */
const roleIn = (arn: string): OwnRole => ({
  accountId: arn.split(':')[4] ?? '',
  roleName: arn.split('/').at(-1) ?? '',
});

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
  const isIt = (role: OwnRole) => role.accountId === accountId && isSameRole(role.roleName, roleName);
  const refused = (what: string) =>
    new Fault('UNMODIFIABLE_ROLE', `${roleName} is the role ${what}. Use another role.`);
  if (isIt(roleIn(memberRoleArn))) throw refused('by which this service reaches the account');
  if (organizations && isIt(roleIn(organizations.roleArn)))
    throw refused('by which this service reads the organization');
  const own = await roles.ownRole(partition);
  if (own && isIt(own)) throw refused('that this service runs as');
}
