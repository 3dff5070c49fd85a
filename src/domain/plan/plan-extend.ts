import type { Cluster, ListedCluster } from '../../schema/primitives.ts';
import type { OnMismatch } from '../../schema/role.ts';
import { writeStored } from '../policy/stored-text.ts';
import { requiredPoliciesOf } from '../role/check-context.ts';
import type { Observed } from '../role/role-state.ts';
import { removeDeleted } from '../trust/deleted-principals.ts';
import { type ParsedRole, parseTrust } from '../trust/parse-trust.ts';
import { assemble } from './assemble.ts';
import { refuseLostCoverage } from './effects/lost-coverage.ts';
import { planTrust, type Wish } from './plan-trust.ts';
import { type PlanResult, refuseMissingRole, withinBudget } from './planned.ts';
import { refuseProtected } from './protected-path.ts';
import { refuseOverQuota } from './quota.ts';
import type { Rewrite } from './suggest-fit.ts';

/** Makes the role cover the clusters, attaches the required policies, and drops the lines of `drop`. */
export const planExtend = (
  observed: Observed,
  clusters: Cluster[],
  onMismatch: OnMismatch,
  compact: boolean,
  drop: ListedCluster[] = [],
): PlanResult => {
  const { role } = observed;
  if (!role) return refuseMissingRole(observed);
  return withinBudget(observed, () =>
    extendWithinBudget(observed, parseTrust(observed, role), { clusters, onMismatch, compact, drop }),
  );
};

function extendWithinBudget(observed: Observed, current: ParsedRole, wish: Wish): PlanResult {
  const refused = refuseProtected(current.roleName, current.path);
  if (refused) return refused;
  const { clusters } = wish;
  const trust = planTrust(observed, current, wish);
  if ('refused' in trust) return trust;
  const planned = assemble(observed, current, trust, clusters, requiredPoliciesOf(observed), {}, []);
  const fitted = refuseOverQuota(
    observed,
    current,
    planned,
    clusters,
    rewriteCompacted(observed, current, wish),
  );
  return trust.isRepair ? fitted : refuseLostCoverage(fitted, wish.drop);
}

/** Answers the trust policy that `extend` with `compact` would write for other clusters. */
export const rewriteCompacted = (
  observed: Observed,
  role: ParsedRole,
  wish: Omit<Wish, 'clusters'>,
): Rewrite => ({
  textFor: (clusters) => {
    const trust = planTrust(observed, role, { ...wish, clusters, compact: true });
    return 'refused' in trust
      ? null
      : writeStored(removeDeleted(trust.document).document, role, trust.isRepair);
  },
  compact: true,
});
