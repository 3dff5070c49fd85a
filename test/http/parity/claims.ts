import { type Answer, roleName } from '#test/support/service.ts';
import { byId, type Case, fails, invalid, ofRole, works } from './case.ts';
import { claimAs, useKey, withKey } from './givens.ts';

export const claimsCases: Record<string, Case[]> = {
  claims: [
    works('all filters', ofRole({ claimant: 'tf', limit: 10 }), claimAs('tf')),
    works('of nobody', ofRole({ claimant: 'nobody' }), claimAs('tf')),
    works('another letter case', ofRole({ roleName: roleName.toUpperCase() }), claimAs('tf')),
    works(
      'the second page',
      (x, given) => ({ accountId: x.accountId, limit: 1, cursor: (given as Answer).json.nextCursor }),
      async (x, service) => {
        for (const claimant of ['one', 'two']) await claimAs(claimant)(x, service);
        return service.rest('GET', `/v1/claims?accountId=${x.accountId}&limit=1`);
      },
    ),
    invalid('every filter wrong', ['/accountId', '/claimant', '/cursor', '/limit', '/roleName'], {
      accountId: 'x',
      roleName: ' ',
      claimant: '',
      limit: 0,
      cursor: '?',
    }),
    invalid('a cursor made up', '/cursor', { cursor: 'c2VxOjA' }),
  ],
  endClaim: [
    works('one', byId, claimAs('tf')),
    works('a dry run', (_, id) => ({ id: id as string, dryRun: true }), claimAs('tf')),
    works(
      'a key',
      (x, id) => ({ id: id as string, idempotencyKey: withKey(x).idempotencyKey }),
      claimAs('tf'),
    ),
    fails(
      'a key that was used for something else',
      'IDEMPOTENCY_MISMATCH',
      (x, id) => ({ id: id as string, idempotencyKey: withKey(x).idempotencyKey }),
      async (x, service) => {
        await useKey(x, service);
        return claimAs('tf')(x, service);
      },
    ),
    fails('an unknown one', 'CLAIM_NOT_FOUND', { id: 'claim_0' }),
    invalid('an ID that is none', '/id', { id: 'a b' }),
  ],
};
