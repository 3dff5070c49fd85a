import { findMergeBase, type MergeBase } from '../../domain/plan/merge-base.ts';
import { isRefusal, type Planned, type PlanResult } from '../../domain/plan/planned.ts';
import { canonical } from '../../domain/policy/document.ts';
import { findLateCreation } from '../../domain/role/late-creation.ts';
import type { Observed, RoleState } from '../../domain/role/role-state.ts';
import { Fault } from '../../fault.ts';
import type { Quotas } from '../../ports/roles.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Override } from '../../schema/override.ts';
import type { Plan } from '../../schema/plan.ts';
import type { Cluster } from '../../schema/primitives.ts';
import type { RegisteredAccount } from '../accounts/accounts.ts';
import type { Deps } from '../call/deps.ts';
import { requireAudit } from '../call/refusal.ts';
import { faceOf, sayRemedy } from '../call/words.ts';
import { additional, attachedBy, expectAttachable } from '../guards/attachable-policies.ts';
import { disregardedClaims, expectRoom, namingClaims } from '../guards/claim-guard.ts';
import { expectBoundary, expectName, expectPath } from '../guards/guard-rails.ts';
import { requireOverrides, requireSigns } from '../guards/overrides.ts';
import { expectNotOwn } from '../guards/own-roles.ts';
import { clustersOf, contextOf, etagOf, expectPolicies, expectTags } from '../roles/report.ts';
import { presented } from './present.ts';
import { lookWhileSettling } from './settling.ts';
import type { WriteRequest } from './write-request.ts';

/** A request, planned. */
export interface Prepared {
  /** As IAM has it: the letter case may be another than the caller's. */
  roleName: string;
  observed: Observed;
  base: MergeBase;
  clusters: Cluster[];
  plan: Plan;
  planned: Planned;
  /** The refusals that the caller has overridden. */
  overrides: Override[];
  /** Has this service created the role moments ago? IAM may not know it everywhere. */
  isYoung: boolean;
}

/** What is wrong with the request, as far as that can be told without a look at the account. */
export async function expectGood(deps: Deps, account: RegisteredAccount, request: WriteRequest): Promise<Cluster[]> {
  const { guardRails } = deps;
  expectPolicies(account, request);
  expectTags(request.tags);
  expectName(guardRails, request.roleName);
  expectBoundary(guardRails, account, request.permissionsBoundary);
  expectAttachable(guardRails, account, additional(request.additionalPolicyArns));
  const rule = request.kind === 'RETRACT' || request.kind === 'REVERT' ? 'ANY' : 'LISTED';
  const clusters = clustersOf(deps, account, request.clusters, rule, request.regionPointer);
  await expectNotOwn(deps, account, request.roleName);
  return clusters;
}

/** Reads the role and plans. Fault: whatever refuses the plan, with the plan that another choice would apply. */
export async function prepare(deps: Deps, account: RegisteredAccount, request: WriteRequest, caller: Caller): Promise<Prepared> {
  const { accountId } = account;
  const clusters = await expectGood(deps, account, request);
  const now = deps.now().getTime();
  const look = () => deps.roles.read(account, request.roleName, caller);
  const [found, known, history, everyClaim] = await Promise.all([
    look(),
    deps.roles.quotas(account, caller),
    deps.ledger.effectiveSince(accountId, request.roleName, new Date(now - 2 * deps.staleMs)),
    requireAudit(deps.claims.ofRole(accountId, request.roleName)),
  ]);
  const face = faceOf(caller);
  const creation = findLateCreation(history, now, deps.staleMs);
  const read = found ?? (creation && (await lookWhileSettling(deps.readBackDelays, look)));
  const isYoung = creation !== null && (creation.roleId === null || read?.roleId === creation.roleId);
  const base = findMergeBase(read, history, now, deps.staleMs);
  const { role } = base;
  if (role) expectPath(deps.guardRails, role.path);
  expectEtag(request.ifMatch, role);
  const roleName = role?.roleName ?? request.roleName;
  // A role that was made anew has another ID, and the claims of the old one have ended.
  const claims = everyClaim.filter(({ roleId }) => roleId === role?.roleId);
  const planWithin = async (quotas: Quotas, earlierClusters: Cluster[]) => {
    const observed = { ...contextOf(deps, account), roleName, role, quota: quotas.trustPolicySize, earlierClusters };
    return { observed, result: withRoom(await request.plan(observed, clusters, claims), quotas, accountId) };
  };
  let quotas = known;
  let { observed, result } = await planWithin(quotas, []);
  // What is known may be an hour old, and the quota raised since.
  if (isRefusal(result) && result.refused === 'QUOTA_EXCEEDED') {
    quotas = await deps.roles.quotas(account, caller, true);
    ({ observed, result } = await planWithin(quotas, []));
  }
  if (isTold(result)) ({ observed, result } = await planWithin(quotas, await deps.ledger.clustersAskedOf(accountId, roleName)));
  if (isRefusal(result)) {
    const { alternative, suggestion, remedy } = result;
    const about = { accountId, roleName, clusters };
    const message = remedy ? `${result.message} ${sayRemedy(remedy, face, about)}` : result.message;
    const disregarded = alternative ? disregardedClaims(observed, alternative, request, claims) : [];
    const planned = alternative && namingClaims(alternative, disregarded);
    const plan = planned && presented(planned, roleName, deps.newId());
    if (planned && plan) await requireSigns(deps, request.override ?? [], { observed, planned, plan, disregarded, face });
    throw new Fault(result.refused, message, { ...(plan && { plan }), ...(suggestion && { suggestion }) });
  }
  for (const { action, detail } of result.steps) if (action === 'iam:CreateRole') expectPath(deps.guardRails, detail.path);
  expectAttachable(deps.guardRails, account, attachedBy(result));
  expectSure(base, result);
  expectShown(base, result);
  expectRoom(request, claims);
  const disregarded = disregardedClaims(observed, result, request, claims);
  const planned = namingClaims(result, disregarded);
  const plan = presented(planned, roleName, deps.newId());
  const overrides = await requireOverrides(deps, request.override ?? [], { observed, planned, plan, disregarded, face });
  return { observed, base, roleName, clusters, planned, plan, overrides, isYoung };
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

/** Fault: ROLE_BUSY where there would be nothing to do, but IAM does not show why: somebody may have put the old role back. */
function expectShown({ unshown }: MergeBase, planned: Planned): void {
  // A claim ends whatever the role shows.
  if (!unshown || planned.steps.length > 0 || planned.kind === 'RELEASE') return;
  throw new Fault(
    'ROLE_BUSY',
    `IAM shows the role as it was before change ${unshown.id}: it does not show the change yet, or somebody has put back what was there. Try again in a minute at the most.`,
  );
}

/** Fault: ROLE_BUSY where the plan could undo a change of which nobody knows yet what became. The same again is no harm. */
function expectSure({ unsure }: MergeBase, planned: Planned): void {
  const writesTrust = planned.steps.some(({ action }) => action === 'iam:UpdateAssumeRolePolicy');
  if (!unsure?.after || !writesTrust || canonical(planned.after.trust) === canonical(unsure.after.trust)) return;
  throw new Fault(
    'ROLE_BUSY',
    `Nobody can tell yet whether change ${unsure.id} took effect, and writing now could undo it. Try again in a minute at the most.`,
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
