import type { Effects } from '../schema/plan.ts';
import type { Cluster, Tags } from '../schema/primitives.ts';
import { clusterOf } from './arn.ts';
import { canonical, sizeOf } from './document.ts';
import { writeLike, writeNew } from './letter.ts';
import { type Planned, type PlanResult, refuse, snapshotOf } from './planned.ts';
import type { Merged } from './rewrite.ts';
import type { Observed } from './role-state.ts';
import type { PlannedStep } from './step.ts';
import type { Stored } from './stored.ts';
import { isAmong, type Rewrite, suggest } from './suggest.ts';
import { clustersIn, isAllowed, isConfined, isCovered, readTrust, supposing } from './trust.ts';

/** A new trust policy for a role. */
export interface TrustPlan extends Merged {
  /** More than adding lines to a statement that can take them. */
  repairs: boolean;
}

export const unique = <T>(value: T, index: number, all: T[]) => all.indexOf(value) === index;

/** The plan that brings a role to a trust policy, to policies and tags (those that it lacks are added), and `more`. */
export function assemble(
  observed: Observed,
  role: Stored,
  trust: TrustPlan,
  clusters: Cluster[],
  policies: string[],
  tags: Tags,
  more: PlannedStep[],
): Planned {
  const { roleName } = role;
  const before = snapshotOf(role, role.document);
  const attach = policies.filter(unique).filter((arn) => !role.attached.includes(arn));
  const newTags = Object.fromEntries(Object.entries(tags).filter(([key, value]) => role.tags[key] !== value));
  const isRepeating = role.duplicates.length > 0;
  const changesTrust = (trust.repairs && isRepeating) || canonical(before.trust) !== canonical(trust.document);
  const text = role.isRead ? writeLike(trust.document, role.trustText) : writeNew(trust.document);
  const steps: PlannedStep[] = [
    ...(changesTrust
      ? [{ action: 'iam:UpdateAssumeRolePolicy', text, detail: { roleName, policyDocument: trust.document } } satisfies PlannedStep]
      : []),
    ...attach.map((policyArn): PlannedStep => ({ action: 'iam:AttachRolePolicy', detail: { roleName, policyArn } })),
    ...(Object.keys(newTags).length > 0 ? [{ action: 'iam:TagRole', detail: { roleName, tags: newTags } } satisfies PlannedStep] : []),
    ...more,
  ];
  return {
    kind: trust.repairs || attach.length > 0 ? 'REPAIR' : 'EXTEND',
    steps,
    before,
    after: {
      trust: changesTrust ? trust.document : before.trust,
      policies: { attached: [...role.attached, ...attach].sort(), inline: role.inline },
      tags: { ...role.tags, ...newTags },
    },
    effects: changesTrust ? effectsOf(observed, role, trust, clusters) : { clustersGained: [], clustersLost: [], statementsRemoved: [] },
  };
}

function effectsOf(
  { partition, accountId, known }: Observed,
  { reading: before, shadowed }: Stored,
  trust: TrustPlan,
  clusters: Cluster[],
): Effects {
  const after = readTrust(trust.document, partition, accountId, { effort: before.effort });
  const isOpen = (reading: typeof before) => reading.statements.some((s) => s.effect === 'Allow' && !isConfined(s));
  // A Deny in force is not looked at: it may bar one cluster of a wide line, and all of the line's are lost.
  const lostBetween = (then: typeof before, now: typeof before) =>
    [...clustersIn(then), ...shadowed.flatMap((line) => clusterOf(line) ?? []), ...known.filter((c) => isAllowed(then, c))].filter(
      (c) => !isAllowed(now, c),
    );
  // A condition that cannot be known counts for nothing here, but it may hold in AWS.
  const supposed = supposing(before);
  const lost = [...lostBetween(before, after), ...(supposed === before ? [] : lostBetween(supposed, supposing(after)))];
  if (isOpen(before) && !isOpen(after)) lost.push({ region: '*', name: '*' });
  return {
    clustersGained: clusters.filter((c) => !isCovered(before, c) && isCovered(after, c)),
    clustersLost: [...new Map(lost.map((c) => [`${c.region}/${c.name}`, c])).values()],
    statementsRemoved: trust.removed,
  };
}

/**
 * Refuses before AWS is asked what AWS would refuse for its length, and says what would fit: `rewrite` answers the trust
 * policy that asking for other clusters would make, compacted where the request can ask for that.
 */
export function fitting(observed: Observed, role: Stored | null, planned: Planned, asked: Cluster[], rewrite: Rewrite | null): PlanResult {
  const text = planned.steps.flatMap((step) => ('text' in step ? [step.text] : []))[0];
  const size = text === undefined ? 0 : sizeOf(text);
  if (size <= observed.quota) return planned;
  const { remedy, suggestion } = suggest(observed, role, asked, rewrite);
  const message = `The trust policy would have ${size} characters, and account ${observed.accountId} allows ${observed.quota}. ${remedy}`;
  return { ...refuse('QUOTA_EXCEEDED', message), ...(suggestion && { suggestion }) };
}

/**
 * The last guard: a plan that only adds, or that takes one line away, takes coverage from nobody else. `removing` is what
 * was asked to go. No plan is known to come to this refusal; what it prevents is how others broke production.
 */
export function keeping(planned: PlanResult, removing: Cluster[] = []): PlanResult {
  if ('refused' in planned) return planned;
  const lost = planned.effects.clustersLost.filter((cluster) => !isAmong(removing, cluster));
  if (lost.length === 0) return planned;
  return refuse(
    'TRUST_MISMATCH',
    `The change would take coverage from ${lost.map(({ region, name }) => `${region}/${name}`).join(', ')}, which nobody asked to remove. POST …/extend with onMismatch MERGE and every cluster that is to stay.`,
  );
}
