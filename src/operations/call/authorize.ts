import { roleKeyOf } from '../../domain/role/same.ts';
import { Fault } from '../../fault.ts';
import type { AccountRecord } from '../../ports/accounts.ts';
import type { ClaimRecord } from '../../ports/claims.ts';
import type { Resource } from '../../ports/permissions.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Actor, Change } from '../../schema/change.ts';
import type { Action } from './action.ts';
import type { Deps } from './deps.ts';
import { draftOf, type RequestedChange, requireAudit } from './refusal.ts';

/** What of a checked input is authorize. */
interface Judgeable {
  accountId?: string;
  id?: string;
  name?: string;
  roleName?: string;
  dryRun?: boolean;
}

interface Asked extends Action {
  kind: 'QUERY' | 'MUTATION';
  attempt?: unknown;
}

/** What the ID of a request stands for: a change, a claim, or neither. */
export interface Subject {
  change: Change | null;
  claim: ClaimRecord | null;
}

/** May the caller? A credential's scope only takes away; who is limited to accounts has no part in what is about all of them. */
function allows(
  { permissions }: Deps,
  caller: Caller,
  { name, concerns }: Omit<Action, 'permission'>,
  resource: Resource,
  { own = null, ...about }: Pick<Judgeable, 'roleName' | 'dryRun'> & { own?: boolean | null },
) {
  const { accountIds = null } = caller.scope ?? {};
  // A sweep of its own holds nothing but what it may see.
  const isOfAccounts = concerns === 'ACCOUNTS' || (concerns === 'SWEEP' && own === true);
  const isWithin = accountIds === null || (resource === 'SERVICE' ? isOfAccounts : accountIds.includes(resource.accountId));
  // IAM role names ignore case, so that a policy about them must not be escaped by another one.
  const roleName = about.roleName === undefined ? null : roleKeyOf(about.roleName);
  return isWithin && permissions.allows(caller, name, resource, { dryRun: about.dryRun ?? false, roleName, own });
}

/** Shows a list the part that the caller may see by itself: an account, or a change or a role in that account. */
export const canSee = (
  deps: Deps,
  caller: Caller,
  item: 'account' | 'change' | 'executionRole' | 'checkExecutionRole' | 'extendExecutionRole',
  accountId: string,
  account: Pick<AccountRecord, 'name' | 'partition' | 'labels'> | null,
  roleName?: string,
) => allows(deps, caller, { name: item, concerns: 'ACCOUNT' }, { accountId, account }, roleName === undefined ? {} : { roleName });

/** The same for a sweep, or a schedule, which is somebody's. */
export const canSeeOwned = (deps: Deps, caller: Caller, item: 'sweep' | 'schedule', owner: Actor) =>
  allows(deps, caller, { name: item, concerns: item === 'sweep' ? 'SWEEP' : 'SCHEDULE' }, 'SERVICE', { own: isSame(caller.actor, owner) });

/** Of another issuer the same subject is somebody else. */
export const isSame = (one: Actor, other: Actor) => one.subject === other.subject && one.issuer === other.issuer;

/**
 * Lets a request pass, or refuses it: Fault UNAVAILABLE, of a change of a role AUDIT_UNAVAILABLE, for one that would change something
 * while it cannot be told whether its caller still may call; Fault FORBIDDEN, which tells the same whether what it is about exists or not. Nothing has
 * been done before, not even for an idempotency key. A refused change of a role is in the log before its caller hears of it;
 * where it cannot be, Fault AUDIT_UNAVAILABLE. `attemptOf`: what the request would do to a role, if anything.
 *
 * Answers what to go on with: a read then has no need to look its account up a second time. The account of a write is read now,
 * never recalled.
 */
export async function authorize(
  deps: Deps,
  action: Asked,
  input: Judgeable,
  caller: Caller,
  attemptOf: (subject: Subject) => RequestedChange | null = () => null,
): Promise<Deps> {
  if (caller.isFromCache && action.kind === 'MUTATION') throw unknownNow(action);
  const operations = caller.scope?.operations ?? null;
  const isNamed = operations === null || operations.includes(action.scopedAs ?? action.name);
  const { resource, change, claim, own, going } = await lookUp(deps, action, input, caller);
  const subject = change ?? claim;
  if (subject) caller.onAccount?.(subject.accountId);
  const attempt = attemptOf({ change, claim });
  const { dryRun = false, roleName = subject?.roleName } = { ...input, ...(attempt && { roleName: attempt.roleName }) };
  if (isNamed && allows(deps, caller, action, resource, { dryRun, own, ...(roleName !== undefined && { roleName }) })) return going;

  const { actor, requestId } = caller;
  const accountId = resource === 'SERVICE' ? undefined : resource.accountId;
  deps.log.info({ actor, requestId, operation: action.name, accountId }, 'refused: the caller may not');
  const where = {
    ACCOUNT: ` in account ${input.accountId}`,
    CHANGE: ` about change ${input.id}`,
    CLAIM: ` about claim ${input.id}`,
    SWEEP: ` about sweep ${input.id}`,
    SCHEDULE: ` about schedule ${input.name}`,
    ACCOUNTS: '',
    SERVICE: '',
  }[action.concerns];
  const message = `This caller may not do ${action.name}${where}. Ask an administrator of Rolewright.`;
  if (attempt && !dryRun)
    // Without its key: the request has not come so far as to use it.
    await deps.ledger.refuse(draftOf(deps, { ...attempt, idempotencyKey: undefined }, caller), { code: 'FORBIDDEN', detail: message });
  throw new Fault('FORBIDDEN', message);
}

/** What a database that does not answer would end in anyway. */
const unknownNow = ({ attempt }: Asked) =>
  new Fault(
    attempt === undefined ? 'UNAVAILABLE' : 'AUDIT_UNAVAILABLE',
    'The database did not answer, so it cannot be told whether the service token is good still. Try again in a moment.',
  );

interface Found extends Subject {
  resource: Resource;
  own: boolean | null;
  going: Deps;
}

/** Finds what a request is about. Faults: UNAVAILABLE; of a write, AUDIT_UNAVAILABLE. */
async function lookUp(deps: Deps, action: Asked, input: Judgeable, caller: Caller): Promise<Found> {
  const { accounts, claims, ledger } = deps;
  const nothing = { change: null, claim: null, own: null, going: deps };
  if (action.concerns === 'CHANGE' || action.concerns === 'CLAIM') {
    const id = input.id ?? '';
    const change = action.concerns === 'CHANGE' ? await ledger.get(id) : null;
    const claim = action.concerns === 'CLAIM' ? await read(action, claims.get(id)) : null;
    const subject = change ?? claim;
    // One that is unknown is authorize like one in an account that nobody knows.
    const accountId = subject?.accountId ?? '';
    const account = subject && (await read(action, accounts.get(accountId)));
    return { ...nothing, resource: { accountId, account }, change, claim };
  }
  if (action.concerns !== 'ACCOUNT') return { ...nothing, resource: 'SERVICE', own: await isOwn(deps, action, input, caller) };
  const { accountId = '' } = input;
  const account = await (action.kind === 'QUERY' ? accounts.getCached(accountId) : read(action, accounts.get(accountId)));
  const getCached = async () => account;
  const going = action.kind === 'QUERY' ? { ...deps, accounts: { ...accounts, getCached } } : deps;
  return { ...nothing, resource: { accountId, account }, going };
}

/** Null for what is about no one sweep or schedule. An unknown one is authorize like somebody else's. */
async function isOwn({ sweeps, schedules }: Deps, { concerns, makes }: Asked, input: Judgeable, caller: Caller) {
  if (concerns !== 'SWEEP' && concerns !== 'SCHEDULE') return null;
  const found = await (concerns === 'SWEEP' ? sweeps.get(input.id ?? '') : schedules.get(input.name ?? ''));
  return found ? isSame(caller.actor, found.caller.actor) : makes === true;
}

/** Where the account of a change cannot be read, the change cannot be logged either. */
const read = <T>({ attempt }: Asked, looking: Promise<T>): Promise<T> => (attempt === undefined ? looking : requireAudit(looking));
