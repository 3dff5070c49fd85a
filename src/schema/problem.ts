import Type, { type Static } from 'typebox';

/** RFC 9457. Some codes add members: TRUST_MISMATCH a `plan`, a write that failed half-way its `change`. */
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
  },
  { $id: 'Problem', additionalProperties: true },
);
