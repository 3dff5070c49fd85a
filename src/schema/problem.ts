import Type, { type Static } from 'typebox';
import { Claim } from './claim.ts';
import { Cluster, ListedCluster } from './primitives.ts';

export type OwningTool = Static<typeof OwningTool>;
const OwningTool = Type.Enum(['CloudFormation', 'CDK', 'Terraform', 'ACK', 'Crossplane'], {
  $id: 'OwningTool',
  description: 'The tool that owns the role',
});

export type Patch = Static<typeof Patch>;
const Patch = Type.Object(
  {
    tool: OwningTool,
    language: Type.Enum(['hcl', 'yaml'], {
      $id: 'PatchLanguage',
      description: 'The language of the text: hcl or yaml',
    }),
    text: Type.String({ description: 'The source to put in' }),
  },
  {
    $id: 'Patch',
    description: 'The same change in the source of the tool that owns the role',
    additionalProperties: false,
  },
);

export type Suggestion = Static<typeof Suggestion>;
export const Suggestion = Type.Object(
  {
    clusters: Type.Array(Cluster, { description: 'The clusters to ask for instead' }),
    compact: Type.Boolean({ description: 'Send compact: true as well' }),
    size: Type.Integer({ description: 'Characters of the trust policy after that' }),
    quota: Type.Integer({ description: "The account's quota of characters" }),
    alsoLetsIn: Type.Array(ListedCluster, {
      description: 'Other known clusters that those lines cover as well, at most 100 of them',
    }),
  },
  { $id: 'Suggestion', description: 'A request that fits the quota', additionalProperties: false },
);

const FieldError = Type.Object(
  {
    pointer: Type.String({ description: 'JSON pointer to the field' }),
    message: Type.String({ description: 'What the field must be' }),
  },
  { $id: 'FieldError', description: 'What is wrong with one field', additionalProperties: false },
);

/**
 * RFC 9457. Some codes add members: TRUST_MISMATCH a `plan`, MANAGED_ELSEWHERE a `plan` and a `patch`,
 * CLUSTER_CLAIMED a `plan` and `claims`, QUOTA_EXCEEDED a `suggestion`, a write that failed half-way its
 * `change`.
 */
export type Problem = Static<typeof Problem>;
export const Problem = Type.Object(
  {
    type: Type.String({
      description: 'urn:rolewright:problem:CODE. docs/findings.md has an entry for each code',
    }),
    title: Type.String({ description: 'The kind of problem, the same for each code' }),
    status: Type.Integer({ description: 'The HTTP status' }),
    detail: Type.String({ description: 'What is wrong, and what to do' }),
    instance: Type.String({ description: 'The path of the request' }),
    code: Type.String({ description: 'The code of the problem' }),
    errors: Type.Array(FieldError, { description: 'What is wrong with each field' }),
    requestId: Type.String({ description: 'The X-Request-Id of the request' }),
    retryable: Type.Boolean({ description: 'The same request may succeed later' }),
    patch: Type.Optional(Patch),
    suggestion: Type.Optional(Suggestion),
    claims: Type.Optional(
      Type.Array(Claim, { maxItems: 100, description: 'The claims that refuse the change' }),
    ),
  },
  { $id: 'Problem', description: 'A problem (RFC 9457)', additionalProperties: true },
);
