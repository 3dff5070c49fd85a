import type { RemovedStatement } from '../../schema/plan.ts';
import type { Cluster, JsonObject, ListedCluster } from '../../schema/primitives.ts';
import type { OnMismatch } from '../../schema/role.ts';
import type { Source } from '../kinds/role-kind.ts';
import { isObject, isSameCanonical, oneOrMany } from '../policy/document.ts';
import { joinRepeats } from '../policy/repeated-keys.ts';
import { isReplaced } from '../remedies/cures.ts';
import { compact } from '../rewrite/compact.ts';
import { replace } from '../rewrite/replace.ts';
import { hasLiveLine, pruneStatements, stripLines } from '../rewrite/retract.ts';
import { addLines, linesFor } from '../rewrite/rewrite.ts';
import { clusterOf, reachOf } from '../role/arn.ts';
import { requiredPoliciesOf, serviceOf } from '../role/check-context.ts';
import { clusterKey } from '../role/cluster.ts';
import type { Observed } from '../role/role-state.ts';
import { removeDeleted } from '../trust/deleted-principals.ts';
import type { Edit } from '../trust/edit.ts';
import { readCoverage } from '../trust/findings/coverage-findings.ts';
import { checkTrust, checkTrustErrors } from '../trust/findings/trust-findings.ts';
import type { ParsedRole } from '../trust/parse-trust.ts';
import { readEdited } from '../trust/read-trust.ts';
import { linesOf } from '../trust/reading.ts';
import { assemble } from './assemble.ts';
import { explainDropped, listDropped } from './effects/dropped.ts';
import { planMerge, replaceRemedy } from './plan-merge.ts';
import { isRefusal, type Refusal, refuse, requestRemedy, type TrustPlan } from './planned.ts';
import { refuseOverQuota } from './quota.ts';

/** The request about a trust policy. */
export interface Wish {
  clusters: Cluster[];
  onMismatch: OnMismatch;
  compact?: boolean;
  /** Clusters whose lines are dropped. */
  drop?: ListedCluster[];
  /** Is the request only tried? Then a refusal does not say what would be possible instead. */
  isTrial?: boolean;
}

/** Plans a trust policy that covers the clusters. If adding lines is not enough, `onMismatch` decides. */
export function planTrust(observed: Observed, role: ParsedRole, wish: Wish): TrustPlan | Refusal {
  const { document, emptied } = stripLines(
    role.document,
    role.reading,
    isFor(observed.kind.source, wish.drop ?? []),
  );
  const isStripped = !isSameCanonical(document, role.document);
  const base = isStripped ? { ...role, document, reading: readEdited(document, role.reading) } : role;
  const plan = rewriteTrust(base, wish);
  if ('mismatch' in plan) return refuseMismatch(observed, role, wish, plan.mismatch);
  if ('refused' in plan) return plan;
  const pruned = pruneStatements(plan.document, emptied, serviceOf(observed));
  const mayBeLast = emptied.size > 0 || wish.clusters.length === 0;
  if (mayBeLast && !hasLiveLine(readEdited(pruned.document, role.reading)))
    return refuse(
      'LAST_CLUSTER',
      'Without the dropped lines no cluster could use the role. Add a cluster that uses it to clusters.',
    );
  return {
    ...plan,
    document: pruned.document,
    removed: [...plan.removed, ...pruned.removed],
    hasDrops: isStripped,
  };
}

/** Does the line name one of the clusters? */
function isFor(source: Source, clusters: ListedCluster[]): (value: string) => boolean {
  if (clusters.length === 0) return () => false;
  const keys = new Set(clusters.map(clusterKey));
  return (value) =>
    [clusterOf(source, value), reachOf(source, value)].some(
      (cluster) => cluster !== null && keys.has(clusterKey(cluster)),
    );
}

interface Mismatch {
  /** Why adding lines is not enough. */
  mismatch: string;
}

function rewriteTrust(
  role: ParsedRole,
  { clusters, onMismatch, compact: compacting = false, drop = [] }: Wish,
): TrustPlan | Mismatch | Refusal {
  const { document, duplicates, reading } = role;
  const tidy = ({ document, removed }: Edit, isRepair: boolean): TrustPlan => {
    if (!compacting) return { document, removed, isRepair };
    const compacted = compact(document, readEdited(document, role.reading));
    return { document: compacted.document, removed: [...removed, ...compacted.removed], isRepair };
  };
  const findings = (onMismatch === 'REPLACE' ? checkTrust : checkTrustErrors)(
    reading,
    readCoverage(reading, clusters),
  );
  const errors = findings.filter(
    ({ severity, code }) => severity === 'ERROR' && code !== 'CLUSTER_NOT_LISTED',
  );
  const added = errors.length === 0 ? addLines(document, reading, clusters) : null;
  const extended = added && tidy({ document: added, removed: [] }, false);
  const dropped = extended ? listDropped(role, extended.document) : [];
  const isUntouched =
    extended !== null && onMismatch === 'REFUSE' && isSameCanonical(extended.document, document);

  if (onMismatch === 'REPLACE' && (dropped.length > 0 || findings.some(isReplaced))) {
    const lines = linesFor(reading, clusters);
    const replaced = tidy(
      { document: replace(reading, listRepeated(role, drop), lines), removed: statementsOf(document) },
      true,
    );
    const isSame = duplicates.length === 0 && isSameCanonical(replaced.document, (extended ?? role).document);
    return isSame && extended ? extended : replaced;
  }
  const isToBeMerged =
    onMismatch === 'MERGE' && (duplicates.length > 0 || removeDeleted(document).principals.length > 0);
  if (extended && !isToBeMerged && (dropped.length === 0 || isUntouched)) return extended;
  if (onMismatch === 'REFUSE') {
    if (errors.length > 0) return { mismatch: errors.map((e) => e.message).join(' ') };
    return {
      mismatch:
        dropped.length > 0 ? explainDropped(dropped) : 'No statement can be extended with another line.',
    };
  }
  const merged = planMerge(role, clusters);
  return 'refused' in merged ? merged : tidy(merged, true);
}

/** The lines of a stored text that repeats keys, those under every repeated key included. */
function listRepeated(role: ParsedRole, drop: ListedCluster[]): string[] {
  if (role.duplicates.length === 0) return [];
  const isDropped = isFor(role.reading.kind.source, drop);
  return linesOf(readEdited(joinRepeats(role.trustText), role.reading)).flatMap(({ value }) =>
    isDropped(value) ? [] : [value],
  );
}

/** A refusal with the plan that MERGE would apply, if there is one. */
function refuseMismatch(observed: Observed, role: ParsedRole, wish: Wish, why: string): Refusal {
  if (wish.isTrial) return refuse('TRUST_MISMATCH', why);
  const merged = planTrust(observed, role, { ...wish, onMismatch: 'MERGE' });
  if ('refused' in merged) return merged;
  const { clusters } = wish;
  const alternative = assemble(observed, role, merged, clusters, requiredPoliciesOf(observed), {}, []);
  const fitted = refuseOverQuota(observed, role, alternative, clusters, null);
  if (isRefusal(fitted)) {
    if (fitted.refused !== 'QUOTA_EXCEEDED') return fitted;
    return refuse('TRUST_MISMATCH', `${why} MERGE would not fit: ${fitted.message}`, {
      remedy: replaceRemedy,
    });
  }
  const remedy = requestRemedy({ request: 'EXTEND', onMismatch: 'MERGE' }, 'apply the plan shown here');
  return refuse('TRUST_MISMATCH', why, { remedy, alternative: fitted });
}

/** REPLACE writes the document anew, so it removes every existing statement. */
const statementsOf = ({ Statement }: JsonObject): RemovedStatement[] =>
  oneOrMany(Statement).flatMap((statement, i) =>
    isObject(statement)
      ? [{ pointer: Array.isArray(Statement) ? `/Statement/${i}` : '/Statement', statement }]
      : [],
  );
