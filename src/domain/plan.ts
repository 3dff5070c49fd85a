import type { FaultCode } from '../fault.ts';
import type { ChangeKind } from '../schema/change.ts';
import type { OnMismatch } from '../schema/inputs.ts';
import type { Effects, RemovedStatement, RoleSnapshot } from '../schema/plan.ts';
import type { Cluster, JsonObject, Tags } from '../schema/primitives.ts';
import { clusterOf, executionPolicyArn, lineFor } from './arn.ts';
import { check } from './check.ts';
import { canonical, isObject, oneOrMany, readDocument, shadowedStrings, sizeOf, stringsIn, textOf } from './document.ts';
import { addLines, compact, type Merged, merge, reference, removeLine } from './rewrite.ts';
import type { Observed, RoleState } from './role-state.ts';
import type { PlannedStep } from './step.ts';
import { allowedBy, clustersIn, isConfined, isCovered, readTrust } from './trust.ts';

/** What would be done. No steps: nothing has to be. */
export interface Planned {
  kind: ChangeKind;
  steps: PlannedStep[];
  before: RoleSnapshot | null;
  after: RoleSnapshot;
  effects: Effects;
}

/** Why it is not done, and the plan that another choice would apply. */
export interface Refusal {
  refused: FaultCode;
  message: string;
  alternative?: Planned;
}

export type PlanResult = Planned | Refusal;
export const isRefusal = (result: PlanResult): result is Refusal => 'refused' in result;

export interface Wanted {
  clusters: Cluster[];
  path?: string;
  description?: string;
  tags?: Tags;
  permissionsBoundary?: string;
  additionalPolicyArns?: string[];
}

/** What a change is about, of a role as it is. */
export const snapshotOf = (role: RoleState): RoleSnapshot => ({
  trust: readDocument(role.trustText).content,
  policies: { attached: [...role.attached].sort(), inline: role.inline },
  tags: role.tags,
});

const refuse = (refused: FaultCode, message: string, alternative?: Planned): Refusal => ({
  refused,
  message,
  ...(alternative && { alternative }),
});
const isServiceLinked = (path: string | undefined) => path?.startsWith('/aws-service-role/') ?? false;
const serviceLinked = (roleName: string) =>
  refuse('UNMODIFIABLE_ROLE', `${roleName} is under /aws-service-role/: only AWS itself may create or change it. Use another role.`);

function noRole({ roleName, accountId }: Observed): Refusal {
  return refuse('ROLE_NOT_FOUND', `Account ${accountId} has no role ${roleName}. Create it, or PUT it.`);
}

/** A new role: its trust policy, tags and policies. */
export function planCreate(observed: Observed, wanted: Wanted): PlanResult {
  const { role, roleName, accountId, partition } = observed;
  if (isServiceLinked(wanted.path) || isServiceLinked(role?.path)) return serviceLinked(roleName);
  if (role)
    return refuse(
      'ROLE_EXISTS',
      `Account ${accountId} has a role ${role.roleName} already (IAM ignores case). PUT it to add what is missing, or choose another roleName.`,
    );
  const trust = reference(partition, accountId, wanted.clusters);
  const attached = [executionPolicyArn(partition), ...(wanted.additionalPolicyArns ?? [])].filter(unique);
  return fitting(observed, {
    kind: 'CREATE',
    steps: [
      {
        action: 'iam:CreateRole',
        detail: {
          roleName,
          path: wanted.path ?? '/',
          assumeRolePolicyDocument: trust,
          description: wanted.description ?? null,
          tags: wanted.tags ?? {},
          permissionsBoundary: wanted.permissionsBoundary ?? null,
        },
      },
      ...attached.map((policyArn): PlannedStep => ({ action: 'iam:AttachRolePolicy', detail: { roleName, policyArn } })),
    ],
    before: null,
    after: { trust, policies: { attached: attached.sort(), inline: null }, tags: wanted.tags ?? {} },
    effects: { clustersGained: wanted.clusters, clustersLost: [], statementsRemoved: [] },
  });
}

const unique = <T>(value: T, index: number, all: T[]) => all.indexOf(value) === index;

/** Makes sure that the role covers the clusters and has the managed policy. */
export function planExtend(observed: Observed, clusters: Cluster[], onMismatch: OnMismatch, compacting: boolean): PlanResult {
  const { role } = observed;
  if (!role) return noRole(observed);
  if (isServiceLinked(role.path)) return serviceLinked(role.roleName);
  const trust = planTrust(observed, role, clusters, onMismatch, compacting);
  if ('refused' in trust) return trust;
  return fitting(observed, assemble(observed, role, trust, clusters, [executionPolicyArn(observed.partition)], {}, []));
}

/** Creates the role, or adds what it lacks. Where something would have to go, it is refused. */
export function planEnsure(observed: Observed, wanted: Wanted): PlanResult {
  const { role, partition } = observed;
  if (!role) return planCreate(observed, wanted);
  if (isServiceLinked(role.path) || isServiceLinked(wanted.path)) return serviceLinked(role.roleName);
  if (wanted.path !== undefined && wanted.path !== role.path)
    return refuse(
      'ROLE_EXISTS',
      `Role ${role.roleName} is at path ${role.path}, and IAM cannot move it to ${wanted.path}. Leave path out, or choose another roleName.`,
    );
  if (
    wanted.permissionsBoundary !== undefined &&
    role.permissionsBoundary !== null &&
    role.permissionsBoundary !== wanted.permissionsBoundary
  )
    return refuse(
      'ROLE_EXISTS',
      `Role ${role.roleName} has the permissions boundary ${role.permissionsBoundary}; one boundary is never put in another's place. Leave permissionsBoundary out, or change it in IAM.`,
    );

  let trust = planTrust(observed, role, wanted.clusters, 'REFUSE');
  if ('refused' in trust) {
    // What only adds is not worth a refusal: a policy that does not know the service yet gets its statement.
    const merged = merging(observed, role, wanted.clusters);
    if ('refused' in merged || !onlyAdds(role, merged.document)) return trust;
    trust = merged;
  }
  const { roleName } = role;
  const more: PlannedStep[] = [];
  if (wanted.description !== undefined && wanted.description !== (role.description ?? ''))
    more.push({ action: 'iam:UpdateRoleDescription', detail: { roleName, description: wanted.description } });
  if (wanted.permissionsBoundary !== undefined && role.permissionsBoundary === null)
    more.push({ action: 'iam:PutRolePermissionsBoundary', detail: { roleName, permissionsBoundary: wanted.permissionsBoundary } });
  const policies = [executionPolicyArn(partition), ...(wanted.additionalPolicyArns ?? [])];
  return fitting(observed, assemble(observed, role, trust, wanted.clusters, policies, wanted.tags ?? {}, more));
}

/** Takes one line away and nothing else. */
export function planRetract(observed: Observed, cluster: Cluster): PlanResult {
  const { role, partition, accountId } = observed;
  if (!role) return noRole(observed);
  if (isServiceLinked(role.path)) return serviceLinked(role.roleName);
  const document = readDocument(role.trustText).content;
  const reading = readTrust(document, partition, accountId);
  const line = lineFor(partition, accountId, cluster);
  const retraction = removeLine(document, reading, line);
  if (retraction.outcome === 'NOT_LISTED') {
    const covering = allowedBy(reading, cluster);
    return refuse(
      'CLUSTER_NOT_LISTED',
      `${role.roleName} has no line ${line}.${covering?.length ? ` The cluster is covered by ${covering.join(', ')}, which other clusters may rely on.` : ''}`,
    );
  }
  if (retraction.outcome === 'LAST')
    return refuse(
      'LAST_CLUSTER',
      `${line} is the only line of ${role.roleName}: without it the trust policy would let nothing in. Delete the role in IAM if no Fargate profile uses it.`,
    );
  const dropped = droppedBy(role, retraction.document);
  if (dropped.length > 0)
    return refuse('TRUST_MISMATCH', `${droppedMessage(dropped)} Write it once with POST …/extend and onMismatch MERGE, then repeat this.`);
  const trust = { document: retraction.document, removed: retraction.removed, repairs: false };
  return { ...assemble(observed, role, trust, [], [], {}, []), kind: 'RETRACT' };
}

interface TrustPlan extends Merged {
  /** More than adding lines to a statement that can take them. */
  repairs: boolean;
}

const trustErrors = ['SERVICE_NOT_TRUSTED', 'SOURCE_ARN_MISSING', 'SOURCE_ARN_FOREIGN', 'DENIED'];

function planTrust(
  observed: Observed,
  role: RoleState,
  clusters: Cluster[],
  onMismatch: OnMismatch,
  compacting = false,
): TrustPlan | Refusal {
  const { partition, accountId } = observed;
  const { content: document, duplicates } = readDocument(role.trustText);
  const tidy = (written: JsonObject) => (compacting ? compact(written, readTrust(written, partition, accountId)) : written);
  const errors = check(observed, clusters).findings.filter((f) => trustErrors.includes(f.code));
  const added = errors.length === 0 ? addLines(document, readTrust(document, partition, accountId), clusters) : null;
  const extended = added && tidy(added);
  const dropped = extended ? droppedBy(role, extended) : [];
  const isUntouched = extended !== null && onMismatch === 'REFUSE' && canonical(extended) === canonical(document);
  if (extended && (dropped.length === 0 || isUntouched)) return { document: extended, removed: [], repairs: false };
  if (onMismatch === 'REPLACE') {
    const replaced = tidy(reference(partition, accountId, clusters));
    const isSame = canonical(replaced) === canonical(document) && duplicates.length === 0;
    return isSame ? { document, removed: [], repairs: false } : { document: replaced, removed: statementsOf(document), repairs: true };
  }
  const merged = merging(observed, role, clusters);
  if ('refused' in merged) return merged;
  merged.document = tidy(merged.document);
  if (onMismatch === 'MERGE') return merged;
  const why =
    errors.length > 0
      ? errors.map((e) => e.message).join(' ')
      : dropped.length > 0
        ? droppedMessage(dropped)
        : 'No statement can take another line.';
  const policies = [executionPolicyArn(partition)];
  return refuse(
    'TRUST_MISMATCH',
    `${why} Send onMismatch MERGE to apply the plan shown here, or REPLACE to write the reference document alone.`,
    assemble(observed, role, merged, clusters, policies, {}, []),
  );
}

/** REPLACE writes the document anew, so every statement of the old one goes. */
const statementsOf = ({ Statement }: JsonObject): RemovedStatement[] =>
  oneOrMany(Statement).flatMap((statement, i) =>
    isObject(statement) ? [{ pointer: Array.isArray(Statement) ? `/Statement/${i}` : '/Statement', statement }] : [],
  );

/**
 * What stored text with repeated keys holds, and a document written in its place would not. A repeated aws:SourceArn
 * drops the lines that no longer stand anywhere; of any other key nobody can say what its loss would change.
 */
function droppedBy({ trustText }: RoleState, written: JsonObject): string[] {
  const { duplicates } = readDocument(trustText);
  const others = duplicates.filter((pointer) => !/\/aws:sourcearn$/i.test(pointer));
  const kept = new Set(stringsIn(textOf(written)));
  return [...others, ...shadowedStrings(trustText).filter((string) => !kept.has(string))];
}

const droppedMessage = (dropped: string[]) =>
  `The stored text repeats keys, and most readers see the last value alone: writing it would drop ${dropped.join(', ')}.`;

/** Does the document hold every statement as the role has it now? */
function onlyAdds(role: RoleState, written: JsonObject): boolean {
  const before = oneOrMany(readDocument(role.trustText).content.Statement);
  const after = oneOrMany(written.Statement);
  return droppedBy(role, written).length === 0 && before.every((statement, i) => canonical(statement) === canonical(after[i]));
}

function merging(observed: Observed, role: RoleState, clusters: Cluster[]): TrustPlan | Refusal {
  const { partition, accountId } = observed;
  const document = readDocument(role.trustText).content;
  const merged = merge(document, readTrust(document, partition, accountId), clusters);
  const left = check({ ...observed, role: { ...role, trustText: textOf(merged.document) } }, clusters).findings.filter(
    (f) => f.severity === 'ERROR' && f.code !== 'POLICY_NOT_ATTACHED',
  );
  if (left.length > 0)
    return refuse(
      'TRUST_MISMATCH',
      `${left.map((f) => `${f.message} ${f.remedy}`).join(' ')} MERGE keeps such a statement; REPLACE writes the reference document alone.`,
    );
  return { ...merged, repairs: true };
}

function assemble(
  observed: Observed,
  role: RoleState,
  trust: TrustPlan,
  clusters: Cluster[],
  policies: string[],
  tags: Tags,
  more: PlannedStep[],
): Planned {
  const { roleName } = role;
  const before = snapshotOf(role);
  const attach = policies.filter(unique).filter((arn) => !role.attached.includes(arn));
  const newTags = Object.fromEntries(Object.entries(tags).filter(([key, value]) => role.tags[key] !== value));
  const isRepeating = readDocument(role.trustText).duplicates.length > 0;
  const changesTrust = (trust.repairs && isRepeating) || canonical(before.trust) !== canonical(trust.document);
  const steps: PlannedStep[] = [
    ...(changesTrust
      ? [{ action: 'iam:UpdateAssumeRolePolicy', detail: { roleName, policyDocument: trust.document } } satisfies PlannedStep]
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

function effectsOf({ partition, accountId }: Observed, role: RoleState, trust: TrustPlan, clusters: Cluster[]): Effects {
  const before = readTrust(readDocument(role.trustText).content, partition, accountId);
  const after = readTrust(trust.document, partition, accountId);
  const isOpen = (reading: typeof before) => reading.statements.some((s) => s.effect === 'Allow' && !isConfined(s));
  // A Deny in force is not looked at: it may bar one cluster of a wide line, and all of the line's are lost.
  const lost = [...clustersIn(before), ...shadowedStrings(role.trustText).flatMap((line) => clusterOf(line) ?? [])].filter(
    (c) => allowedBy(after, c) === null,
  );
  if (isOpen(before) && !isOpen(after)) lost.push({ region: '*', name: '*' });
  return {
    clustersGained: clusters.filter((c) => !isCovered(before, c) && isCovered(after, c)),
    clustersLost: [...new Map(lost.map((c) => [`${c.region}/${c.name}`, c])).values()],
    statementsRemoved: trust.removed,
  };
}

/** Refuses before AWS is asked what AWS would refuse for its length. */
function fitting(observed: Observed, planned: Planned): PlanResult {
  const size = sizeOf(textOf(planned.after.trust));
  const writesTrust = planned.steps.some((s) => s.action === 'iam:CreateRole' || s.action === 'iam:UpdateAssumeRolePolicy');
  if (!writesTrust || size <= observed.quota) return planned;
  const { partition, accountId } = observed;
  const compacted = sizeOf(textOf(compact(planned.after.trust, readTrust(planned.after.trust, partition, accountId))));
  const remedy =
    compacted <= observed.quota
      ? `With compact it would have ${compacted}.`
      : 'Ask for fewer clusters or wider ones (* as name), use a second role, or raise the quota L-C07B4B0D in Service Quotas.';
  return refuse(
    'QUOTA_EXCEEDED',
    `The trust policy would have ${size} characters, and account ${accountId} allows ${observed.quota}. ${remedy}`,
  );
}
