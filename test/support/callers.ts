import { Fault } from '#src/fault.ts';
import type { Authenticate } from '#src/ports/authenticate.ts';
import type { ServiceTokenRecord } from '#src/ports/tokens.ts';
import type { Identity } from '#src/schema/caller.ts';
import { callerOf } from './scripted-aws.ts';

/**
 * Authenticates by reading the caller from the credential. Without a credential the caller is an
 * administrator.
 */
export const authenticateAnyone: Authenticate = async ([given]) => {
  const { actor, groups, scope } = callerOf('administrator');
  const more =
    given === undefined
      ? {}
      : (JSON.parse(Buffer.from(given.slice('Bearer '.length), 'base64url').toString()) as Partial<Identity>);
  return { identity: { actor, groups, scope, ...more } };
};

/** The credential of a caller in these groups. The first group is also the caller's name. */
export const headersOf = (groups: readonly string[], more: Partial<Identity> = {}) => {
  const identity = {
    actor: { subject: groups[0] ?? 'nobody', issuer: 'https://issuer.example' },
    groups,
    ...more,
  };
  return { authorization: `Bearer ${Buffer.from(JSON.stringify(identity)).toString('base64url')}` };
};

/** The roles of the default policies, but each only for the accounts of the caller's team. */
export const teamPolicies = Object.entries({
  viewers: '[Rolewright::Action::"read"]',
  operators: '[Rolewright::Action::"read", Rolewright::Action::"write"]',
  auditors: '[Rolewright::Action::"audit", Rolewright::Action::"account", Rolewright::Action::"accounts"]',
  administrators:
    '[Rolewright::Action::"read", Rolewright::Action::"write", Rolewright::Action::"audit", Rolewright::Action::"administer"]',
})
  .map(
    ([
      group,
      actions,
    ]) => `permit (principal in Rolewright::Group::"${group}", action in ${actions}, resource) when {
  resource is Rolewright::Service ||
  (principal in Rolewright::Group::"payments" && resource.hasTag("team") && resource.getTag("team") == "payments") ||
  (principal in Rolewright::Group::"core" && resource.hasTag("team") && resource.getTag("team") == "core")
};`,
  )
  .join('\n');

/** A stored service token, valid for an hour unless `more` says otherwise. */
export const keptToken = (name: string, more: Partial<ServiceTokenRecord> = {}): ServiceTokenRecord => ({
  id: '0123456789abcdef',
  name,
  groups: ['rolewright-operators'],
  scope: { operations: null, accountIds: null },
  createdBy: { subject: 'alice', issuer: 'https://issuer.example' },
  createdAt: new Date(),
  expiresAt: new Date(Date.now() + 3_600_000),
  lastUsedAt: null,
  revokedAt: null,
  revokedBy: null,
  ...more,
});

/** Accepts every credential until a test says otherwise, and counts its calls. */
export function doorman(identity: Pick<Identity, 'actor' | 'groups' | 'scope'>) {
  let mood: 'KNOWN' | 'UNKNOWN' | 'AWAY' = 'KNOWN';
  let wake = Promise.withResolvers<void>();
  let asked = 0;
  const authenticate: Authenticate = async ([given]) => {
    asked += 1;
    wake.resolve();
    wake = Promise.withResolvers();
    if (mood === 'AWAY') throw new Fault('UNAVAILABLE', 'It cannot be told who is calling.');
    return mood === 'KNOWN' && given !== undefined ? { identity } : { refused: 'it has ended' };
  };
  return {
    authenticate,
    become: (next: typeof mood) => {
      mood = next;
    },
    /** Resolves after this number of further calls. */
    askedAgain: async (times: number) => {
      for (const until = asked + times; asked < until; ) await wake.promise;
    },
  };
}
