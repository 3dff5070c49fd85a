import type { ServiceTokenRecord } from '../../ports/tokens.ts';
import { type ServiceToken, subjectOfToken } from '../../schema/token.ts';

/** A service token as callers see it: without its secret. */
export const presentToken = ({
  scope,
  createdAt,
  expiresAt,
  lastUsedAt,
  revokedAt,
  ...record
}: ServiceTokenRecord): ServiceToken => ({
  ...record,
  subject: subjectOfToken(record.name),
  operations: scope.operations && [...scope.operations],
  accountIds: scope.accountIds && [...scope.accountIds],
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
  revokedAt: revokedAt?.toISOString() ?? null,
});
