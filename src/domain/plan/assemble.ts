import type { Cluster, JsonObject, Tags } from '../../schema/primitives.ts';
import { isSameCanonical, oneOrMany } from '../policy/document.ts';
import { writeStored } from '../policy/stored-text.ts';
import type { Observed } from '../role/role-state.ts';
import { distinctPolicies, tagIn, withoutPolicies, withTags } from '../role/same.ts';
import { removeDeleted, withoutDeleted } from '../trust/deleted-principals.ts';
import type { ParsedRole } from '../trust/parse-trust.ts';
import { listEffects, noEffects } from './effects/list-effects.ts';
import { type PlanResult, type Refusal, refuse, type TrustPlan, takeSnapshot } from './planned.ts';
import type { PlannedStep } from './steps/step.ts';

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
  const draft = draftChange(role, trust, policies);
  if ('refused' in draft) return draft;
  const { changesTrust, cleaned, after, attach } = draft;
  const newTags = Object.fromEntries(
    Object.entries(tags).filter(([key, value]) => tagIn(role.tags, key) !== value),
  );
  const text = () => writeStored(after, role, trust.isRepair);
  const steps: PlannedStep[] = [
    ...(changesTrust
      ? [
          {
            action: 'iam:UpdateAssumeRolePolicy',
            text: text(),
            detail: { roleName, policyDocument: after },
          } satisfies PlannedStep,
        ]
      : []),
    ...attach.map(
      (policyArn): PlannedStep => ({ action: 'iam:AttachRolePolicy', detail: { roleName, policyArn } }),
    ),
    ...(Object.keys(newTags).length > 0
      ? [{ action: 'iam:TagRole', detail: { roleName, tags: newTags } } satisfies PlannedStep]
      : []),
    ...more,
  ];
  return {
    kind: trust.isRepair || trust.hasDrops || attach.length > 0 ? 'REPAIR' : 'EXTEND',
    steps,
    before: takeSnapshot(role, role.document),
    after: {
      trust: after,
      policies: { attached: draft.attached, inline: role.inline },
      tags: withTags(role.tags, newTags),
    },
    effects: changesTrust ? listEffects(observed, role, trust, cleaned, clusters) : noEffects,
  };
}

/** The decisions of a plan, without its steps and effects. */
export interface Draft {
  changesTrust: boolean;
  cleaned: ReturnType<typeof removeDeleted>;
  /** The trust policy afterwards. */
  after: JsonObject;
  /** Policies to attach, and all that are attached afterwards. */
  attach: string[];
  attached: string[];
}

/** Decides whether the trust policy has to change, and which policies have to be attached. */
export function draftChange(
  role: ParsedRole,
  trust: TrustPlan,
  policies: readonly string[],
): Draft | Refusal {
  const cleaned = removeDeleted(trust.document);
  const isAnother = (document: JsonObject) => !isSameCanonical(role.document, document);
  const isToBeRepaired = trust.isRepair && (role.duplicates.length > 0 || cleaned.principals.length > 0);
  const changesTrust = isAnother(trust.document) ? isAnother(cleaned.document) : isToBeRepaired;
  const unwritable = changesTrust ? findFault(cleaned) : null;
  if (unwritable) return refuse('TRUST_MISMATCH', unwritable);
  const attach = withoutPolicies(distinctPolicies(policies), role.attached);
  const after = changesTrust ? cleaned.document : role.document;
  return { changesTrust, cleaned, after, attach, attached: [...role.attached, ...attach].sort() };
}

/** The reason why IAM would reject the document. Null: there is none that can be known here. */
function findFault({ document, kept }: ReturnType<typeof removeDeleted>): string | null {
  const [first] = kept;
  if (first) {
    const left = withoutDeleted(first.statement, 'NotPrincipal');
    const instead = left
      ? `Replace it in IAM (UpdateAssumeRolePolicy) with ${JSON.stringify(left)}`
      : 'Remove the statement in IAM';
    return `The statement at ${first.pointer} names the deleted principal ${first.principals.join(', ')} in NotPrincipal. IAM rejects such a policy, and without the ID the statement would apply to others, so you have to decide. ${instead}, then repeat the request.`;
  }
  return oneOrMany(document.Statement).length > 0
    ? null
    : 'The trust policy would have no statement left. IAM rejects such a policy.';
}
