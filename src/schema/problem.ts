import Type, { type Static } from 'typebox';

export type OwningTool = Static<typeof OwningTool>;
const OwningTool = Type.Enum(['CloudFormation', 'CDK', 'Terraform', 'ACK', 'Crossplane'], { $id: 'OwningTool' });

/** What to change in the source of the tool that owns a role, so that the tool makes the change that was asked for. */
export type Patch = Static<typeof Patch>;
const Patch = Type.Object(
  { tool: OwningTool, language: Type.Enum(['hcl', 'yaml'], { $id: 'PatchLanguage' }), text: Type.String() },
  { $id: 'Patch', additionalProperties: false },
);

/**
 * RFC 9457. Some codes add members: TRUST_MISMATCH a `plan`, MANAGED_ELSEWHERE a `plan` and a `patch`, a write that failed
 * half-way its `change`.
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
  },
  { $id: 'Problem', additionalProperties: true },
);
