import { parseRoleArn } from '../../domain/role/role-arn.ts';
import type { Caller } from '../../schema/caller.ts';
import type { FargateReadiness } from '../../schema/readiness.ts';
import type { SweepResult } from '../../schema/sweep.ts';
import type { Deps } from '../call/deps.ts';
import { decodeCursor, encodeCursor } from '../call/paging.ts';
import { canSee } from '../call/permission.ts';
import { readAccounts } from '../call/visible-page.ts';

/**
 * The place of a result. Results are ordered as they came, so that the pages of a running sweep miss none.
 */
export const resultCursor = ({ seq }: Pick<SweepResult, 'seq'>) => encodeCursor(String(seq));

/** The seq in a cursor; 0 without a cursor. Fault: INVALID_INPUT. */
export const seqIn = (cursor: string | undefined) =>
  cursor === undefined ? 0 : Number(decodeCursor(cursor, (key) => /^\d{1,9}$/.test(key)));

/**
 * The results of the accounts and roles that the caller may see. An account that is no longer registered has
 * no labels, so a permission by label does not apply to it.
 */
export async function filterVisibleResults(
  deps: Deps,
  caller: Caller,
  results: SweepResult[],
): Promise<SweepResult[]> {
  const accounts = await readAccounts(deps, results);
  return results.filter(({ accountId, roleName, region, readiness }) => {
    const account = accounts.get(accountId) ?? null;
    if (region !== null)
      return (
        canSee(deps, caller, 'fargateReadiness', accountId, account) &&
        // The answer shows the checks of these roles.
        rolesOf(accountId, readiness).every((name) =>
          canSee(deps, caller, 'checkExecutionRole', accountId, account, name),
        )
      );
    return roleName === null
      ? canSee(deps, caller, 'account', accountId, account)
      : canSee(deps, caller, 'executionRole', accountId, account, roleName);
  });
}

/** The names of the account's own roles in the answer for a cluster. */
const rolesOf = (accountId: string, readiness: FargateReadiness | null): string[] =>
  (readiness?.profiles ?? [])
    .map(({ roleArn }) => parseRoleArn(roleArn))
    .flatMap((role) => (role.accountId === accountId ? [role.roleName] : []));
