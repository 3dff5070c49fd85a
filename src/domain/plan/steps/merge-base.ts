import type { Change } from '../../../schema/change.ts';
import type { RoleSnapshot } from '../../../schema/plan.ts';
import type { Tags } from '../../../schema/primitives.ts';
import { canonical, canonicalOf, readDocument } from '../../policy/document.ts';
import { writeStored } from '../../policy/stored-text.ts';
import type { RoleState } from '../../role/role-state.ts';

/** The role that a change starts from. */
export interface MergeBase {
  /** The role as it is, as far as can be known. Null: there is none. */
  role: RoleState | null;
  /** Has somebody else edited the trust policy since our last change? */
  editedOutside: boolean;
  /** Our last change, when its outcome is unknown. Writing another trust policy could revert it. */
  unsure: Change | null;
  /**
   * Our recent change that the read does not show. `role` is then as that change left it, and the read counts
   * as stale.
   */
  unshown: Change | null;
  /** Can the role have had this trust policy recently, by what the read showed and by our changes? */
  isRecent: (trustText: string) => boolean;
}

/**
 * Finds the state that a change starts from. IAM has no compare-and-swap, and a read may be up to `staleMs`
 * old. A read that shows the role as it was before a recent change of ours is stale, so the state that we
 * wrote is the base. A state that none of our changes explains was written by somebody else: it is the base,
 * and is reported. `history` has the changes that took effect in that time and the newest before, newest
 * first.
 */
export function findMergeBase(
  read: RoleState | null,
  history: readonly Change[],
  now: number,
  staleMs: number,
): MergeBase {
  const [last] = history;
  const late = history.filter((change) => now - endOf(change) < staleMs);
  const isLate = last !== undefined && late.includes(last);
  const known = new Set(
    late.flatMap(({ before, after }) => [before, after]).flatMap((snapshot) => trustIn(snapshot) ?? []),
  );
  const shown = read && canonicalOf(read.trustText);
  if (shown !== null) known.add(shown);
  const base = {
    role: read,
    editedOutside: false,
    unsure: null,
    unshown: null,
    isRecent: (text: string) => known.has(canonicalOf(text)),
  };
  const written = last?.after;
  if (!last || !written) return base;
  // A role with another ID is another role, even if it looks the same.
  const isAnother = read !== null && typeof last.roleId === 'string' && read.roleId !== last.roleId;
  if (isAnother) return { ...base, editedOutside: true, isRecent: (text) => canonicalOf(text) === shown };
  if (trustIn(written) === shown) return base;
  // If the read shows no role, it may be older than the creation.
  const isOlder =
    shown === null
      ? isLate
      : late.some(({ before, after }) => trustIn(before) === shown || trustIn(after) === shown);
  const isCertain = last.outcome === 'SUCCEEDED' || last.outcome === 'PARTIAL';
  if (isOlder && isCertain && read) return { ...base, role: restoreWritten(read, written), unshown: last };
  if (isOlder) return { ...base, unsure: last };
  // An uncertain change that is not visible after this time did not take effect.
  return { ...base, editedOutside: isCertain || shown !== trustIn(last.before) };
}

const endOf = ({ at, endedAt, steps }: Change) => Date.parse(steps.at(-1)?.at ?? endedAt ?? at);
const trustIn = (snapshot: RoleSnapshot | null) => snapshot && canonical(snapshot.trust);

const restoreWritten = (read: RoleState, { trust, policies, tags }: RoleSnapshot): RoleState => ({
  ...read,
  // The log has the document, not its formatting. Formatting is taken from the older text where the values
  // are the same.
  trustText: writeStored(trust, { isRead: readDocument(read.trustText).isRead, trustText: read.trustText }),
  attached: policies.attached,
  tags: tags as Tags,
});
