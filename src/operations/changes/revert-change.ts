import { planRevert } from '../../domain/plan/plan-revert.ts';
import { isRefusal, type Planned, type PlanResult, refuse, takeSnapshot } from '../../domain/plan/planned.ts';
import type { Observed } from '../../domain/role/role-state.ts';
import { isSameSnapshot } from '../../domain/role/same.ts';
import { type Change, type OnLaterChanges, RevertChangeInput } from '../../schema/change.ts';
import type { RoleSnapshot } from '../../schema/plan.ts';
import { WriteResult } from '../../schema/write-result.ts';
import type { Deps } from '../call/deps.ts';
import { defineOperation } from '../call/operation.ts';
import { apply } from './apply.ts';
import { positionOf } from './history-page.ts';
import { replayWrite } from './replay-write.ts';
import { requireChange } from './require-change.ts';

export const revertChange = defineOperation({
  name: 'revertChange',
  tag: 'Changes',
  summary: 'Restores a role to its state before a change.',
  permission: ['write'],
  concerns: 'CHANGE',
  attempt: ({ reason }, { change }) =>
    change && { ...roleOf(change), kind: 'REVERT', reason, reverts: change.id },
  kind: 'MUTATION',
  input: RevertChangeInput,
  output: WriteResult,
  replay: replayWrite,
  run: async (deps, { id, onLaterChanges = 'REFUSE', ...input }, caller, { authorizePlan }) =>
    apply(
      deps,
      {
        ...input,
        ...roleOf(await requireChange(deps, id)),
        kind: 'REVERT',
        reverts: id,
        // Read again: the outcome of the change may have come while the request waited for the lock.
        canTakeCoverage: true,
        authorizePlan,
        plan: async (observed) => planOf(deps, await requireChange(deps, id), observed, onLaterChanges),
      },
      caller,
    ),
});

const roleOf = ({ accountId, roleName, clusters }: Change) => ({ accountId, roleName, clusters });

async function planOf(
  deps: Deps,
  change: Change,
  observed: Observed,
  onLaterChanges: OnLaterChanges,
): Promise<PlanResult> {
  const { role } = observed;
  if (change.outcome === 'PENDING')
    return refuse('ROLE_BUSY', `The outcome of change ${change.id} is not known yet. Try again in a minute.`);
  // A change that failed, or that was about a claim alone, has left the role as it was.
  if ((change.outcome === 'FAILED' || change.kind === 'CLAIM' || change.kind === 'RELEASE') && role)
    return planRevert(observed, takeSnapshot(role));
  const planned = planRevert(observed, change.before);
  if (isRefusal(planned)) return planned;
  const later = await listLaterChanges(deps, change, observed.roleName);
  if (planned.steps.length === 0)
    return mayBeStale(deps, later[0] ?? change, planned) ? notShown(later[0] ?? change) : planned;
  // If somebody else edited the role during the change, `after` is that edit and not the result of the
  // change.
  const isOwn = change.error === null || !change.editedOutside;
  if (onLaterChanges === 'UNDO' || (isOwn && isSame(planned.before, change.after))) return planned;
  return refuse(
    'ROLE_CHANGED',
    `${describeLater(change, later)} To undo that as well, by this plan, set onLaterChanges to UNDO.`,
    {
      alternative: planned,
    },
  );
}

/** The later changes of the role that had an effect, as far as the log knows, newest first. */
async function listLaterChanges({ ledger }: Deps, change: Change, roleName: string): Promise<Change[]> {
  const since = await ledger.effectiveSince(change.accountId, roleName, new Date(change.at));
  return since.filter((one) => positionOf(one) > positionOf(change));
}

const isSame = (a: RoleSnapshot | null, b: RoleSnapshot | null) =>
  a !== null && b !== null && isSameSnapshot(a, b);

function describeLater({ id, outcome }: Change, later: Change[]): string {
  const ids = later.slice(0, 10).map((one) => one.id);
  const more = later.length > ids.length ? ` and ${later.length - ids.length} more` : '';
  if (ids.length > 0)
    return `The role was changed after change ${id}, and a revert would undo that too: ${ids.join(', ')}${more}.`;
  if (outcome === 'UNKNOWN')
    return `The outcome of change ${id} is not known, and the role is neither in the state before it nor in the planned one.`;
  return `The role is not in the state that change ${id} left: it was edited elsewhere, and a revert would undo that too.`;
}

/** Nothing seems to be left to undo, but the last change may not show yet. */
const mayBeStale = ({ now, staleMs }: Deps, last: Change, { before }: Planned) =>
  now().getTime() - Date.parse(last.steps.at(-1)?.at ?? last.at) < staleMs && !isSame(before, last.after);
const notShown = ({ id }: Change) =>
  refuse('ROLE_BUSY', `IAM does not show change ${id} yet. Try again within a minute.`);
