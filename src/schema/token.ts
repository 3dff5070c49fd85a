import Type, { type Static } from 'typebox';
import { Actor } from './change.ts';
import { Cursor, Limit } from './page.ts';
import { closed, DryRun, IdempotencyKey } from './parameters.ts';
import { AccountId, nullable, Timestamp } from './primitives.ts';

/** The issuer of service tokens: this service. Every other issuer is a URL. */
export const serviceTokenIssuer = 'rolewright';

/** The subject of a caller with the service token of this name. */
export const subjectOfToken = (name: string): string => `${subjectPrefix}${name}`;
const subjectPrefix = 'token:';

/** The name of the caller's service token. Null: the caller used another credential. */
export const tokenOf = ({ issuer, subject }: Actor): string | null =>
  issuer === serviceTokenIssuer ? subject.slice(subjectPrefix.length) : null;

const ServiceTokenId = Type.String({
  pattern: '^[0-9a-f]{16}$',
  description: 'the id of a service token: 16 hexadecimal digits',
});

const ServiceTokenName = Type.String({
  pattern: '^[a-z0-9][a-z0-9._-]{0,62}$',
  description: 'a name of 1 to 63 small letters, digits or ._-, beginning with a letter or digit',
});

const Groups = Type.Array(
  Type.String({ minLength: 1, maxLength: 256, description: 'the name of a group: 1 to 256 characters' }),
  {
    minItems: 1,
    maxItems: 50,
    description: '1 to 50 groups',
  },
);

const ScopedOperations = Type.Array(
  Type.String({ pattern: '^[a-z][A-Za-z]{0,63}$', description: 'the name of an operation' }),
  {
    minItems: 1,
    maxItems: 100,
    description: '1 to 100 names of operations',
  },
);

const ScopedAccounts = Type.Array(AccountId, {
  minItems: 1,
  maxItems: 1000,
  description: '1 to 1000 account IDs',
});

export type ServiceToken = Static<typeof ServiceToken>;
export const ServiceToken = Type.Object(
  {
    id: ServiceTokenId,
    name: ServiceTokenName,
    subject: Type.String({
      description: 'The subject of its requests, in the history and in the request log: token:NAME',
    }),
    groups: Type.Array(Type.String(), { description: 'The groups that its requests have' }),
    operations: nullable(ScopedOperations, 'The operations that it is limited to. Null: no limit'),
    accountIds: nullable(ScopedAccounts, 'The accounts that it is limited to. Null: no limit'),
    createdBy: Actor,
    createdAt: Timestamp,
    expiresAt: Timestamp,
    lastUsedAt: nullable(Timestamp, 'When it was last used, to the minute. Null: never'),
    revokedAt: nullable(Timestamp, 'When it was revoked. Null: it was not'),
    revokedBy: nullable(Actor, 'Who revoked it. Null: nobody'),
  },
  { $id: 'ServiceToken', description: 'A service token without its secret', additionalProperties: false },
);

export type CreatedServiceToken = Static<typeof CreatedServiceToken>;
export const CreatedServiceToken = Type.Object(
  {
    token: nullable(Type.String(), 'The credential. It is shown only here. Null in a dry run'),
    serviceToken: ServiceToken,
  },
  {
    $id: 'CreatedServiceToken',
    description: 'A new service token with its secret',
    additionalProperties: false,
  },
);

/**
 * There is no idempotency key, because the answer would be stored with its secret. A name can be taken once,
 * which does as well.
 */
export const CreateServiceTokenInput = Type.Object(
  {
    name: ServiceTokenName,
    groups: Groups,
    operations: Type.Optional(ScopedOperations),
    accountIds: Type.Optional(ScopedAccounts),
    expiresAt: Type.Optional({
      ...Timestamp,
      description: 'a time as 2026-11-23T12:00:00.000Z; left out, in 90 days',
    }),
    dryRun: DryRun,
  },
  { $id: 'CreateServiceTokenInput', ...closed },
);
export const ListServiceTokensInput = Type.Object(
  { limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
  { $id: 'ListServiceTokensInput', ...closed },
);
export const RevokeServiceTokenInput = Type.Object(
  { id: ServiceTokenId, dryRun: DryRun, idempotencyKey: IdempotencyKey },
  { $id: 'RevokeServiceTokenInput', ...closed },
);
