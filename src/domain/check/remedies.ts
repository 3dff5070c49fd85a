import type { Override } from '../../schema/override.ts';
import type { Cluster, ListedCluster } from '../../schema/primitives.ts';
import { TooHard } from '../patterns/budget.ts';
import { isListedRegion, nearestRegion } from '../patterns/regions.ts';
import { lostPrincipals } from '../plan/lost-principals.ts';
import { planWish } from '../plan/plan.ts';
import { isRefusal, type Planned } from '../plan/planned.ts';
import { readDocument } from '../policy/document.ts';
import { adviseOn } from '../remedies/advice.ts';
import type { Beyond } from '../remedies/beyond-requests.ts';
import { type Attempt, cures } from '../remedies/cures.ts';
import type { Remedy } from '../remedies/remedy.ts';
import { clusterOf, reachOf } from '../role/arn.ts';
import { ownerOf } from '../role/ownership.ts';
import type { Observed } from '../role/role-state.ts';
import type { Line } from '../trust/condition/condition.ts';
import { looksLikeExecutionRole } from '../trust/discovery.ts';
import type { Finding } from '../trust/findings/finding.ts';
import { findAll } from '../trust/findings/role-findings.ts';
import { isOfOrganization } from '../trust/hardening.ts';
import type { Stored } from '../trust/stored.ts';
import { clustersIn, linesOf, readTrust, type ServiceStatement } from '../trust/trust.ts';

/** A finding with what to do about it, for every face to say in its own words. */
export interface Prescription extends Omit<Finding, 'remedy'> {
  remedy: Remedy;
}

/** What a request would come to: the findings that are left, and the overrides that it needs; or why it is not done. */
type Trial = { left: Set<string>; overrides: Override[] } | { failed: Beyond };

/**
 * Says what to do about each finding. A request is named only after it was planned, and the role checked as it would then be:
 * the finding is gone.
 */
export function prescribe(observed: Observed, role: Stored, asked: Cluster[] | null, findings: Finding[]): Prescription[] {
  const cases = findings.map((found) => caseOf(role, found));
  const trials = new Map<string, Trial>();
  const attempt = (one: Attempt): Trial => {
    const key = JSON.stringify(one);
    const drop = one.drop ? cases.flatMap((each) => (each.isDroppable && each.name ? [each.name] : [])) : [];
    const trial = trials.get(key) ?? tryOut(observed, role, asked, one, drop);
    trials.set(key, trial);
    return trial;
  };
  return cases.map((each) => {
    const { line: _, ...found } = each.found;
    return { ...found, remedy: remedyFor(observed, role, asked, each, attempt) };
  });
}

/** A finding, and what of the trust policy it is about. */
interface Case {
  found: Finding;
  statement: ServiceStatement | undefined;
  /** By which Region and name its line can be dropped. */
  name: ListedCluster | null;
  isDroppable: boolean;
}

function caseOf({ reading }: Stored, found: Finding): Case {
  const { pointer, code } = found;
  const statement = reading.statements.find((one) => pointer === one.pointer || pointer?.startsWith(`${one.pointer}/`));
  const isDroppable = cures[code]?.attempts.some(({ drop }) => drop) ?? false;
  const line = isDroppable ? linesOf(reading).find((one) => one.pointer === pointer) : undefined;
  return { found, statement, name: line ? nameOf(line) : null, isDroppable };
}

function nameOf({ value }: Line): ListedCluster | null {
  const { region, name } = clusterOf(value) ?? reachOf(value);
  return /^[a-z0-9*?-]{1,64}$/.test(region) && /^[0-9A-Za-z_*?-]{1,100}$/.test(name) ? { region, name } : null;
}

function remedyFor(
  { organizationId }: Observed,
  role: Stored,
  asked: Cluster[] | null,
  about: Case,
  attempt: (one: Attempt) => Trial,
): Remedy {
  const { found, statement, name } = about;
  const cure = cures[found.code];
  const known = barrierTo(role, asked, about);
  let failed = known;
  const fail = (why: Beyond) => {
    if (failed === null || failed === 'WRITTEN_BY_HAND') failed = why;
  };
  for (const one of known ? [] : (cure?.attempts ?? [])) {
    if (one.onMismatch === 'REPLACE' && isOfOrganization(role.reading)) {
      fail('ORGANIZATION');
      continue;
    }
    const trial = attempt(one);
    if ('failed' in trial) fail(trial.failed);
    else if (!trial.left.has(identityOf(found)) && cure)
      return {
        request: {
          request: 'EXTEND',
          clusters: whichClusters(role, asked, one),
          ...(one.onMismatch && { onMismatch: one.onMismatch }),
          ...(one.compact && { compact: one.compact }),
          ...(one.drop && name && { drop: [name] }),
          ...(trial.overrides.length > 0 && { overrides: trial.overrides }),
        },
        ...(cure.before !== undefined && { before: cure.before }),
        text: found.line === undefined ? cure.purpose : `add ${found.line}`,
      };
  }
  const beyond = lastResort(found, failed);
  return { request: null, text: adviseOn(found.code, beyond, { isDeny: statement?.effect === 'Deny', organizationId }), beyond };
}

/** Nothing more can be dropped where compacting does not help. */
const lastResort = ({ code }: Finding, failed: Beyond | null): Beyond =>
  code === 'QUOTA_NEAR' && failed !== 'AWS_ALONE' && failed !== 'TOO_HARD' ? 'FULL' : (failed ?? 'WRITTEN_BY_HAND');

/** Why no request helps, where that can be told without planning one. */
function barrierTo({ reading }: Stored, asked: Cluster[] | null, { found, statement, name, isDroppable }: Case): Beyond | null {
  const { code, pointer, line } = found;
  const isShared = statement !== undefined && !statement.alone;
  switch (code) {
    case 'CLUSTER_NOT_LISTED':
      return line !== undefined && canAsk(reading, reachOf(line)) ? null : 'REGION';
    case 'EXTRA_POLICIES':
      return 'WANTED_POLICIES';
    case 'MANAGED_ELSEWHERE':
      return 'OWNER';
    case 'SOURCE_ACCOUNT_UNCONFIRMED':
    case 'SOURCE_ORG_UNCONFIRMED':
      return 'UNCONFIRMED';
    case 'CONDITION_UNPROVABLE':
      return 'UNPROVABLE';
    case 'PRINCIPAL_DELETED':
      return pointer?.includes('/NotPrincipal') ? 'BARRED_PRINCIPAL' : null;
    case 'SOURCE_ARN_DEAD':
    case 'SOURCE_ARN_WIDE':
    case 'CONDITION_WEAK':
    case 'STATEMENT_DEAD':
      return reading.others.some(({ kind }) => kind !== 'DELETED') ? 'OTHERS_TRUSTED' : null;
    case 'REGION_WILDCARD':
    case 'CLUSTER_WILDCARD':
      if (isShared) return 'OTHERS_TRUSTED';
      if (asked?.some((cluster) => cluster.region === name?.region && cluster.name === name.name)) return 'ASKED_FOR';
  }
  return isDroppable && !name ? 'NOT_A_NAME' : null;
}

/** Plans a request for the asked clusters, and checks the role as it would then be. */
function tryOut(observed: Observed, role: Stored, asked: Cluster[] | null, { onMismatch, compact }: Attempt, drop: ListedCluster[]): Trial {
  try {
    const planned = planWish(observed, role, {
      clusters: clustersFor(role, asked, drop),
      onMismatch: onMismatch ?? 'REFUSE',
      compact: compact ?? false,
      drop,
    });
    if (isRefusal(planned)) {
      const failures = { QUOTA_EXCEEDED: 'QUOTA', UNMODIFIABLE_ROLE: 'AWS_ALONE' } as const;
      return { failed: failures[planned.refused as keyof typeof failures] ?? 'WRITTEN_BY_HAND' };
    }
    const after = { ...observed, role: { ...role, ...stateAfter(role, planned) } };
    const document = readDocument(after.role.trustText);
    const reading = readTrust(document.content, observed, { effort: role.reading.effort });
    const { findings } = findAll(after, document, reading, asked);
    return { left: new Set(findings.map(identityOf)), overrides: overridesFor(observed, role, planned) };
  } catch (error) {
    if (!(error instanceof TooHard)) throw error;
    return { failed: 'TOO_HARD' };
  }
}

/** Which clusters the request of a remedy names. */
function whichClusters({ reading }: Stored, asked: Cluster[] | null, { drop }: Attempt) {
  if (drop) return 'CHOSEN';
  if (asked) return asked.every((cluster) => canAsk(reading, cluster)) ? 'SAME' : 'CHOSEN';
  return clustersIn(reading).some((cluster) => canAsk(reading, cluster)) ? 'OWN' : 'CHOSEN';
}

/** May a request name the cluster, to have it covered? */
const canAsk = (where: Parameters<typeof isListedRegion>[1], { region, name }: Cluster) =>
  /^(\*|[\w-]+)$/.test(name) && (region === '*' || isListedRegion(region, where));

/** The asked clusters that a request may name, or one that stands for those that its sender chooses. */
function clustersFor({ reading }: Stored, asked: Cluster[] | null, drop: ListedCluster[]): Cluster[] {
  const isDropped = (cluster: Cluster) => drop.some(({ region, name }) => region === cluster.region && name === cluster.name);
  const clusters = (asked ?? clustersIn(reading)).filter((cluster) => canAsk(reading, cluster) && !isDropped(cluster));
  return clusters.length > 0 ? clusters.slice(0, 100) : [{ region: nearestRegion('us-west-2', reading), name: 'a-cluster-of-20-chars' }];
}

function stateAfter({ trustText }: Stored, { steps, after }: Planned) {
  const [text = trustText] = steps.flatMap((step) => ('text' in step ? [step.text] : []));
  return { trustText: text, attached: after.policies.attached };
}

function overridesFor({ partition }: Observed, role: Stored, { before, after, steps }: Planned): Override[] {
  if (steps.length === 0) return [];
  return [
    ...(looksLikeExecutionRole(role, partition) ? [] : (['NOT_AN_EXECUTION_ROLE'] as const)),
    ...(ownerOf(role.tags) ? (['MANAGED_ELSEWHERE'] as const) : []),
    ...(before && lostPrincipals(before.trust, after.trust).length > 0 ? (['PRINCIPALS_LOST'] as const) : []),
  ];
}

/** What stays the same of a finding when other statements and lines come and go. */
const identityOf = ({ code, message }: Finding) =>
  code === 'QUOTA_NEAR' ? code : `${code} ${message.replaceAll(/\/Statement[^\s:,]*/g, '')}`;
