import Type, { type Static } from 'typebox';
import { Claim } from './claim.ts';
import { Cluster, ListedCluster } from './primitives.ts';

export type OwningTool = Static<typeof OwningTool>;
const OwningTool = Type.Enum(['CloudFormation', 'CDK', 'Terraform', 'ACK', 'Crossplane'], { $id: 'OwningTool' });

/** What to change in the source of the tool that owns a role, so that the tool makes the change that was asked for. */
export type Patch = Static<typeof Patch>;
const Patch = Type.Object(
  { tool: OwningTool, language: Type.Enum(['hcl', 'yaml'], { $id: 'PatchLanguage' }), text: Type.String() },
  { $id: 'Patch', additionalProperties: false },
);

/**
 * What would fit where a trust policy would not: ask for these clusters (with `compact`, where it is true), and the policy
 * has `size` of `quota` characters. `alsoLetsIn`: the other known clusters, by the role's lines or by earlier changes, that
 * those lines cover.
 */
export type Suggestion = Static<typeof Suggestion>;
export const Suggestion = Type.Object(
  {
    clusters: Type.Array(Cluster),
    compact: Type.Boolean(),
    size: Type.Integer(),
    quota: Type.Integer(),
    alsoLetsIn: Type.Array(ListedCluster),
  },
  { $id: 'Suggestion', additionalProperties: false },
);

/**
 * RFC 9457. Some codes add members: TRUST_MISMATCH a `plan`, MANAGED_ELSEWHERE a `plan` and a `patch`, CLUSTER_CLAIMED a `plan`
 * and `claims`, QUOTA_EXCEEDED a `suggestion`, a write that failed half-way its `change`.
 */
export type Problem = Static<typeof Problem>;
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String(),
    code: Type.String(),
    errors: Type.Array(Type.Object({ pointer: Type.String(), message: Type.String() }, { $id: 'FieldError', additionalProperties: false })),
    requestId: Type.String(),
    retryable: Type.Boolean(),
    patch: Type.Optional(Patch),
    suggestion: Type.Optional(Suggestion),
    claims: Type.Optional(Type.Array(Claim, { maxItems: 100 })),
  },
  { $id: 'Problem', additionalProperties: true },
);
