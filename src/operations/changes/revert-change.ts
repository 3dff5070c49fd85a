import { planRevert } from '../../domain/plan/plan-revert.ts';
import { isRefusal, type Planned, type PlanResult, refuse, takeSnapshot } from '../../domain/plan/planned.ts';
import type { Observed } from '../../domain/role/role-state.ts';
import { isSameSnapshot } from '../../domain/role/same.ts';
import { Fault } from '../../fault.ts';
import { type Change, type OnLaterChanges, RevertChangeInput } from '../../schema/change.ts';
import type { RoleSnapshot } from '../../schema/plan.ts';
import { WriteResult } from '../../schema/write-result.ts';
import type { Deps } from '../call/deps.ts';
import { defineOperation } from '../call/operation.ts';
import { apply } from './apply.ts';
import { positionOf } from './history-page.ts';
import { replayWrite } from './replay.ts';

export const revertChange = defineOperation({
  name: 'revertChange',
  tag: 'Changes',
  summary: 'Restores a role to its state before a change.',
  permission: ['write'],
  concerns: 'CHANGE',
  attempt: ({ reason }, { change }) => change && { ...about(change), kind: 'REVERT', reason, reverts: change.id },
  kind: 'MUTATION',
  input: RevertChangeInput,
  output: WriteResult,
  replay: replayWrite,
  run: async (deps, { id, onLaterChanges = 'REFUSE', ...input }, caller) => {
    return apply(
      deps,
      {
        ...input,
        ...about(await found(deps, id)),
        kind: 'REVERT',
        reverts: id,
        // Read again: its outcome may have come while the role was waited for.
        plan: async (observed) => planOf(deps, await found(deps, id), observed, onLaterChanges),
      },
      caller,
    );
  },
});

const about = ({ accountId, roleName, clusters }: Change) => ({ accountId, roleName, clusters });

async function found({ ledger }: Deps, id: string): Promise<Change> {
  const change = await ledger.get(id);
  if (!change) throw new Fault('CHANGE_NOT_FOUND', `The log has no change ${id}. GET /v1/changes lists them.`);
  return change;
}

async function planOf(deps: Deps, change: Change, observed: Observed, onLaterChanges: OnLaterChanges): Promise<PlanResult> {
  const { role } = observed;
  if (change.outcome === 'PENDING')
    return refuse('ROLE_BUSY', `What has become of change ${change.id} is not known yet. Try again in a minute.`);
  // Without a change that failed, or that was about a claim alone, the role would be as it is.
  if ((change.outcome === 'FAILED' || change.kind === 'CLAIM' || change.kind === 'RELEASE') && role)
    return planRevert(observed, takeSnapshot(role));
  const planned = planRevert(observed, change.before);
  if (isRefusal(planned)) return planned;
  const later = await laterThan(deps, change, observed.roleName);
  if (planned.steps.length === 0) return mayBeStale(deps, later[0] ?? change, planned) ? notShown(later[0] ?? change) : planned;
  // Where somebody else's edit was seen with it, `after` is that edit, and not what the change left.
  const isOwn = change.error === null || !change.editedOutside;
  if (onLaterChanges === 'UNDO' || (isOwn && isSame(planned.before, change.after))) return planned;
  return refuse('ROLE_CHANGED', `${sinceThen(change, later)} onLaterChanges UNDO undoes that as well, by the plan shown here.`, {
    alternative: planned,
  });
}

/** What changed the role after that, as far as the log knows, newest first. */
async function laterThan({ ledger }: Deps, change: Change, roleName: string): Promise<Change[]> {
  const since = await ledger.effectiveSince(change.accountId, roleName, new Date(change.at));
  return since.filter((one) => positionOf(one) > positionOf(change));
}

const isSame = (a: RoleSnapshot | null, b: RoleSnapshot | null) => a !== null && b !== null && isSameSnapshot(a, b);

function sinceThen({ id, outcome }: Change, later: Change[]): string {
  const ids = later.slice(0, 10).map((one) => one.id);
  const more = later.length > ids.length ? ` and ${later.length - ids.length} more` : '';
  if (ids.length > 0) return `The role was changed after change ${id}, and that would be undone with it: ${ids.join(', ')}${more}.`;
  if (outcome === 'UNKNOWN')
    return `What became of change ${id} is not known, and the role is neither as it was before it nor as it was to be.`;
  return `The role is not as change ${id} left it: it was edited elsewhere, and that would be undone with it.`;
}

/** A change of which nobody can tell yet whether it took effect seems to leave nothing to undo. */
const mayBeStale = ({ now, staleMs }: Deps, last: Change, { before }: Planned) =>
  now().getTime() - Date.parse(last.steps.at(-1)?.at ?? last.at) < staleMs && !isSame(before, last.after);
const notShown = ({ id }: Change) => refuse('ROLE_BUSY', `IAM does not show change ${id} yet. Try again in a minute at the most.`);
