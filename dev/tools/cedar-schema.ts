import type { Action } from '#src/operations/call/action.ts';

const groups = {
  read: 'Looks at accounts, roles and their history.',
  write: 'Changes roles.',
  audit: 'Reads and proves the log.',
  administer: 'Decides which accounts there are, and who may call.',
} satisfies Record<Action['permission'][number], string>;

/** What policies may speak of, in Cedar's own words, from the table of what permissions are given for. */
export const cedarSchema = (
  actions: readonly Action[],
): string => `// Written by dev/tools/describe-api.ts. To judge a file by it: cedar validate --schema rolewright.cedarschema --policies FILE
namespace Rolewright {
  // A group that the token of the caller names.
  entity Group;

  // Called "ISSUER|SUBJECT".
  entity User in [Group] { subject: String, issuer?: String };

  // Called by its ID. The tags are its labels. Of one that is not registered nothing but the ID is known.
  entity Account { id: String, name?: String, partition?: String } tags String;

  // Called "rolewright": what is about no account, and lists, which hold what the caller may see by itself.
  entity Service;

  // The name of the role is in lower case, as IAM takes no notice of it.
  type Request = { via: String, dryRun: Bool, roleName?: String, own?: Bool };
  // About one sweep, or one schedule: is it the caller's own? One that is not there is nobody's; a schedule that is put anew, the caller's.
  type OfSomebody = { via: String, dryRun: Bool, roleName?: String, own: Bool };

${Object.entries(groups)
  .map(([name, what]) => `  // ${what}\n  action "${name}";\n`)
  .join('')}
${actions
  .map(
    ({ name, permission, concerns }) =>
      `  action "${name}" in [${permission.map((group) => `"${group}"`).join(', ')}]\n    appliesTo { principal: User, resource: ${['ACCOUNT', 'CHANGE', 'CLAIM'].includes(concerns) ? 'Account' : 'Service'}, context: ${concerns === 'SWEEP' || concerns === 'SCHEDULE' ? 'OfSomebody' : 'Request'} };\n`,
  )
  .join('')}}
`;
