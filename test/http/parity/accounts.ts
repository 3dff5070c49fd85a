import {
  byId,
  type Case,
  fails,
  type Input,
  invalid,
  mistyped,
  ofAccount,
  only,
  pageAfter,
  works,
} from './case.ts';
import { rehearseImport, unknown, useKey, withKey } from './givens.ts';

export const accountsCases: Record<string, Case[]> = {
  caller: [
    works('in general', {}),
    works('in an account', ofAccount()),
    works('in an unknown account', { accountId: '000000000000' }),
    invalid('an account that is none', '/accountId', { accountId: '12' }),
  ],
  account: [
    works('a registered account', ofAccount()),
    fails('an unknown one', 'ACCOUNT_UNKNOWN', { accountId: unknown().accountId }),
    invalid('an ID that is none', '/accountId', { accountId: 'x' }),
  ],
  accounts: [
    works(
      'all with a label',
      (x) => ({ labels: { team: x.accountId, a: 'b=c' } }),
      (x, { rest }) =>
        rest('PUT', `/v1/accounts/${x.accountId}`, {
          name: 'labelled',
          labels: { team: x.accountId, a: 'b=c' },
        }),
    ),
    works('none with that label', { labels: { team: 'nobody' } }),
    works('the first page', { limit: 1 }),
    works('the page after', pageAfter(), (_, { rest }) => rest('GET', '/v1/accounts?limit=1')),
    invalid('limit 0', '/limit', { limit: 0 }),
    invalid('limit 101', '/limit', { limit: 101 }),
    mistyped('limit 1.5', { limit: 1.5 }),
    invalid('a cursor made up', '/cursor', { cursor: 'made-up' }),
    {
      ...invalid('a label that none can have', ['/label/0', '/label/1'], {
        labels: { __proto__x: '1', '-': '2' },
      }),
      isTyped: true,
    },
  ],
  putAccount: [
    works('all fields', ({ accountId }) => ({
      accountId,
      name: 'payments-prod',
      partition: 'aws-cn',
      memberRoleArn: `arn:aws-cn:iam::${accountId}:role/path/Member`,
      externalId: 'ext:2',
      labels: { team: 'payments' },
    })),
    works('a dry run', ofAccount({ name: 'other', dryRun: true })),
    works('a key', (x) => withKey(x, { name: 'other' })),
    fails('a key used before', 'IDEMPOTENCY_MISMATCH', (x) => withKey(x, { name: 'other' }), useKey),
    invalid('a key that is none', '/idempotencyKey', ofAccount({ name: 'a', idempotencyKey: '' })),
    invalid('a name with NUL', '/name', ofAccount({ name: 'a\0' })),
    invalid('a label with half a character', '/labels/a', ofAccount({ name: 'a', labels: { a: '\ud800' } })),
    invalid(
      'the member role of another account',
      '/memberRoleArn',
      ofAccount({ name: 'a', memberRoleArn: 'arn:aws:iam::999999999998:role/Member' }),
    ),
    invalid(
      'every field wrong',
      ['/accountId', '/externalId', '/labels/', '/memberRoleArn', '/name', '/partition'],
      {
        accountId: 'x',
        name: '',
        partition: 'moon',
        memberRoleArn: 'x',
        externalId: 'x',
        labels: { '': 'x' },
      },
    ),
    mistyped('no name', ofAccount()),
    mistyped('an unknown field', ofAccount({ name: 'a', colour: 'red' })),
  ],
  deleteAccount: [
    works('a registered account', ofAccount()),
    works('a dry run', (x) => ({ accountId: x.accountId, dryRun: true })),
    works('a key', (x) => withKey(x)),
    fails('a key used before', 'IDEMPOTENCY_MISMATCH', (x) => withKey(x), useKey),
    fails('an unknown one', 'ACCOUNT_UNKNOWN', { accountId: unknown().accountId }),
  ],
  importAccounts: [
    works('all accounts', {}),
    works('a dry run', { dryRun: true }),
    works('a key', (x) => only(withKey(x), 'idempotencyKey')),
    fails('a key used before', 'IDEMPOTENCY_MISMATCH', (x) => only(withKey(x), 'idempotencyKey'), useKey),
    invalid('a key that is none', '/idempotencyKey', { idempotencyKey: '' }),
    mistyped('an unknown field', { select: 'all' }),
  ],
  accountImport: [
    works('one that is done', byId, rehearseImport),
    fails('an unknown one', 'IMPORT_NOT_FOUND', { id: 'import_0' }),
    invalid('an ID that is none', '/id', { id: 'a b' }),
  ],
  accountImportChanges: [
    works('all of them', byId, rehearseImport),
    works('the first page', (_, given) => ({ id: given as string, limit: 1 }), rehearseImport),
    works(
      'the page after',
      (_, given) => ({ ...(given as Input), limit: 1 }),
      async (x, service) => {
        const id = await rehearseImport(x, service);
        return {
          id,
          cursor: (await service.rest('GET', `/v1/account-imports/${id}/changes?limit=1`)).json.nextCursor,
        };
      },
    ),
    fails('of an unknown import', 'IMPORT_NOT_FOUND', { id: 'import_0' }),
    invalid('limit 0', '/limit', { id: 'import_0', limit: 0 }),
    invalid('a cursor made up', '/cursor', { id: 'import_0', cursor: 'made-up' }),
  ],
};
