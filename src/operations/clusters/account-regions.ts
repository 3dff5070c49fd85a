import { isOfPartition } from '../../domain/patterns/regions.ts';
import type { RoleState } from '../../domain/role/role-state.ts';
import { listLineRegions } from '../../domain/trust/line-regions.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Cluster } from '../../schema/primitives.ts';
import type { RegisteredAccount } from '../accounts/account.ts';
import type { Deps } from '../call/deps.ts';
import { invalidInput } from '../call/input.ts';
import { discoverRoles } from '../roles/discover-roles.ts';
import { createCheckContext } from '../roles/report/check-context.ts';

/** The Regions to look into, and the roles that were read to find them. */
interface Place {
  regions: string[];
  roles: RoleState[];
}

/**
 * The Regions of the account that a sweep looks into: those that are named, by themselves or by a cluster.
 * Otherwise those that the lines of the account's execution roles name, and those of EKS_REGIONS. Regions of
 * other partitions are left out, as a fleet may be of several. Fault: INVALID_INPUT, where all named ones are.
 */
export async function chooseRegions(
  deps: Deps,
  account: RegisteredAccount,
  { regions, clusters }: { regions?: string[]; clusters?: Cluster[] },
  caller: Caller,
): Promise<Place> {
  const { partition } = account;
  const ofPartition = (some: string[]) => [...new Set(some)].filter((one) => isOfPartition(one, partition));
  const named = regions ?? regionsOf(clusters ?? []);
  if (named.length > 0) {
    const own = ofPartition(named);
    if (own.length === 0)
      throw invalidInput([
        {
          pointer: regions ? '/regions' : '/clusters',
          message: `must name a Region of partition ${partition}, where this account is`,
        },
      ]);
    return { regions: own, roles: [] };
  }
  const { roles } = await discoverRoles(deps, account, caller);
  const context = createCheckContext(deps, account);
  const ofLines = roles.flatMap((role) => listLineRegions(role, context));
  return { regions: ofPartition([...ofLines, ...deps.eksRegions]).sort(), roles };
}

/** The Regions of clusters. None where one of them may be in any Region. */
const regionsOf = (clusters: Cluster[]): string[] =>
  clusters.some(({ region }) => region === '*') ? [] : clusters.map(({ region }) => region);
