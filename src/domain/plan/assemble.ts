import type { Effects } from '../../schema/plan.ts';
import type { Cluster, JsonObject, ListedCluster, Tags } from '../../schema/primitives.ts';
import { canonical, oneOrMany, sizeOf } from '../policy/document.ts';
import { writeStored } from '../policy/stored-text.ts';
import { clusterOf } from '../role/arn.ts';
import { serviceOf } from '../role/check-context.ts';
import type { Observed } from '../role/role-state.ts';
import { distinctPolicies, tagIn, withoutPolicies, withTags } from '../role/same.ts';
import { assuming } from '../trust/assume.ts';
import { clustersIn, isAllowed, isCovered } from '../trust/coverage.ts';
import { removeDeleted, withoutDeleted } from '../trust/deleted-principals.ts';
import type { Edit } from '../trust/edit.ts';
import type { ParsedRole } from '../trust/parse-trust.ts';
import { readTrust } from '../trust/read-trust.ts';
import { isConfined } from '../trust/reading.ts';
import { findLostPrincipals } from './lost-principals.ts';
import { isRefusal, type PlanResult, refuse, requestRemedy, takeSnapshot } from './planned.ts';
import { isAmong, type Rewrite, suggestFit } from './quota.ts';
import type { PlannedStep } from './step.ts';

/** A new trust policy for a role. */
export interface TrustPlan extends Edit {
  /** Does it change more than adding lines to a statement that can take them? */
  repairs: boolean;
  /** Does it drop lines that the request named? */
  drops?: boolean;
}

/**
 * Plans the steps from a role to a trust policy, and adds the policies and tags that the role lacks, then
 * `more`. Deleted principals are removed from a trust policy that is written, because IAM rejects it
 * otherwise.
 */
export function assemble(
  observed: Observed,
  role: ParsedRole,
  trust: TrustPlan,
  clusters: Cluster[],
  policies: readonly string[],
  tags: Tags,
  more: PlannedStep[],
): PlanResult {
  const { roleName } = role;
  const before = takeSnapshot(role, role.document);
  const cleaned = removeDeleted(trust.document);
  const isAnother = (document: JsonObject) => canonical(before.trust) !== canonical(document);
  const isToBeRepaired = trust.repairs && (role.duplicates.length > 0 || cleaned.principals.length > 0);
  const changesTrust = isAnother(trust.document) ? isAnother(cleaned.document) : isToBeRepaired;
  const unwritable = changesTrust ? findFault(cleaned) : null;
  if (unwritable) return refuse('TRUST_MISMATCH', unwritable);
  const after = changesTrust ? cleaned.document : before.trust;
  const attach = withoutPolicies(distinctPolicies(policies), role.attached);
  const newTags = Object.fromEntries(Object.entries(tags).filter(([key, value]) => tagIn(role.tags, key) !== value));
  const text = () => writeStored(after, role, trust.repairs);
  const steps: PlannedStep[] = [
    ...(changesTrust
      ? [{ action: 'iam:UpdateAssumeRolePolicy', text: text(), detail: { roleName, policyDocument: after } } satisfies PlannedStep]
      : []),
    ...attach.map((policyArn): PlannedStep => ({ action: 'iam:AttachRolePolicy', detail: { roleName, policyArn } })),
    ...(Object.keys(newTags).length > 0 ? [{ action: 'iam:TagRole', detail: { roleName, tags: newTags } } satisfies PlannedStep] : []),
    ...more,
  ];
  return {
    kind: trust.repairs || trust.drops || attach.length > 0 ? 'REPAIR' : 'EXTEND',
    steps,
    before,
    after: {
      trust: after,
      policies: { attached: [...role.attached, ...attach].sort(), inline: role.inline },
      tags: withTags(role.tags, newTags),
    },
    effects: changesTrust ? listEffects(observed, role, trust, cleaned, clusters) : noEffects,
  };
}

/** The effects of a plan that keeps the trust policy. */
export const noEffects: Effects = { clustersGained: [], clustersLost: [], statementsRemoved: [], principalsRemoved: [] };

/** The reason why IAM would reject the document. Null: there is none that can be known here. */
function findFault({ document, kept }: ReturnType<typeof removeDeleted>): string | null {
  const [first] = kept;
  if (first) {
    const left = withoutDeleted(first.statement, 'NotPrincipal');
    const instead = left ? `Replace it in IAM (UpdateAssumeRolePolicy) with ${JSON.stringify(left)}` : 'Remove the statement in IAM';
    return `The statement at ${first.pointer} names the deleted principal ${first.principals.join(', ')} in NotPrincipal. IAM rejects such a policy, and without the ID the statement would apply to others, so you have to decide. ${instead}, then repeat the request.`;
  }
  return oneOrMany(document.Statement).length > 0 ? null : 'The trust policy would have no statement left. IAM rejects such a policy.';
}

function listEffects(
  observed: Observed,
  { document: was, reading: before, shadowed }: ParsedRole,
  trust: TrustPlan,
  { document, removed, principals }: ReturnType<typeof removeDeleted>,
  clusters: Cluster[],
): Effects {
  const { earlierClusters, kind } = observed;
  const after = readTrust(document, observed, { budget: before.budget });
  const isOpen = (reading: typeof before) => reading.statements.some((s) => s.effect === 'Allow' && !isConfined(s));
  // Deny statements are not considered. One may block a single cluster of a wide line, while all of the
  // line's clusters are lost.
  const lostBetween = (then: typeof before, now: typeof before) =>
    [
      ...clustersIn(then),
      ...shadowed.flatMap((line) => clusterOf(kind.source, line) ?? []),
      ...earlierClusters.filter((c) => isAllowed(then, c)),
    ].filter((c) => !isAllowed(now, c));
  // A condition of unknown outcome counts for nothing here, but it may hold in AWS.
  const supposed = assuming(before);
  const lost = [...lostBetween(before, after), ...(supposed === before ? [] : lostBetween(supposed, assuming(after)))];
  if (isOpen(before) && !isOpen(after)) lost.push({ region: '*', name: '*' });
  return {
    clustersGained: distinct([...clusters, ...clustersIn(after)]).filter((c) => !isCovered(before, c) && isCovered(after, c)),
    clustersLost: distinct(lost),
    statementsRemoved: [...trust.removed, ...removed],
    principalsRemoved: [...new Set([...principals, ...findLostPrincipals(was, document, serviceOf(observed))])],
  };
}

const distinct = (clusters: Cluster[]) => [...new Map(clusters.map((c) => [`${c.region}/${c.name}`, c])).values()];

/**
 * Refuses a trust policy that exceeds the quota before AWS does, and suggests what would fit. `rewrite`
 * answers the trust policy for other clusters.
 */
export function fitQuota(
  observed: Observed,
  role: ParsedRole | null,
  planned: PlanResult,
  asked: Cluster[],
  rewrite: Rewrite | null,
): PlanResult {
  if (isRefusal(planned)) return planned;
  const text = planned.steps.flatMap((step) => ('text' in step ? [step.text] : []))[0];
  const size = text === undefined ? 0 : sizeOf(text);
  if (size <= observed.quota) return planned;
  const { remedy, suggestion } = suggestFit(observed, role, asked, rewrite);
  const message = `The trust policy would have ${size} characters, and account ${observed.accountId} allows ${observed.quota}.`;
  return refuse('QUOTA_EXCEEDED', message, { remedy, ...(suggestion && { suggestion }) });
}

/**
 * Refuses a plan that removes coverage that the request does not name in `removing`. A plan that only adds,
 * or drops one line, must not do that. No input is known that leads here: it is a last guard.
 */
export function keepCoverage(planned: PlanResult, removing: ListedCluster[] = []): PlanResult {
  if ('refused' in planned) return planned;
  const lost = planned.effects.clustersLost.filter((cluster) => !isAmong(removing, cluster));
  if (lost.length === 0) return planned;
  return refuse(
    'TRUST_MISMATCH',
    `The change would remove coverage from ${lost.map(({ region, name }) => `${region}/${name}`).join(', ')}, which the request does not name.`,
    { remedy: requestRemedy({ request: 'EXTEND', clusters: lost, onMismatch: 'MERGE' }, 'keep them') },
  );
}
