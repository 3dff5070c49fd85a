import Type from 'typebox';
import { refuse } from './aws-error.ts';
import { type Account, type Role, roleKey, uniqueId } from './model.ts';
import { reads, writes } from './operation.ts';
import { pageOf } from './page.ts';
import { requireBoundary } from './policies.ts';
import { boundaryXml, readRole, replaceRole, reservedPathOf, roleXml, writableRole } from './role.ts';
import {
  Arn,
  Description,
  MaxSessionDuration,
  Page,
  Path,
  PathPrefix,
  PolicyDocument,
  RoleName,
  Tags,
} from './shapes.ts';
import { storeRole, visibleRoles } from './state.ts';
import { mergeTags, tagsXml } from './tags.ts';
import { validateTrust } from './trust-validation.ts';
import { element, list, value } from './xml.ts';

const settingsXml = (role: Role) =>
  value('Description', role.description) + value('MaxSessionDuration', role.maxSessionDuration);

const wholeRoleXml = (account: Account, role: Role) =>
  element(
    'Role',
    roleXml(account, role) +
      settingsXml(role) +
      boundaryXml(role) +
      (Object.keys(role.tags).length ? tagsXml(role.tags) : ''),
  );

/**
 * Validates a trust policy as IAM does. Throws MalformedPolicyDocument, or LimitExceeded for the account's
 * quota.
 */
const requireTrust = (account: Account, text: string): void => {
  validateTrust(text);
  const quota = account.quotas.trustPolicySize;
  // IAM counts the characters that are not white space.
  if (text.replace(/\s/g, '').length > quota)
    throw refuse('LimitExceeded', `Cannot exceed quota for ACLSizePerRole: ${quota}`);
};

export const roleOperations = {
  CreateRole: writes(
    Type.Object({
      RoleName,
      AssumeRolePolicyDocument: PolicyDocument,
      Path: Type.Optional(Path),
      Description: Type.Optional(Description),
      MaxSessionDuration: Type.Optional(MaxSessionDuration),
      PermissionsBoundary: Type.Optional(Arn),
      Tags: Type.Optional(Tags),
    }),
    (call, input) => {
      const { state, account } = call;
      const reserved = reservedPathOf(input.Path ?? '/');
      if (reserved) throw refuse('InvalidInput', `The path ${reserved} is reserved for AWS.`);
      if (account.roles.has(roleKey(input.RoleName))) {
        throw refuse('EntityAlreadyExists', `Role with name ${input.RoleName} already exists.`);
      }
      requireTrust(account, input.AssumeRolePolicyDocument);
      const tags = mergeTags(account, {}, input.Tags ?? []);
      const permissionsBoundary =
        input.PermissionsBoundary === undefined ? null : requireBoundary(account, input.PermissionsBoundary);
      const quota = account.quotas.rolesPerAccount;
      if (account.roles.size >= quota)
        throw refuse('LimitExceeded', `Cannot exceed quota for RolesPerAccount: ${quota}`);
      const role: Role = {
        roleName: input.RoleName,
        roleId: uniqueId('AROA', 17),
        path: input.Path ?? '/',
        trustText: input.AssumeRolePolicyDocument,
        description: input.Description ?? null,
        maxSessionDuration: input.MaxSessionDuration ?? 3600,
        createdAt: state.now(),
        tags,
        attached: [],
        inline: {},
        permissionsBoundary,
      };
      replaceRole(call, role);
      return wholeRoleXml(account, role);
    },
  ),

  GetRole: reads(Type.Object({ RoleName }), (call, input) =>
    wholeRoleXml(call.account, readRole(call, input.RoleName)),
  ),

  // ListRoles does not show tags, boundary and last use.
  ListRoles: reads(
    Type.Object({ PathPrefix: Type.Optional(PathPrefix), ...Page }),
    ({ state, account }, input) => {
      const roles = visibleRoles(state, account);
      const prefix = input.PathPrefix ?? '/';
      const keys =
        prefix === '/'
          ? roles.keys()
          : [...roles].filter(([, role]) => role.path.startsWith(prefix)).map(([key]) => key);
      const page = pageOf(keys, input);
      const shown = page.keys.flatMap((key) => roles.get(key) ?? []);
      return list('Roles', shown, (role) => roleXml(account, role) + settingsXml(role)) + page.xml;
    },
  ),

  UpdateAssumeRolePolicy: writes(Type.Object({ RoleName, PolicyDocument }), (call, input) => {
    const role = writableRole(call, input.RoleName);
    requireTrust(call.account, input.PolicyDocument);
    replaceRole(call, { ...role, trustText: input.PolicyDocument });
    return null;
  }),

  UpdateRoleDescription: writes(Type.Object({ RoleName, Description }), (call, input) => {
    const role = { ...writableRole(call, input.RoleName), description: input.Description || null };
    replaceRole(call, role);
    return wholeRoleXml(call.account, role);
  }),

  UpdateRole: writes(
    Type.Object({
      RoleName,
      Description: Type.Optional(Description),
      MaxSessionDuration: Type.Optional(MaxSessionDuration),
    }),
    (call, input) => {
      const role = writableRole(call, input.RoleName);
      replaceRole(call, {
        ...role,
        description: input.Description === undefined ? role.description : input.Description || null,
        maxSessionDuration: input.MaxSessionDuration ?? role.maxSessionDuration,
      });
      return '';
    },
  ),

  DeleteRole: writes(Type.Object({ RoleName }), (call, input) => {
    const role = writableRole(call, input.RoleName);
    if (role.attached.length > 0)
      throw refuse('DeleteConflict', 'Cannot delete entity, must detach all policies first.');
    if (Object.keys(role.inline).length > 0)
      throw refuse('DeleteConflict', 'Cannot delete entity, must delete policies first.');
    storeRole(call.state, call.account, roleKey(role.roleName), null);
    return null;
  }),
};
