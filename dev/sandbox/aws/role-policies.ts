import Type from 'typebox';
import { refuse } from './aws-error.ts';
import { reads, writes } from './operation.ts';
import { pageOf } from './page.ts';
import { policyNameOf, requireAttachable, requireBoundary, requirePolicyDocument } from './policies.ts';
import { readRole, replaceRole, writableRole } from './role.ts';
import { Arn, Page, PathPrefix, PolicyDocument, PolicyName, RoleName } from './shapes.ts';
import { list, value } from './xml.ts';

export const attachedXml = (arn: string) => value('PolicyName', policyNameOf(arn)) + value('PolicyArn', arn);

// arn:aws:iam::aws:policy/service-role/Name has the path /service-role/
const pathOf = (arn: string) => arn.slice(arn.indexOf('/'), arn.lastIndexOf('/') + 1);

const sizeOf = (documents: Iterable<string>) =>
  [...documents].reduce((size, document) => size + document.replace(/\s/g, '').length, 0);

export const rolePolicyOperations = {
  AttachRolePolicy: writes(Type.Object({ RoleName, PolicyArn: Arn }), (call, input) => {
    const role = writableRole(call, input.RoleName);
    const arn = requireAttachable(call.account, input.PolicyArn);
    if (role.attached.includes(arn)) return null;
    const quota = call.account.quotas.policiesPerRole;
    if (role.attached.length >= quota)
      throw refuse('LimitExceeded', `Cannot exceed quota for PoliciesPerRole: ${quota}`);
    replaceRole(call, { ...role, attached: [...role.attached, arn] });
    return null;
  }),

  DetachRolePolicy: writes(Type.Object({ RoleName, PolicyArn: Arn }), (call, input) => {
    const role = writableRole(call, input.RoleName);
    const attached = role.attached.filter((arn) => arn.toLowerCase() !== input.PolicyArn.toLowerCase());
    if (attached.length === role.attached.length)
      throw refuse('NoSuchEntity', `Policy ${input.PolicyArn} was not found.`);
    replaceRole(call, { ...role, attached });
    return null;
  }),

  ListAttachedRolePolicies: reads(
    Type.Object({ RoleName, PathPrefix: Type.Optional(PathPrefix), ...Page }),
    (call, input) => {
      const { attached } = readRole(call, input.RoleName);
      const prefix = input.PathPrefix ?? '/';
      const page = pageOf(
        attached.filter((arn) => pathOf(arn).startsWith(prefix)),
        input,
      );
      return list('AttachedPolicies', page.keys, attachedXml) + page.xml;
    },
  ),

  PutRolePolicy: writes(Type.Object({ RoleName, PolicyName, PolicyDocument }), (call, input) => {
    const role = writableRole(call, input.RoleName);
    requirePolicyDocument(input.PolicyDocument);
    const inline = { ...role.inline, [input.PolicyName]: input.PolicyDocument };
    const quota = call.account.quotas.inlinePolicySize;
    if (sizeOf(Object.values(inline)) > quota) {
      throw refuse(
        'LimitExceeded',
        `Maximum policy size of ${quota} bytes exceeded for role ${role.roleName}`,
      );
    }
    replaceRole(call, { ...role, inline });
    return null;
  }),

  DeleteRolePolicy: writes(Type.Object({ RoleName, PolicyName }), (call, input) => {
    const role = writableRole(call, input.RoleName);
    const { [input.PolicyName]: found, ...inline } = role.inline;
    if (found === undefined)
      throw refuse('NoSuchEntity', `The role policy with name ${input.PolicyName} cannot be found.`);
    replaceRole(call, { ...role, inline });
    return null;
  }),

  ListRolePolicies: reads(Type.Object({ RoleName, ...Page }), (call, input) => {
    const page = pageOf(Object.keys(readRole(call, input.RoleName).inline), input);
    // Plain strings: each member is the name itself.
    return list('PolicyNames', page.keys, (name) => name) + page.xml;
  }),

  PutRolePermissionsBoundary: writes(Type.Object({ RoleName, PermissionsBoundary: Arn }), (call, input) => {
    const role = writableRole(call, input.RoleName);
    replaceRole(call, {
      ...role,
      permissionsBoundary: requireBoundary(call.account, input.PermissionsBoundary),
    });
    return null;
  }),

  DeleteRolePermissionsBoundary: writes(Type.Object({ RoleName }), (call, input) => {
    const role = writableRole(call, input.RoleName);
    if (role.permissionsBoundary === null) {
      throw refuse('NoSuchEntity', `The role with name ${role.roleName} has no permissions boundary.`);
    }
    replaceRole(call, { ...role, permissionsBoundary: null });
    return null;
  }),
};
