import type { RoleSnapshot } from '../../schema/plan.ts';
import type { JsonObject, Tags } from '../../schema/primitives.ts';
import { canonical, isObject, oneOrMany } from '../policy/document.ts';
import { distinctClusters } from '../role/cluster.ts';
import type { Observed } from '../role/role-state.ts';
import { isAwsTag, withoutPolicies, withoutTags } from '../role/same.ts';
import { clustersIn } from '../trust/coverage.ts';
import { parseTrust } from '../trust/parse-trust.ts';
import { readEdited } from '../trust/read-trust.ts';
import { assemble } from './assemble.ts';
import { isRefusal, type PlanResult, refuse, requestRemedy, takeSnapshot, withinBudget } from './planned.ts';
import { refuseProtected } from './protected-path.ts';
import { refuseOverQuota } from './quota.ts';
import type { PlannedStep } from './steps/step.ts';

const withoutAwsTags = (tags: Tags): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !isAwsTag(key)));

const customary = [
  'Version',
  'Id',
  'Statement',
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Condition',
];
const sortKeys = (object: JsonObject): JsonObject => {
  const rank = (key: string) => (customary.includes(key) ? customary.indexOf(key) : customary.length);
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => rank(a) - rank(b)));
};

/**
 * The log sorts all keys. Puts them back into the usual order. A statement that the role still has keeps its
 * order.
 */
function arrange(trust: JsonObject, now: JsonObject): JsonObject {
  const present = new Map(oneOrMany(now.Statement).map((statement) => [canonical(statement), statement]));
  const one = (statement: unknown) =>
    present.get(canonical(statement)) ?? (isObject(statement) ? sortKeys(statement) : statement);
  const { Statement } = trust;
  return sortKeys({
    ...trust,
    ...(Statement !== undefined && {
      Statement: Array.isArray(Statement) ? Statement.map(one) : one(Statement),
    }),
  });
}

/**
 * Restores trust policy, attached policies and tags as they were `before` a change. Null: there was no role.
 * The role itself is never deleted, because services keep its ID, as EKS does in access entries. Inline
 * policies, path, description and boundary stay, because snapshots do not have them.
 */
export const planRevert = (observed: Observed, before: RoleSnapshot | null): PlanResult =>
  withinBudget(observed, () => revertWithinBudget(observed, before));

function revertWithinBudget(observed: Observed, before: RoleSnapshot | null): PlanResult {
  const { role, roleName, accountId, kind } = observed;
  if (!role)
    return refuse('ROLE_NOT_FOUND', `Account ${accountId} has no role ${roleName}.`, {
      remedy: requestRemedy({ request: 'CREATE' }, 'create it'),
    });
  const refused = refuseProtected(role.roleName, role.path);
  if (refused) return refused;
  if (!before)
    return refuse(
      'ROLE_EXISTS',
      `There was no role ${role.roleName} before that change, and Rolewright never deletes a role, because ${kind.caller} keeps its ID.`,
      {
        remedy: requestRemedy(
          { request: 'RETRACT', clusters: 'CHOSEN' },
          'remove a line',
          'Delete the role in IAM if nothing uses it.',
        ),
      },
    );
  const current = parseTrust(observed, role);
  const now = takeSnapshot(role, current.document);
  const wanted = withoutAwsTags(before.tags as Tags);
  const detach = withoutPolicies(now.policies.attached, before.policies.attached);
  const tagKeys = Object.keys(withoutTags(withoutAwsTags(role.tags), Object.keys(wanted)));
  const detail = { roleName: role.roleName };
  const more: PlannedStep[] = [
    ...detach.map(
      (policyArn): PlannedStep => ({ action: 'iam:DetachRolePolicy', detail: { ...detail, policyArn } }),
    ),
    ...(tagKeys.length > 0
      ? [{ action: 'iam:UntagRole', detail: { ...detail, tagKeys } } satisfies PlannedStep]
      : []),
  ];
  const kept = new Set(oneOrMany(before.trust.Statement).map(canonical));
  const removed = oneOrMany(now.trust.Statement).flatMap((statement, i) =>
    isObject(statement) && !kept.has(canonical(statement))
      ? [{ pointer: Array.isArray(now.trust.Statement) ? `/Statement/${i}` : '/Statement', statement }]
      : [],
  );
  const clusters = [...clustersIn(readEdited(before.trust, current.reading)), ...observed.earlierClusters];
  const trust = { document: arrange(before.trust, now.trust), removed, isRepair: false };
  const planned = assemble(
    observed,
    current,
    trust,
    distinctClusters(clusters),
    before.policies.attached,
    wanted,
    more,
  );
  if (isRefusal(planned)) return planned;
  const { after } = planned;
  const attached = withoutPolicies(after.policies.attached, detach);
  const tags = withoutTags(after.tags as Tags, tagKeys);
  return refuseOverQuota(
    observed,
    current,
    { ...planned, kind: 'REVERT', after: { ...after, policies: { ...after.policies, attached }, tags } },
    [],
    null,
  );
}
