import { Fault } from '../../fault.ts';
import type { AccountRecord } from '../../ports/accounts.ts';
import type { ClaimRecord } from '../../ports/claims.ts';
import type { Resource } from '../../ports/permissions.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Change } from '../../schema/change.ts';
import type { Action } from './action.ts';
import type { Deps } from './deps.ts';
import { createDraft, type RequestedChange } from './log-draft.ts';
import { isInScope, isOwner, isPermitted, maySpeak, speakFor } from './permission.ts';
import { requireAudit } from './require-audit.ts';

/** The fields of an input that a permission can depend on. */
interface Input {
  accountId?: string;
  id?: string;
  name?: string;
  roleName?: string;
  dryRun?: boolean;
}

interface AuthorizedAction extends Action {
  kind: 'QUERY' | 'MUTATION';
  /** Present where the action changes a role. */
  attempt?: unknown;
}

/**
 * The subject of a request, as it was read to authorize it. Null: the request has no such subject, or it does
 * not exist.
 */
export interface Subject {
  account: AccountRecord | null;
  change: Change | null;
  claim: ClaimRecord | null;
}

/** A permitted request. */
export interface Authorized extends Subject {
  /**
   * Decides again about a plan that takes coverage away, where a policy depends on whether its Fargate profiles
   * are known. `unknown`: why they are not, or null. Fault: FORBIDDEN.
   */
  authorizePlan(unknown: string | null): void;
}

/**
 * Permits a request, or refuses it before anything is done, idempotency keys included. Answers what the
 * request is about, so that a read need not look up its account again. A read may get its account from the
 * cache; a write never does.
 *
 * `attemptOf` answers the change of a role that the request would make, or null. A refused change is logged
 * before the caller gets the answer. Faults: FORBIDDEN, with the same text whether the subject exists or not;
 * AUDIT_UNAVAILABLE where a refusal cannot be logged; UNAVAILABLE, or AUDIT_UNAVAILABLE for a change of a
 * role, while the caller is known from the cache alone.
 */
export async function authorize(
  deps: Deps,
  action: AuthorizedAction,
  input: Input,
  caller: Caller,
  attemptOf: (subject: Subject) => RequestedChange | null = () => null,
): Promise<Authorized> {
  if (caller.isFromCache && action.kind === 'MUTATION') throw unverifiedCaller(action);
  const { resource, own, ...subject } = await lookUp(deps, action, input, caller);
  const owner = subject.change ?? subject.claim;
  if (owner) caller.onAccount?.(owner.accountId);
  const attempt = attemptOf(subject);
  const { dryRun = false, roleName = owner?.roleName } = {
    ...input,
    ...(attempt && { roleName: attempt.roleName }),
  };
  const about = { dryRun, own, ...(roleName !== undefined && { roleName }) };
  const isAllowed = (who: Caller, more = {}) =>
    isPermitted(deps, who, action, resource, { ...about, ...more });
  const deny = (why = '', more = {}) => {
    const { actor, onBehalfOf, requestId } = caller;
    const accountId = resource === 'SERVICE' ? undefined : resource.accountId;
    deps.log.info(
      { actor, onBehalfOf: onBehalfOf?.actor, requestId, operation: action.name, accountId },
      'permission denied',
    );
    // Where it is the person who may not, whoever reads this should not look at the rights of the portal.
    const person = onBehalfOf && isAllowed(alone(caller), more) ? ` to ${onBehalfOf.actor.subject}` : '';
    return `Permission denied${person}: ${action.name}${placeOf(action, input)}${why}. Ask an administrator of Rolewright.`;
  };
  const speaks = maySpeak(deps, caller);
  const isOwnMatter = action.concerns === 'CALLER' && speaks;
  if (isOwnMatter || (isInScope(caller, action) && isAllowed(caller)))
    return {
      ...subject,
      authorizePlan(unknown) {
        if (!deps.permissions.considersProfiles) return;
        const profilesKnown = unknown === null;
        if (isAllowed(caller, { profilesKnown })) return;
        const why = profilesKnown ? '' : ' while the Fargate profiles of the plan are not known';
        throw new Fault('FORBIDDEN', [deny(why, { profilesKnown }), unknown].filter(Boolean).join(' '));
      },
    };

  const message = speaks ? deny() : denySpeaking(deps, caller);
  if (attempt && !dryRun)
    // Without its idempotency key, because the request did not get far enough to use it. The log names nobody on
    // the word of a caller whose word does not count.
    await deps.ledger.refuse(
      createDraft(deps, { ...attempt, idempotencyKey: undefined }, speaks ? caller : alone(caller)),
      {
        code: 'FORBIDDEN',
        detail: message,
      },
    );
  throw new Fault('FORBIDDEN', message);
}

const alone = (caller: Caller): Caller => ({ ...caller, onBehalfOf: null });

function denySpeaking({ log }: Deps, { actor, requestId }: Caller): string {
  log.info({ actor, requestId, operation: speakFor.name }, 'permission denied');
  return 'Permission denied: speakFor. Leave out On-Behalf-Of, or ask an administrator of Rolewright.';
}

function placeOf({ concerns }: Action, { accountId, id, name }: Input): string {
  const places = {
    ACCOUNT: ` in account ${accountId}`,
    CHANGE: ` for change ${id}`,
    CLAIM: ` for claim ${id}`,
    SWEEP: ` for sweep ${id}`,
    SCHEDULE: ` for schedule ${name}`,
    ACCOUNTS: '',
    SERVICE: '',
    CALLER: '',
  };
  return places[concerns];
}

/** The fault that the missing database would lead to anyway. */
const unverifiedCaller = ({ attempt }: AuthorizedAction) =>
  new Fault(
    attempt === undefined ? 'UNAVAILABLE' : 'AUDIT_UNAVAILABLE',
    'The service token cannot be verified: the database is unavailable. Try again in a moment.',
  );

/** Reads what a request is about. Faults: UNAVAILABLE; AUDIT_UNAVAILABLE for a change of a role. */
async function lookUp(
  deps: Deps,
  action: AuthorizedAction,
  input: Input,
  caller: Caller,
): Promise<Subject & { resource: Resource; own: boolean | null }> {
  const { accounts, claims, ledger } = deps;
  const nothing = { account: null, change: null, claim: null, own: null };
  if (action.concerns === 'CHANGE' || action.concerns === 'CLAIM') {
    const id = input.id ?? '';
    const change = action.concerns === 'CHANGE' ? await ledger.get(id) : null;
    const claim = action.concerns === 'CLAIM' ? await readFor(action, claims.get(id)) : null;
    const owner = change ?? claim;
    // A change or claim that does not exist is authorized like one in an account that is not registered.
    const accountId = owner?.accountId ?? '';
    const account = owner && (await readFor(action, accounts.get(accountId)));
    return { ...nothing, resource: { accountId, account }, account, change, claim };
  }
  if (action.concerns !== 'ACCOUNT')
    return { ...nothing, resource: 'SERVICE', own: await isOwn(deps, action, input, caller) };
  const { accountId = '' } = input;
  const account = await (action.kind === 'QUERY'
    ? accounts.getCached(accountId)
    : readFor(action, accounts.get(accountId)));
  return { ...nothing, resource: { accountId, account }, account };
}

/**
 * Null where the action is about no single sweep or schedule. One that does not exist counts as somebody
 * else's.
 */
async function isOwn(
  { sweeps, schedules }: Deps,
  { concerns, makes }: Action,
  input: Input,
  caller: Caller,
): Promise<boolean | null> {
  if (concerns !== 'SWEEP' && concerns !== 'SCHEDULE') return null;
  const record = await (concerns === 'SWEEP' ? sweeps.get(input.id ?? '') : schedules.get(input.name ?? ''));
  return record ? isOwner(caller, record.caller) : makes === true;
}

const readFor = <T>({ attempt }: AuthorizedAction, reading: Promise<T>): Promise<T> =>
  attempt === undefined ? reading : requireAudit(reading);
