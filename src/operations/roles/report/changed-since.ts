import type { Deps } from '../../call/deps.ts';

/** Does our history say that the role was changed since then, or that it is being changed? */
export async function isChangedSince(
  { ledger }: Pick<Deps, 'ledger'>,
  accountId: string,
  roleName: string,
  since: Date,
): Promise<boolean> {
  const changes = await ledger.effectiveSince(accountId, roleName, since);
  const isLate = (at: string | null) => at === null || new Date(at) >= since;
  return changes.some(
    ({ outcome, endedAt, steps }) => isLate(endedAt) && (outcome === 'PENDING' || steps.length > 0),
  );
}
