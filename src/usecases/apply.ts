import { setTimeout as sleep } from 'node:timers/promises';
import { canonical } from '../domain/document.ts';
import { isRefusal, type Planned, type PlanResult } from '../domain/planned.ts';
import type { Observed, RoleState } from '../domain/role-state.ts';
import { Fault } from '../fault.ts';
import type { Caller, ChangeDraft, Intent, Quotas, RoleLock, Settlement } from '../ports.ts';
import type { Account } from '../schema/account.ts';
import type { Change, ChangeKind, Override } from '../schema/change.ts';
import type { Plan } from '../schema/plan.ts';
import type { Cluster } from '../schema/primitives.ts';
import type { WriteResult } from '../schema/write-result.ts';
import { registered } from './accounts.ts';
import { clustersOf, etagOf, expectPolicies, report } from './observe.ts';
import type { Deps } from './operation.ts';
import { readBack, settle, writeAll } from './outcome.ts';
import { overridden } from './overridden.ts';
import { presented } from './present.ts';

/** What a write is about, whichever verb asks for it. */
export interface WriteRequest {
  accountId: string;
  roleName: string;
  clusters: Cluster[];
  /** The field that holds the Region of the cluster with this index, for an error about it. */
  regionPointer?: (index: number) => string;
  /** The kind under which an attempt is logged that is refused before there is a plan. */
  kind: ChangeKind;
  reason?: string | undefined;
  permissionsBoundary?: string | undefined;
  additionalPolicyArns?: string[] | undefined;
  override?: Override | undefined;
  idempotencyKey?: string | undefined;
  dryRun?: boolean | undefined;
  ifMatch?: string | undefined;
  plan: (observed: Observed, clusters: Cluster[]) => PlanResult | Promise<PlanResult>;
}

/**
 * The one way in which a role is changed: lock, read, plan, intent, AWS, read back, outcome. A dry run ends at the
 * plan. Whatever goes wrong after the input was found good is in the log before the caller hears of it.
 */
export function apply(deps: Deps, request: WriteRequest, caller: Caller): Promise<WriteResult> {
  const running = request.dryRun ? rehearse(deps, request, caller) : perform(deps, request, caller);
  deps.underway.add(running);
  const forget = () => deps.underway.delete(running);
  running.then(forget, forget);
  return running;
}

async function rehearse(deps: Deps, request: WriteRequest, caller: Caller): Promise<WriteResult> {
  const account = await registered(deps, request.accountId);
  const { observed, clusters, plan } = await prepare(deps, account, request, caller);
  return { plan, change: null, report: report(observed, clusters, deps.now()) };
}

async function perform(deps: Deps, request: WriteRequest, caller: Caller): Promise<WriteResult> {
  let attempt: Attempt = { roleName: request.roleName, plan: null, planned: null, override: null, isOpen: false };
  try {
    expectGood(await registered(deps, request.accountId), request);
    return await deps.locks.whileHolding(request.accountId, request.roleName, async (lock) => {
      // Read again: the wait may have been long, and the member role another since.
      const account = await registered(deps, request.accountId);
      const prepared = await prepare(deps, account, request, caller);
      attempt = prepared;
      await expectVisible(deps, prepared);
      return carryOut(deps, lock, account, request, prepared, caller);
    });
  } catch (error) {
    throw await logged(deps, request, attempt, error, caller);
  }
}

interface Attempt {
  /** As IAM has it, once it is known: the letter case may be another than the caller's. */
  roleName: string;
  plan: Plan | null;
  planned: Planned | null;
  /** The refusal that the caller went past. */
  override: Override | null;
  /** Is it in the log? What comes after belongs to that change. */
  isOpen: boolean;
}

interface Prepared extends Attempt {
  observed: Observed;
  clusters: Cluster[];
  plan: Plan;
  planned: Planned;
}

/** What is wrong with the request, as far as that can be told without AWS. */
function expectGood(account: Account, request: WriteRequest): Cluster[] {
  expectPolicies(account, request);
  // Whoever could rewrite it would lock this service out, or lend its rights to others.
  if (account.memberRoleArn.split('/').at(-1)?.toLowerCase() === request.roleName.toLowerCase())
    throw new Fault('UNMODIFIABLE_ROLE', `${request.roleName} is the role by which this service reaches the account. Use another role.`);
  return clustersOf(account, request.clusters, request.regionPointer);
}

/** Reads the role and plans. Fault: whatever refuses the plan, with the plan that another choice would apply. */
async function prepare(deps: Deps, account: Account, request: WriteRequest, caller: Caller): Promise<Prepared> {
  const { accountId, partition } = account;
  const clusters = expectGood(account, request);
  const [role, known] = await Promise.all([deps.roles.read(account, request.roleName, caller), deps.roles.quotas(account, caller)]);
  expectEtag(request.ifMatch, role);
  const roleName = role?.roleName ?? request.roleName;
  const planWithin = async (quotas: Quotas, known: Cluster[]) => {
    const observed = { accountId, partition, roleName, role, quota: quotas.trustPolicySize, known };
    return { observed, result: withRoom(await request.plan(observed, clusters), quotas, accountId) };
  };
  let quotas = known;
  let { observed, result } = await planWithin(quotas, []);
  // What is known may be an hour old, and the quota raised since.
  if (isRefusal(result) && result.refused === 'QUOTA_EXCEEDED') {
    quotas = await deps.roles.quotas(account, caller, true);
    ({ observed, result } = await planWithin(quotas, []));
  }
  if (isTold(result)) ({ observed, result } = await planWithin(quotas, await deps.ledger.clustersAskedOf(accountId, roleName)));
  if (!isRefusal(result)) {
    const plan = presented(result, roleName, deps.newId());
    const override = overridden(request.override, role, result, plan);
    return { observed, roleName, clusters, planned: result, plan, override, isOpen: false };
  }
  const { alternative, suggestion } = result;
  throw new Fault(result.refused, result.message, {
    ...(alternative && { plan: presented(alternative, roleName, deps.newId()) }),
    ...(suggestion && { suggestion }),
  });
}

/** Does the answer tell of clusters that rely on the role? Where it only adds, the log need not be asked which do. */
function isTold(result: PlanResult): boolean {
  if (isRefusal(result) && result.refused === 'QUOTA_EXCEEDED') return true;
  const planned = isRefusal(result) ? result.alternative : result;
  return planned !== undefined && (planned.kind === 'REPAIR' || planned.effects.clustersLost.length > 0);
}

/** Refuses before the first write what AWS would refuse at one of the last. */
function withRoom(result: PlanResult, { policiesPerRole }: Quotas, accountId: string): PlanResult {
  if (isRefusal(result) || !result.steps.some(({ action }) => action === 'iam:AttachRolePolicy')) return result;
  const { length } = result.after.policies.attached;
  if (length <= policiesPerRole) return result;
  const message = `The role would have ${length} attached policies, and account ${accountId} allows ${policiesPerRole}. Ask for fewer, or raise the quota L-0DA4ABF3 in Service Quotas.`;
  return { refused: 'QUOTA_EXCEEDED', message };
}

/** For so long a read may be older than a write that IAM took. */
const staleForMs = 60_000;

/**
 * IAM has no compare-and-swap: a document made from a read that is older than our last change would undo that change.
 * Such a read shows the role as it was before it. Sending the same again is no harm. Fault: ROLE_BUSY.
 */
async function expectVisible(deps: Deps, { observed, planned }: Prepared): Promise<void> {
  const written = planned.steps.find((step) => step.action === 'iam:UpdateAssumeRolePolicy');
  const [last] = written
    ? await deps.ledger.effectiveSince(observed.accountId, observed.roleName, new Date(deps.now().getTime() - staleForMs))
    : [];
  if (!last?.before || !last.after || !planned.before) return;
  const age = deps.now().getTime() - Date.parse(last.steps.at(-1)?.at ?? last.at);
  const [read, before, after] = [planned.before, last.before, last.after].map(({ trust }) => canonical(trust));
  if (age < staleForMs && read === before && read !== after && canonical(planned.after.trust) !== after)
    throw new Fault(
      'ROLE_BUSY',
      `IAM does not show change ${last.id} yet, and writing now could undo it. Try again in a minute at the most.`,
    );
}

function expectEtag(ifMatch: string | undefined, role: RoleState | null): void {
  if (ifMatch === undefined) return;
  const etag = role && etagOf(role);
  const isMet = ifMatch === '*' ? etag !== null : ifMatch.split(',').some((one) => one.trim() === etag);
  if (!isMet)
    throw new Fault(
      'ROLE_CHANGED',
      `The role's etag is ${etag ?? 'none: there is no such role'}, not ${ifMatch}. Read it again and decide anew.`,
    );
}

async function carryOut(
  deps: Deps,
  lock: RoleLock,
  account: Account,
  request: WriteRequest,
  prepared: Prepared,
  caller: Caller,
): Promise<WriteResult> {
  const { observed, clusters, planned, plan } = prepared;
  if (planned.steps.length === 0) return { plan, change: null, report: report(observed, clusters, deps.now()) };
  const intent = await deps.ledger.open(draft(deps, request, prepared, caller));
  prepared.isOpen = true;
  const { steps, failure } = await writeAll(deps, lock, intent, account, planned.steps, caller);
  const seen = await readBack(deps, account, observed.roleName, steps, caller);
  const settlement = settle(plan, planned, steps, seen, failure);
  const change = await recorded(deps, intent, settlement);
  if (failure && change.outcome !== 'SUCCEEDED') throw failed(failure, plan, change, planned.steps.length);
  return { plan, change, report: report({ ...observed, role: seen.role === undefined ? observed.role : seen.role }, clusters, deps.now()) };
}

/** The outcome has to reach the log: a settlement may be repeated, so it is, for as long as a caller can wait. */
async function recorded(deps: Deps, intent: Intent, settlement: Settlement): Promise<Change> {
  const { changeId } = intent;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await deps.ledger.settle(intent, settlement);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const delay = deps.recordDelays[attempt];
      if (delay === undefined) {
        deps.log.error({ changeId, settlement, err: error.cause ?? error }, 'the outcome of a change could not be recorded');
        const message = `AWS was asked to change the role, but the outcome could not be recorded: change ${changeId} may stand as PENDING. Read the role and the change before you repeat it.`;
        throw new Fault(error.code, message, { changeId }, { cause: error.cause, retryable: false });
      }
      await sleep(delay);
    }
  }
}

function failed(failure: Fault, plan: Plan, change: Change, planned: number): Fault {
  const done = change.steps.filter((step) => step.outcome === 'SUCCEEDED').length;
  const what = `${failure.message} ${done} of ${planned} steps are done; change ${change.id} is ${change.outcome}.`;
  const remedy = change.outcome === 'FAILED' ? '' : ' Send the same request again to finish it.';
  return new Fault(
    failure.code,
    what + remedy,
    { ...failure.details, plan, change },
    { cause: failure.cause, retryable: failure.retryable },
  );
}

function draft({ roles }: Deps, request: WriteRequest, { roleName, plan, planned, override }: Attempt, caller: Caller): ChangeDraft {
  return {
    kind: planned?.kind ?? request.kind,
    accountId: request.accountId,
    roleName,
    clusters: request.clusters,
    caller,
    reason: request.reason ?? null,
    override,
    idempotencyKey: request.idempotencyKey ?? null,
    sessionName: roles.sessionName(caller),
    reverts: null,
    planId: plan?.id ?? null,
    planned: planned?.steps ?? [],
    effects: planned?.effects ?? null,
    before: planned?.before ?? null,
    after: planned?.after ?? null,
    diff: plan?.diff ?? '',
    editedOutside: false,
  };
}

/** Puts an attempt that never reached AWS into the log, and answers the fault that its caller is to get. */
async function logged(deps: Deps, request: WriteRequest, attempt: Attempt, error: unknown, caller: Caller): Promise<unknown> {
  // Wrong input is no attempt, and without a log there is nowhere to put it.
  if (attempt.isOpen || (error instanceof Fault && (error.code === 'INVALID_INPUT' || error.code === 'AUDIT_UNAVAILABLE'))) return error;
  const fault = error instanceof Fault ? error : new Fault('INTERNAL', 'The service failed.', {}, { cause: error });
  const change = await deps.ledger.refuse(draft(deps, request, attempt, caller), { code: fault.code, detail: fault.message });
  return new Fault(
    fault.code,
    fault.message,
    { ...fault.details, changeId: change.id },
    { cause: fault.cause, retryable: fault.retryable },
  );
}
