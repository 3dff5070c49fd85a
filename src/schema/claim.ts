import Type, { type Static } from 'typebox';
import { Actor, Change } from './change.ts';
import { Cursor, Limit } from './page.ts';
import { closed, DryRun, IdempotencyKey } from './parameters.ts';
import { AccountId, Cluster, Id, nullable, RoleName, Timestamp } from './primitives.ts';

export type LineClaim = Static<typeof LineClaim>;
export const LineClaim = Type.Object(
  { claimant: Type.String({ description: 'Who needs the cluster' }), actor: Actor, since: Timestamp },
  { $id: 'LineClaim', description: 'A claim of a line', additionalProperties: false },
);

export type Claim = Static<typeof Claim>;
export const Claim = Type.Object(
  {
    id: Id,
    accountId: AccountId,
    roleName: RoleName,
    roleId: Type.String({ description: "IAM's unique ID of the role. The claim ends with it" }),
    cluster: Cluster,
    claimant: Type.String({ description: 'Who needs the cluster' }),
    actor: Actor,
    since: Timestamp,
  },
  {
    $id: 'Claim',
    description: "While a claim exists, no change takes this cluster's coverage from this role",
    additionalProperties: false,
  },
);

export type EndedClaim = Static<typeof EndedClaim>;
export const EndedClaim = Type.Object(
  { change: nullable(Change, 'The record in the log. Null in a dry run') },
  { $id: 'EndedClaim', description: 'The answer to ending a claim', additionalProperties: false },
);

/** Filters of the claims. All that are given must hold. */
export const ListClaimsInput = Type.Object(
  {
    accountId: Type.Optional(AccountId),
    roleName: Type.Optional(RoleName),
    // Longer than a claimant that a request names: an issuer and a subject are a claimant too.
    claimant: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1300, description: 'a claimant, of 1 to 1300 characters' }),
    ),
    limit: Type.Optional(Limit),
    cursor: Type.Optional(Cursor),
  },
  { $id: 'ListClaimsInput', ...closed },
);
export const EndClaimInput = Type.Object(
  { id: Id, dryRun: DryRun, idempotencyKey: IdempotencyKey },
  { $id: 'EndClaimInput', ...closed },
);
