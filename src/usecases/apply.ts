import { isRefusal, type Planned, type PlanResult } from '../domain/planned.ts';
import type { Observed, RoleState } from '../domain/role-state.ts';
import { Fault } from '../fault.ts';
import type { Caller, ChangeDraft, Intent, Quotas, Settlement } from '../ports.ts';
import type { Account } from '../schema/account.ts';
import type { Change, ChangeKind } from '../schema/change.ts';
import type { Plan } from '../schema/plan.ts';
import type { Cluster } from '../schema/primitives.ts';
import type { WriteResult } from '../schema/write-result.ts';
import { registered } from './accounts.ts';
import { clustersOf, etagOf, expectPolicies, report } from './observe.ts';
import type { Deps } from './operation.ts';
import { readBack, settle, writeAll } from './outcome.ts';
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
  dryRun?: boolean | undefined;
  ifMatch?: string | undefined;
  plan: (observed: Observed, clusters: Cluster[]) => PlanResult | Promise<PlanResult>;
}

/**
 * The one way in which a role is changed: lock, read, plan, intent, AWS, read back, outcome. A dry run ends at the
 * plan. Whatever goes wrong after the input was found good is in the log before the caller hears of it.
 */
export async function apply(deps: Deps, request: WriteRequest, caller: Caller): Promise<WriteResult> {
  if (request.dryRun) {
    const account = await registered(deps, request.accountId);
    const { observed, clusters, plan } = await prepare(deps, account, request, caller);
    return { plan, change: null, report: report(observed, clusters, deps.now()) };
  }
  let attempt: Attempt = { roleName: request.roleName, plan: null, planned: null, isOpen: false };
  try {
    const account = await registered(deps, request.accountId);
    return await deps.locks.whileHolding(request.accountId, request.roleName, async () => {
      const prepared = await prepare(deps, account, request, caller);
      attempt = prepared;
      return carryOut(deps, account, request, prepared, caller);
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
  /** Is it in the log? What comes after belongs to that change. */
  isOpen: boolean;
}

interface Prepared extends Attempt {
  observed: Observed;
  clusters: Cluster[];
  plan: Plan;
  planned: Planned;
}

/** Reads the role and plans. Fault: whatever refuses the plan, with the plan that another choice would apply. */
async function prepare(deps: Deps, account: Account, request: WriteRequest, caller: Caller): Promise<Prepared> {
  const { accountId, partition } = account;
  const clusters = clustersOf(account, request.clusters, request.regionPointer);
  expectPolicies(account, request);
  const [role, quotas] = await Promise.all([deps.roles.read(account, request.roleName, caller), deps.roles.quotas(account, caller)]);
  const observed = { accountId, partition, roleName: role?.roleName ?? request.roleName, role, quota: quotas.trustPolicySize };
  expectEtag(request.ifMatch, role);
  const result = await request.plan(observed, clusters);
  if (!isRefusal(result)) {
    expectRoom(result, quotas, account);
    const plan = presented(result, observed.roleName, deps.newId());
    return { observed, roleName: observed.roleName, clusters, planned: result, plan, isOpen: false };
  }
  const { alternative } = result;
  throw new Fault(result.refused, result.message, alternative && { plan: presented(alternative, observed.roleName, deps.newId()) });
}

/** Refuses before the first write what AWS would refuse at one of the last. */
function expectRoom({ steps, after }: Planned, { policiesPerRole }: Quotas, { accountId }: Account): void {
  const { length } = after.policies.attached;
  if (length > policiesPerRole && steps.some(({ action }) => action === 'iam:AttachRolePolicy'))
    throw new Fault(
      'QUOTA_EXCEEDED',
      `The role would have ${length} attached policies, and account ${accountId} allows ${policiesPerRole}. Ask for fewer, or raise the quota L-0DA4ABF3 in Service Quotas.`,
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

async function carryOut(deps: Deps, account: Account, request: WriteRequest, prepared: Prepared, caller: Caller): Promise<WriteResult> {
  const { observed, clusters, planned, plan } = prepared;
  if (planned.steps.length === 0) return { plan, change: null, report: report(observed, clusters, deps.now()) };
  const intent = await deps.ledger.open(draft(request, prepared, caller));
  prepared.isOpen = true;
  const { steps, failure } = await writeAll(deps, intent, account, planned.steps, caller);
  const role = await readBack(deps, account, observed.roleName, steps, caller);
  const settlement = settle(observed, planned, steps, role, failure);
  const change = await recorded(deps, intent, settlement);
  if (failure && change.outcome !== 'SUCCEEDED') throw failed(failure, plan, change, planned.steps.length);
  return { plan, change, report: report({ ...observed, role: role === undefined ? observed.role : role }, clusters, deps.now()) };
}

async function recorded(deps: Deps, intent: Intent, settlement: Settlement): Promise<Change> {
  try {
    return await deps.ledger.settle(intent, settlement);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { changeId } = intent;
    throw new Fault(
      error.code,
      `AWS was asked to change the role, but the outcome could not be recorded: change ${changeId} stands as PENDING. Check the role before you repeat it.`,
      { changeId },
      { cause: error },
    );
  }
}

function failed(failure: Fault, plan: Plan, change: Change, planned: number): Fault {
  const done = change.steps.filter((step) => step.outcome === 'SUCCEEDED').length;
  const what = `${failure.message} ${done} of ${planned} steps are done; change ${change.id} is ${change.outcome}.`;
  const remedy = change.outcome === 'FAILED' ? '' : ' Send the same request again to finish it.';
  return new Fault(failure.code, what + remedy, { ...failure.details, plan, change }, { cause: failure.cause });
}

function draft(request: WriteRequest, { roleName, plan, planned }: Attempt, caller: Caller): ChangeDraft {
  return {
    kind: planned?.kind ?? request.kind,
    accountId: request.accountId,
    roleName,
    clusters: request.clusters,
    caller,
    reason: request.reason ?? null,
    planId: plan?.id ?? null,
    before: planned?.before ?? null,
    after: planned?.after ?? null,
    diff: plan?.diff ?? '',
  };
}

/** Puts an attempt that never reached AWS into the log, and answers the fault that its caller is to get. */
async function logged(deps: Deps, request: WriteRequest, attempt: Attempt, error: unknown, caller: Caller): Promise<unknown> {
  // Wrong input is no attempt, and without a log there is nowhere to put it.
  if (attempt.isOpen || (error instanceof Fault && (error.code === 'INVALID_INPUT' || error.code === 'AUDIT_UNAVAILABLE'))) return error;
  const fault = error instanceof Fault ? error : new Fault('INTERNAL', 'The service failed.', {}, { cause: error });
  const change = await deps.ledger.refuse(draft(request, attempt, caller), { code: fault.code, detail: fault.message });
  return new Fault(fault.code, fault.message, { ...fault.details, changeId: change.id }, { cause: fault.cause });
}
