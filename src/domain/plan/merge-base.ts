import type { Change } from '../../schema/change.ts';
import type { RoleSnapshot } from '../../schema/plan.ts';
import type { Tags } from '../../schema/primitives.ts';
import { canonical, canonicalOf, readDocument } from '../policy/document.ts';
import { writeStored } from '../policy/letter.ts';
import type { RoleState } from '../role/role-state.ts';

/** What a change is to be made from. */
export interface MergeBase {
  /** The role as it is, as far as can be told; null: there is none. */
  role: RoleState | null;
  /** Has somebody else edited the trust policy since our last change? */
  editedOutside: boolean;
  /** Our last change, where nobody can tell whether it took effect: another trust policy could undo it. */
  unsure: Change | null;
  /** Our late change that the read does not show: `role` is as that change left it, and the read is taken for older. */
  unshown: Change | null;
  /** Can the text be a trust policy that the role had lately, by what it showed and by our changes? */
  isRecent: (trustText: string) => boolean;
}

/**
 * IAM has no compare-and-swap, and a read may be up to `staleMs` old. So a read that shows the role as it was before one of
 * our late changes is taken for older than what was last written, and that is the base. What none of our changes explains,
 * somebody else has written: it is the base, and told. `history`: what had an effect in that time and the newest before,
 * newest first.
 */
export function findMergeBase(read: RoleState | null, history: readonly Change[], now: number, staleMs: number): MergeBase {
  const [last] = history;
  const late = history.filter((change) => now - endOf(change) < staleMs);
  const isLate = last !== undefined && late.includes(last);
  const known = new Set(late.flatMap(({ before, after }) => [before, after]).flatMap((snapshot) => trustIn(snapshot) ?? []));
  const shown = read && canonicalOf(read.trustText);
  if (shown !== null) known.add(shown);
  const base = { role: read, editedOutside: false, unsure: null, unshown: null, isRecent: (text: string) => known.has(canonicalOf(text)) };
  const written = last?.after;
  if (!last || !written) return base;
  // A role of another ID is another role, whatever it shows.
  const isAnother = read !== null && typeof last.roleId === 'string' && read.roleId !== last.roleId;
  if (isAnother) return { ...base, editedOutside: true, isRecent: (text) => canonicalOf(text) === shown };
  if (trustIn(written) === shown) return base;
  // That a read shows no role where there was one: it may not show the creation yet.
  const isOlder = shown === null ? isLate : late.some(({ before, after }) => trustIn(before) === shown || trustIn(after) === shown);
  const isCertain = last.outcome === 'SUCCEEDED' || last.outcome === 'PARTIAL';
  if (isOlder && isCertain && read) return { ...base, role: restoreWritten(read, written), unshown: last };
  if (isOlder) return { ...base, unsure: last };
  // An uncertain change that is not to be seen after so long did not take effect.
  return { ...base, editedOutside: isCertain || shown !== trustIn(last.before) };
}

const endOf = ({ at, endedAt, steps }: Change) => Date.parse(steps.at(-1)?.at ?? endedAt ?? at);
const trustIn = (snapshot: RoleSnapshot | null) => snapshot && canonical(snapshot.trust);

const restoreWritten = (read: RoleState, { trust, policies, tags }: RoleSnapshot): RoleState => ({
  ...read,
  // The log has the document and not its letter. What the older text says too is taken from there.
  trustText: writeStored(trust, { isRead: readDocument(read.trustText).isRead, trustText: read.trustText }),
  attached: policies.attached,
  tags: tags as Tags,
});
