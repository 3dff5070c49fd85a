import Type, { type Static } from 'typebox';
import { Cluster, ListedCluster } from './primitives.ts';

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

/** RFC 9457. Some codes add members: TRUST_MISMATCH a `plan`, QUOTA_EXCEEDED a `suggestion`, a write that failed half-way its `change`. */
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
    suggestion: Type.Optional(Suggestion),
  },
  { $id: 'Problem', additionalProperties: true },
);
