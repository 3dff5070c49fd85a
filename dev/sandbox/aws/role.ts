import { refuse } from './aws-error.ts';
import { type Account, type Role, roleArn, roleKey } from './model.ts';
import type { Call } from './operation.ts';
import { storeRole, visibleRoles } from './state.ts';
import { element, percentEncode, timestamp, value } from './xml.ts';

const missing = (roleName: string) =>
  refuse('NoSuchEntity', `The role with name ${roleName} cannot be found.`);

/** The role as reads show it, stale ones included. Throws NoSuchEntity. */
export const readRole = ({ state, account }: Call, roleName: string): Role => {
  const role = visibleRoles(state, account).get(roleKey(roleName));
  if (!role) throw missing(roleName);
  return role;
};

/** The paths of AWS's own roles: service-linked roles, and roles of IAM Identity Center. */
export const reservedPathOf = (path: string) =>
  ['/aws-service-role/', '/aws-reserved/'].find((prefix) => path.startsWith(prefix));

/** The current role, for a write. Throws NoSuchEntity, and UnmodifiableEntity for one of AWS's own roles. */
export const writableRole = ({ account }: Call, roleName: string): Role => {
  const role = account.roles.get(roleKey(roleName));
  if (!role) throw missing(roleName);
  if (reservedPathOf(role.path)) {
    throw refuse(
      'UnmodifiableEntity',
      `Cannot perform the operation on the protected role '${role.roleName}' - this role is only modifiable by AWS`,
    );
  }
  return role;
};

/** Replaces the role of the same name. */
export const replaceRole = ({ state, account }: Call, role: Role): void =>
  storeRole(state, account, roleKey(role.roleName), role);

export const boundaryXml = (role: Role) =>
  role.permissionsBoundary === null
    ? ''
    : element(
        'PermissionsBoundary',
        value('PermissionsBoundaryType', 'PermissionsBoundaryPolicy') +
          value('PermissionsBoundaryArn', role.permissionsBoundary),
      );

/** The members of a role that every action shows. */
export const roleXml = (account: Account, role: Role) =>
  value('Path', role.path) +
  value('RoleName', role.roleName) +
  value('RoleId', role.roleId) +
  value('Arn', roleArn(account, role)) +
  value('CreateDate', timestamp(role.createdAt)) +
  element('AssumeRolePolicyDocument', percentEncode(role.trustText));
