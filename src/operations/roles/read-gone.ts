import type { Hidden } from '../../domain/readiness/world.ts';
import { listShown, type Seen } from '../../domain/role/seen.ts';
import { Fault } from '../../fault.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Cluster } from '../../schema/primitives.ts';
import type { RegisteredAccount } from '../accounts/account.ts';
import type { Deps } from '../call/deps.ts';

/** EKS lists so many clusters in one call. */
const pageSize = 100;

/**
 * Asks EKS which of the clusters it does not have now, with the fewest calls: in each Region by listing all
 * clusters, or by reading these where they are no more than the pages of a list. What AWS hides counts as
 * there. Faults: ACCOUNT_UNREACHABLE, AWS_THROTTLED; AWS_FAILED also where AWS hides clusters and none of the
 * others is gone.
 */
export async function readGone(
  deps: Pick<Deps, 'clusters'>,
  account: RegisteredAccount,
  candidates: readonly Cluster[],
  seen: Seen,
  caller: Caller,
): Promise<Cluster[]> {
  const byRegion = Map.groupBy(candidates, ({ region }) => region);
  const looks = await Promise.all(
    [...byRegion].map(async ([region, clusters]) => {
      const shown = listShown(seen).filter((one) => one.region === region).length;
      const pages = Math.max(1, Math.ceil(shown / pageSize));
      return clusters.length > pages
        ? await listGone(deps, account, region, clusters, caller)
        : await describeGone(deps, account, clusters, caller);
    }),
  );
  const gone = looks.flatMap((look) => look.gone);
  const hidden = looks.flatMap((look) => look.hidden);
  if (gone.length === 0 && hidden[0])
    throw new Fault(
      'AWS_FAILED',
      `Whether the clusters are gone is not known: ${hidden[0].message}`,
      {},
      { retryable: false },
    );
  return gone;
}

interface Look {
  gone: Cluster[];
  hidden: Hidden[];
}

async function listGone(
  { clusters }: Pick<Deps, 'clusters'>,
  account: RegisteredAccount,
  region: string,
  candidates: Cluster[],
  caller: Caller,
): Promise<Look> {
  const listed = await clusters.list(account, region, caller);
  return 'value' in listed
    ? { gone: candidates.filter(({ name }) => !listed.value.includes(name)), hidden: [] }
    : { gone: [], hidden: [listed.hidden] };
}

async function describeGone(
  { clusters }: Pick<Deps, 'clusters'>,
  account: RegisteredAccount,
  candidates: Cluster[],
  caller: Caller,
): Promise<Look> {
  const read = await Promise.all(candidates.map((cluster) => clusters.read(account, cluster, caller)));
  return {
    gone: candidates.filter((_, i) => {
      const state = read[i];
      return state !== undefined && 'value' in state && state.value === null;
    }),
    hidden: read.flatMap((state) => ('hidden' in state ? state.hidden : [])),
  };
}
