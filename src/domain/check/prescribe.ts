import type { Cluster } from '../../schema/primitives.ts';
import { adviseOn } from '../remedies/advice.ts';
import type { Beyond } from '../remedies/beyond-requests.ts';
import { type CureOptions, cures } from '../remedies/cures.ts';
import type { Remedy } from '../remedies/remedy.ts';
import type { Observed } from '../role/role-state.ts';
import { clustersIn } from '../trust/coverage.ts';
import { removeDeleted } from '../trust/deleted-principals.ts';
import type { Finding } from '../trust/findings/finding.ts';
import { isOfOrganization } from '../trust/hardening.ts';
import type { ParsedRole } from '../trust/parse-trust.ts';
import { canAsk } from './askable.ts';
import { findBarrier } from './barrier.ts';
import { describeCase, type FindingCase } from './finding-case.ts';
import { tryPrune } from './try-prune.ts';
import { identifyFinding, type Trial, tryRequest } from './try-request.ts';

/** A finding with its remedy. Each face puts the remedy into its own words. */
export interface Prescription extends Omit<Finding, 'remedy'> {
  remedy: Remedy;
}

/**
 * Finds the remedy for each finding. A request is named only if trying it shows that the finding disappears.
 */
export function prescribe(
  observed: Observed,
  role: ParsedRole,
  asked: Cluster[] | null,
  findings: Finding[],
): Prescription[] {
  const cases = findings.map((found) => describeCase(role, found));
  // A policy can have thousands of findings, and a few attempts.
  const attempts = new Map<string, Attempted>();
  /** If lines can be added and nothing has to be merged, MERGE plans the same. */
  const findSameAttempt = ({ onMismatch, ...others }: CureOptions): Attempted | null => {
    const added = onMismatch === 'MERGE' ? attempts.get(JSON.stringify(others)) : undefined;
    const isPlanned = added !== undefined && (!('failed' in added) || added.failed === 'QUOTA');
    return isPlanned && !hasPartsToMerge(role) ? added : null;
  };
  const attempt = (one: CureOptions): Attempted => {
    const key = JSON.stringify(one);
    const attempted =
      attempts.get(key) ?? findSameAttempt(one) ?? attemptCure(observed, role, asked, one, cases);
    attempts.set(key, attempted);
    return attempted;
  };
  return cases.map((each) => {
    const { line: _, ...found } = each.found;
    return { ...found, remedy: findRemedy(observed, role, asked, each, attempt) };
  });
}

/** Does MERGE change the policy even where lines can be added? */
const hasPartsToMerge = ({ duplicates, document }: ParsedRole) =>
  duplicates.length > 0 || removeDeleted(document).principals.length > 0;

/** A trial, with the clusters that the request of a remedy names. */
type Attempted = { failed: Beyond } | (Extract<Trial, { left: unknown }> & { clusters: RequestedClusters });

function attemptCure(
  observed: Observed,
  role: ParsedRole,
  asked: Cluster[] | null,
  one: CureOptions,
  cases: FindingCase[],
): Attempted {
  if (one.onMismatch === 'REPLACE' && isOfOrganization(role.reading)) return { failed: 'ORGANIZATION' };
  const drop = one.drop ? cases.flatMap((each) => (each.isDroppable && each.name ? [each.name] : [])) : [];
  const findings = cases.map(({ found }) => found);
  const trial = one.prune
    ? tryPrune(observed, role, asked, findings)
    : tryRequest(observed, role, asked, one, drop, findings);
  return 'failed' in trial ? trial : { ...trial, clusters: chooseClusters(role, asked, one) };
}

function findRemedy(
  observed: Observed,
  role: ParsedRole,
  asked: Cluster[] | null,
  about: FindingCase,
  attempt: (one: CureOptions) => Attempted,
): Remedy {
  const { found, statement, name } = about;
  const cure = cures[found.code];
  const known = findBarrier(role, asked, about);
  let failed = known;
  const fail = (why: Beyond) => {
    if (failed === null || failed === 'WRITTEN_BY_HAND') failed = why;
  };
  for (const one of known ? [] : (cure?.attempts ?? [])) {
    const trial = attempt(one);
    if ('failed' in trial) fail(trial.failed);
    else if (!trial.left.has(identifyFinding(found)) && cure && one.prune)
      return {
        request: {
          request: 'PRUNE',
          clusters: 'CHOSEN',
          ...(trial.overrides.length > 0 && { overrides: trial.overrides }),
        },
        text: cure.purpose,
      };
    else if (!trial.left.has(identifyFinding(found)) && cure)
      return {
        request: {
          request: 'EXTEND',
          clusters: trial.clusters,
          ...(one.onMismatch && { onMismatch: one.onMismatch }),
          ...(one.compact && { compact: one.compact }),
          ...(one.drop && name && { drop: [name] }),
          ...(trial.overrides.length > 0 && { overrides: trial.overrides }),
        },
        ...(cure.before !== undefined && { before: cure.before }),
        text: found.line === undefined ? cure.purpose : `add ${found.line}`,
      };
  }
  const beyond = refineFailure(found, failed);
  return { request: null, text: adviseOn(found.code, beyond, observed, statement?.effect), beyond };
}

/** When compacting does not make room, only a higher quota does. */
const refineFailure = ({ code }: Finding, failed: Beyond | null): Beyond =>
  code === 'QUOTA_NEAR' && failed !== 'AWS_ALONE' && failed !== 'TOO_HARD'
    ? 'FULL'
    : (failed ?? 'WRITTEN_BY_HAND');

type RequestedClusters = 'CHOSEN' | 'SAME' | 'OWN';

/** The clusters that the request of a remedy names. */
function chooseClusters(
  { reading }: ParsedRole,
  asked: Cluster[] | null,
  { drop }: CureOptions,
): RequestedClusters {
  if (drop) return 'CHOSEN';
  if (asked) return asked.every((cluster) => canAsk(reading, cluster)) ? 'SAME' : 'CHOSEN';
  return clustersIn(reading).some((cluster) => canAsk(reading, cluster)) ? 'OWN' : 'CHOSEN';
}
