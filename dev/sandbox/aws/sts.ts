import { randomBytes } from 'node:crypto';
import Type from 'typebox';
import { refuse } from './aws-error.ts';
import { type Account, type Principal, type Role, roleArn, roleKey, uniqueId } from './model.ts';
import { type Call, reads } from './operation.ts';
import { requirePolicyDocument } from './policies.ts';
import { Arn, ExternalId, SessionDuration, SessionName, SessionPolicy, Tags } from './shapes.ts';
import { noteJudged, type State } from './state.ts';
import { isTrusted } from './trust-evaluation.ts';
import { element, value } from './xml.ts';

/** AWS remembers the key of an expired session for a while, and distinguishes it from an unknown key. */
const rememberExpired = 3_600_000;

// Sessions are in the order of their creation, so deleting the first ones limits their number.
const forgetExpired = ({ sessions, now }: State): void => {
  for (const [key, { session }] of sessions) {
    if (session && session.expiresAt + rememberExpired > now()) return;
    sessions.delete(key);
  }
};

/** The account and the name in a role's ARN. Nulls when it is not a role's ARN. */
export const parseRoleArn = (arn: string): { accountId: string | null; roleName: string | null } => {
  const [, accountId = null, roleName = null] =
    /^arn:[a-z-]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  return { accountId, roleName };
};

const findTarget = (state: State, arn: string): { account: Account; role: Role } | null => {
  const { accountId, roleName } = parseRoleArn(arn);
  const account = state.accounts.get(accountId ?? '');
  const role = account?.roles.get(roleKey(roleName ?? ''));
  return account && role && roleArn(account, role) === arn ? { account, role } : null;
};

const AssumeRoleInput = Type.Object({
  RoleArn: Arn,
  RoleSessionName: SessionName,
  DurationSeconds: Type.Optional(SessionDuration),
  ExternalId: Type.Optional(ExternalId),
  SourceIdentity: Type.Optional(SessionName),
  Policy: Type.Optional(SessionPolicy),
  Tags: Type.Optional(Tags),
});

const requireTrust = (
  { principal }: Call,
  role: Role | undefined,
  arn: string,
  actions: string[],
  keys: ReadonlyMap<string, string>,
) => {
  for (const action of actions) {
    // The message is the same for a missing role and for one that does not trust the caller, as in AWS.
    if (!role || !isTrusted(role.trustText, { action, principal, keys })) {
      throw refuse(
        'AccessDenied',
        `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${arn}`,
      );
    }
  }
};

const requireDuration = (principal: Principal, role: Role, seconds: number): void => {
  if (principal.session && seconds > 3600) {
    const text =
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining';
    throw refuse('ValidationError', text);
  }
  if (seconds > role.maxSessionDuration) {
    throw refuse(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
};

export const stsOperations = {
  // Not a write: it does not change the account.
  AssumeRole: reads(AssumeRoleInput, (call, input) => {
    const { state, principal } = call;
    const target = findTarget(state, input.RoleArn);
    const keys = new Map([
      ['aws:principalaccount', principal.accountId],
      ['aws:principalarn', principal.session?.roleArn ?? principal.arn],
      ['sts:rolesessionname', input.RoleSessionName],
    ]);
    if (input.ExternalId !== undefined) keys.set('sts:externalid', input.ExternalId);
    if (input.SourceIdentity !== undefined) keys.set('sts:sourceidentity', input.SourceIdentity);
    const actions = ['sts:AssumeRole'];
    if (input.Tags?.length) actions.push('sts:TagSession');
    if (input.SourceIdentity !== undefined) actions.push('sts:SetSourceIdentity');
    for (const action of actions) noteJudged(state, principal, action);
    requireTrust(call, target?.role, input.RoleArn, actions, keys);
    if (!target) return null;
    const seconds = input.DurationSeconds ?? 3600;
    requireDuration(principal, target.role, seconds);
    if (input.Policy !== undefined) requirePolicyDocument(input.Policy);

    const { account, role } = target;
    const key = uniqueId('ASIA', 16);
    const secretAccessKey = randomBytes(30).toString('base64');
    const token = randomBytes(96).toString('base64');
    const session: Principal = {
      accountId: account.accountId,
      arn: `arn:${account.partition}:sts::${account.accountId}:assumed-role/${role.roleName}/${input.RoleSessionName}`,
      userId: `${role.roleId}:${input.RoleSessionName}`,
      session: {
        roleArn: input.RoleArn,
        roleId: role.roleId,
        name: input.RoleSessionName,
        secretAccessKey,
        token,
        expiresAt: state.now() + seconds * 1000,
        policy: input.Policy ?? null,
      },
    };
    forgetExpired(state);
    state.sessions.set(key, session);
    return (
      element(
        'Credentials',
        value('AccessKeyId', key) +
          value('SecretAccessKey', secretAccessKey) +
          value('SessionToken', token) +
          value('Expiration', new Date(state.now() + seconds * 1000).toISOString()),
      ) +
      element('AssumedRoleUser', value('AssumedRoleId', session.userId) + value('Arn', session.arn)) +
      value('SourceIdentity', input.SourceIdentity ?? null)
    );
  }),

  GetCallerIdentity: reads(
    Type.Object({}),
    ({ principal }) =>
      value('Arn', principal.arn) + value('UserId', principal.userId) + value('Account', principal.accountId),
  ),
};
