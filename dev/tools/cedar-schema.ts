import type { Action } from '#src/operations/call/action.ts';

const groups = {
  read: 'Looks at accounts, roles and their history.',
  write: 'Changes roles.',
  audit: 'Reads and proves the log.',
  administer: 'Manages accounts and service tokens.',
} satisfies Record<Action['permission'][number], string>;

const inGroups = (names: Action['permission']): string =>
  names.length > 0 ? ` in [${names.map((name) => `"${name}"`).join(', ')}]` : '';

/** The Cedar schema of the policies, from the table of the actions that need a permission. */
export const cedarSchema = (
  actions: readonly Action[],
): string => `// Written by dev/tools/describe-api.ts. To validate a file of policies: cedar validate --schema rolewright.cedarschema --policies FILE
namespace Rolewright {
  // A group in the caller's token.
  entity Group;

  // Its ID is "ISSUER|SUBJECT".
  entity User in [Group] { subject: String, issuer?: String };

  // Its ID is the account ID, and its tags are the labels. An unregistered account has only an ID.
  entity Account { id: String, name?: String, partition?: String } tags String;

  // Its ID is "rolewright". For actions without an account, and for lists, which contain only visible items.
  entity Service;

  // roleName is in lower case, because IAM ignores letter case. profilesKnown: whether the Fargate profiles of a
  // plan that takes coverage away are known. Before there is such a plan, it is absent.
  type Request = { via: String, dryRun: Bool, roleName?: String, own?: Bool, profilesKnown?: Bool };
  // For one sweep or schedule. own: it belongs to the caller, or the request creates it.
  type OwnedRequest = { via: String, dryRun: Bool, roleName?: String, own: Bool };

${Object.entries(groups)
  .map(([name, what]) => `  // ${what}\n  action "${name}";\n`)
  .join('')}
${actions
  .map(
    ({ name, permission, concerns }) =>
      `  action "${name}"${inGroups(permission)}\n    appliesTo { principal: User, resource: ${['ACCOUNT', 'CHANGE', 'CLAIM'].includes(concerns) ? 'Account' : 'Service'}, context: ${concerns === 'SWEEP' || concerns === 'SCHEDULE' ? 'OwnedRequest' : 'Request'} };\n`,
  )
  .join('')}}
`;
