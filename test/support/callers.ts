import type { CallerOf } from '#src/faces/caller-of.ts';
import type { Caller } from '#src/ports.ts';
import { callerOf } from './scripted-aws.ts';

const header = 'x-test-caller';

/** Takes who calls from a header, and who sends none for an administrator. */
export const callerOfHeader: CallerOf = (request, via) => {
  const given = request.headers[header];
  const caller = typeof given === 'string' ? (JSON.parse(given) as Partial<Caller>) : {};
  return { ...callerOf('administrator'), ...caller, via, requestId: request.id };
};

/** The header of a caller in these groups, called like the first. */
export const headersOf = (groups: readonly string[], more: Partial<Caller> = {}) => ({
  [header]: JSON.stringify({ actor: { subject: groups[0] ?? 'nobody', issuer: 'https://issuer.example' }, groups, ...more }),
});

/** The roles of the default policies, but that each has a say in the accounts of the caller's team alone. */
export const teamPolicies = Object.entries({
  viewers: '[Rolewright::Action::"read"]',
  operators: '[Rolewright::Action::"read", Rolewright::Action::"write"]',
  auditors: '[Rolewright::Action::"audit", Rolewright::Action::"account", Rolewright::Action::"accounts"]',
  administrators:
    '[Rolewright::Action::"read", Rolewright::Action::"write", Rolewright::Action::"audit", Rolewright::Action::"administer"]',
})
  .map(
    ([group, actions]) => `permit (principal in Rolewright::Group::"${group}", action in ${actions}, resource) when {
  resource is Rolewright::Service ||
  (principal in Rolewright::Group::"payments" && resource.hasTag("team") && resource.getTag("team") == "payments") ||
  (principal in Rolewright::Group::"core" && resource.hasTag("team") && resource.getTag("team") == "core")
};`,
  )
  .join('\n');
