import type { Effects } from '../../../schema/plan.ts';
import type { Cluster } from '../../../schema/primitives.ts';
import { joinRepeats } from '../../policy/repeated-keys.ts';
import { clusterOf } from '../../role/arn.ts';
import { serviceOf } from '../../role/check-context.ts';
import { distinctClusters } from '../../role/cluster.ts';
import type { Observed } from '../../role/role-state.ts';
import { assuming } from '../../trust/assume.ts';
import { clustersIn, isAllowed, isCovered } from '../../trust/coverage.ts';
import type { removeDeleted } from '../../trust/deleted-principals.ts';
import type { ParsedRole } from '../../trust/parse-trust.ts';
import { readEdited, readTrust } from '../../trust/read-trust.ts';
import { isConfined } from '../../trust/reading.ts';
import type { TrustPlan } from '../planned.ts';
import { findLostPrincipals } from './lost-principals.ts';

/** The effects of a plan that keeps the trust policy. */
export const noEffects: Effects = {
  clustersGained: [],
  clustersLost: [],
  statementsRemoved: [],
  principalsRemoved: [],
};

export function listEffects(
  observed: Observed,
  role: ParsedRole,
  trust: TrustPlan,
  { document, removed, principals }: ReturnType<typeof removeDeleted>,
  clusters: Cluster[],
): Effects {
  const { document: was, reading: before } = role;
  const { earlierClusters } = observed;
  const hidden = listHidden(observed, role);
  const after = readEdited(document, before);
  const isOpen = (reading: typeof before) =>
    reading.statements.some((s) => s.effect === 'Allow' && !isConfined(s));
  // Deny statements are not considered. One may block a single cluster of a wide line, while all of the
  // line's clusters are lost.
  const lostBetween = (then: typeof before, now: typeof before) =>
    [...clustersIn(then), ...hidden, ...earlierClusters.filter((c) => isAllowed(then, c))].filter(
      (c) => !isAllowed(now, c),
    );
  // A condition of unknown outcome counts for nothing here, but it may hold in AWS.
  const supposed = assuming(before);
  const lost = [
    ...lostBetween(before, after),
    ...(supposed === before ? [] : lostBetween(supposed, assuming(after))),
  ];
  if (isOpen(before) && !isOpen(after)) lost.push({ region: '*', name: '*' });
  return {
    clustersGained: distinctClusters([...clusters, ...clustersIn(after)]).filter(
      (c) => !isCovered(before, c) && isCovered(after, c),
    ),
    clustersLost: distinctClusters(lost),
    statementsRemoved: [...trust.removed, ...removed],
    principalsRemoved: [
      ...new Set([...principals, ...findLostPrincipals(was, document, serviceOf(observed))]),
    ],
  };
}

/** The clusters of lines that a repeated key hides, and that the statements let in if every value counts. */
function listHidden(observed: Observed, { shadowed, trustText }: ParsedRole): Cluster[] {
  const clusters = shadowed.flatMap((line) => clusterOf(observed.kind.source, line) ?? []);
  if (clusters.length === 0) return [];
  const joined = assuming(readTrust(joinRepeats(trustText), observed));
  return clusters.filter((cluster) => isAllowed(joined, cluster));
}
