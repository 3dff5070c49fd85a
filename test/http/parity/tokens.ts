import type { TestAccount } from '#test/support/service.ts';
import { byId, type Case, fails, invalid, mistyped, works } from './case.ts';
import { createToken, inDays, newToken, useKey, withKey } from './givens.ts';

export const tokensCases: Record<string, Case[]> = {
  createServiceToken: [
    works('one', (x) => newToken(x)),
    works('a limited one', (x) =>
      newToken(x, { operations: ['accounts', 'exportLog'], accountIds: [x.accountId] }),
    ),
    works('a dry run', (x) => newToken(x, { dryRun: true })),
    invalid('a name that is taken', '/name', (x) => newToken(x), createToken),
    invalid('a name that is none', '/name', (x) => newToken(x, { name: 'A b' })),
    invalid('no groups', '/groups', (x) => newToken(x, { groups: [] })),
    invalid('operations that are none', ['/operations/1', '/operations/2'], (x) =>
      newToken(x, { operations: ['accounts', 'nope', 'toString'] }),
    ),
    invalid('accounts that are none', '/accountIds/0', (x) => newToken(x, { accountIds: ['12'] })),
    ...[-1, 0, 367].map((days) =>
      invalid(`an end in ${days} days`, '/expiresAt', (x: TestAccount) =>
        newToken(x, { expiresAt: inDays(days) }),
      ),
    ),
    mistyped('a key, under which it would be kept', (x) => newToken(x, { idempotencyKey: 'k' })),
  ],
  serviceTokens: [
    works('all of them', {}),
    works('a page', { limit: 1 }),
    works(
      'the page after',
      (_, given) => ({ limit: 1, cursor: given as string }),
      async (_, { rest }) => (await rest('GET', '/v1/service-tokens?limit=1')).json.nextCursor,
    ),
    invalid('a cursor that is none', '/cursor', { cursor: 'YQBi' }),
  ],
  revokeServiceToken: [
    works('one', byId, createToken),
    works('a dry run', (_, id) => ({ id: id as string, dryRun: true }), createToken),
    fails(
      'a key that was used for something else',
      'IDEMPOTENCY_MISMATCH',
      (x) => ({ id: '0123456789abcdef', idempotencyKey: withKey(x).idempotencyKey }),
      useKey,
    ),
    works('one that is revoked', byId, async (x, service) => {
      const id = await createToken(x, service);
      await service.rest('DELETE', `/v1/service-tokens/${id}`);
      return id;
    }),
    fails('an unknown one', 'SERVICE_TOKEN_NOT_FOUND', { id: '0123456789abcdef' }),
    invalid('an ID that is none', '/id', { id: 'x' }),
  ],
};
