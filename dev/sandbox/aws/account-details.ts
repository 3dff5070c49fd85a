import Type from 'typebox';
import type { Account, Role } from './model.ts';
import { reads } from './operation.ts';
import { pageOf } from './page.ts';
import { boundaryXml, roleXml } from './role.ts';
import { attachedXml } from './role-policies.ts';
import { EntityTypes, Page } from './shapes.ts';
import { visibleRoles } from './state.ts';
import { tagsXml } from './tags.ts';
import { element, list, percentEncode, value } from './xml.ts';

// No description and no session duration: IAM's RoleDetail does not have them.
const detailXml = (account: Account, role: Role) =>
  roleXml(account, role) +
  element('InstanceProfileList', '') +
  list(
    'RolePolicyList',
    Object.entries(role.inline),
    ([name, document]) => value('PolicyName', name) + element('PolicyDocument', percentEncode(document)),
  ) +
  list('AttachedManagedPolicies', role.attached, attachedXml) +
  boundaryXml(role) +
  tagsXml(role.tags);

export const accountOperations = {
  GetAccountSummary: reads(Type.Object({}), ({ account }) => {
    const summary: Record<string, number> = {
      AssumeRolePolicySizeQuota: account.quotas.trustPolicySize,
      AttachedPoliciesPerRoleQuota: account.quotas.policiesPerRole,
      RolePolicySizeQuota: account.quotas.inlinePolicySize,
      Roles: account.roles.size,
      RolesQuota: account.quotas.rolesPerAccount,
      Policies: account.policies.size,
      PoliciesQuota: 1500,
      PolicySizeQuota: 6144,
      Users: new Set(account.accessKeys.map(({ userName }) => userName)).size,
      UsersQuota: 5000,
    };
    const entry = ([key, content]: [string, number]) =>
      element('entry', value('key', key) + value('value', content));
    return element('SummaryMap', Object.entries(summary).map(entry).join(''));
  }),

  // Roles only: the sandbox stores no details of users, groups and policies.
  GetAccountAuthorizationDetails: reads(
    Type.Object({ Filter: Type.Optional(EntityTypes), ...Page }),
    ({ state, account }, input) => {
      const wanted = input.Filter === undefined || input.Filter.length === 0 || input.Filter.includes('Role');
      const roles = wanted ? visibleRoles(state, account) : new Map<string, Role>();
      const page = pageOf(roles.keys(), input);
      const shown = page.keys.flatMap((key) => roles.get(key) ?? []);
      return (
        element('UserDetailList', '') +
        element('GroupDetailList', '') +
        list('RoleDetailList', shown, (role) => detailXml(account, role)) +
        element('Policies', '') +
        page.xml
      );
    },
  ),
};
