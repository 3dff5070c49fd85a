import { roleKeyOf } from '../../domain/role/same.ts';
import type { AccountRecord } from '../../ports/accounts.ts';
import type { Resource } from '../../ports/permissions.ts';
import type { Caller, KeptCaller } from '../../schema/caller.ts';
import type { Actor } from '../../schema/change.ts';
import type { Action } from './action.ts';
import type { Deps } from './deps.ts';

/** What a decision can depend on, besides caller, action and resource. See `Permissions`. */
interface About {
  own?: boolean | null;
  dryRun?: boolean;
  roleName?: string;
  profilesKnown?: boolean | null;
}

/** The action of a caller that calls on behalf of a person. It goes with any operation and is none itself. */
export const speakFor = {
  name: 'speakFor',
  permission: [],
  concerns: 'SERVICE',
} as const satisfies Action;

/** May the caller call on behalf of the person that it names? True where it names nobody. */
export const maySpeak = ({ permissions }: Pick<Deps, 'permissions'>, caller: Caller): boolean =>
  !caller.onBehalfOf ||
  (isInScope(caller, speakFor) &&
    permissions.allows(caller, speakFor.name, 'SERVICE', {
      dryRun: false,
      roleName: null,
      own: null,
      profilesKnown: null,
    }));

/**
 * Is the caller permitted to do this? On behalf of a person, both are asked, and whether the caller may speak
 * for people. The scope of a credential can only take rights away. A caller whose
 * scope names accounts may do nothing that is about all accounts.
 */
export function isPermitted(
  deps: Deps,
  caller: Caller,
  { name, concerns }: Pick<Action, 'name' | 'concerns'>,
  resource: Resource,
  { own = null, dryRun = false, roleName, profilesKnown = null }: About,
): boolean {
  const { accountIds = null } = caller.scope ?? {};
  // The caller's own sweep holds only accounts that the caller may see.
  const isFiltered = concerns === 'ACCOUNTS' || (concerns === 'SWEEP' && own === true);
  const isInScope =
    accountIds === null || (resource === 'SERVICE' ? isFiltered : accountIds.includes(resource.accountId));
  // IAM role names ignore letter case. A policy about a role must not be evaded by another spelling of its
  // name.
  const about = { dryRun, roleName: roleName === undefined ? null : roleKeyOf(roleName), own, profilesKnown };
  const both = caller.onBehalfOf ? [caller, { ...caller, ...caller.onBehalfOf }] : [caller];
  return (
    isInScope &&
    maySpeak(deps, caller) &&
    both.every((one) => deps.permissions.allows(one, name, resource, about))
  );
}

/** Does the scope of the credential name the action, or no action at all? */
export function isInScope(
  { scope }: Pick<Caller, 'scope'>,
  { name, scopedAs = name }: Pick<Action, 'name' | 'scopedAs'>,
): boolean {
  const operations = scope?.operations ?? null;
  return operations === null || operations.includes(scopedAs);
}

/** May the caller see this item of a list: the account itself, or a change or a role in it? */
export const canSee = (
  deps: Deps,
  caller: Caller,
  item:
    | 'account'
    | 'change'
    | 'executionRole'
    | 'checkExecutionRole'
    | 'extendExecutionRole'
    | 'fargateReadiness',
  accountId: string,
  account: Pick<AccountRecord, 'name' | 'partition' | 'labels'> | null,
  roleName?: string,
): boolean => {
  const about = roleName === undefined ? {} : { roleName };
  return isPermitted(deps, caller, { name: item, concerns: 'ACCOUNT' }, { accountId, account }, about);
};

/** May the caller see this sweep or schedule, which has an owner? */
export const canSeeOwned = (
  deps: Deps,
  caller: Caller,
  item: 'sweep' | 'schedule',
  owner: Owner,
): boolean => {
  const concerns = item === 'sweep' ? 'SWEEP' : 'SCHEDULE';
  return isPermitted(deps, caller, { name: item, concerns }, 'SERVICE', { own: isOwner(caller, owner) });
};

type Owner = Pick<Caller, 'actor' | 'onBehalfOf'>;

/** The part of a caller by which work that outlives the request is authorized. */
export const callerToKeep = ({ actor, groups, scope, onBehalfOf = null, requestId }: Caller): KeptCaller => ({
  actor,
  groups,
  scope,
  onBehalfOf,
  requestId,
});

/** Did the same caller make it, on behalf of the same person? */
export const isOwner = (caller: Owner, owner: Owner): boolean => {
  const [one, other] = [caller.onBehalfOf?.actor, owner.onBehalfOf?.actor];
  return isSameActor(caller.actor, owner.actor) && (one && other ? isSameActor(one, other) : one === other);
};

/** The same subject of another issuer is another actor. */
const isSameActor = (one: Actor, other: Actor): boolean =>
  one.subject === other.subject && one.issuer === other.issuer;
