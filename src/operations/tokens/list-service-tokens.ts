import { page } from '../../schema/page.ts';
import { ListServiceTokensInput, ServiceToken } from '../../schema/token.ts';
import { defineOperation } from '../call/operation.ts';
import { decodeCursor, defaultLimit, encodeCursor, makePage } from '../call/paging.ts';
import { presentToken } from './service-token.ts';

export const serviceTokens = defineOperation({
  name: 'serviceTokens',
  tag: 'Service tokens',
  summary: 'Lists the service tokens by name, also revoked and expired ones. Their secrets are not stored.',
  permission: ['administer'],
  concerns: 'SERVICE',
  kind: 'QUERY',
  input: ListServiceTokensInput,
  output: page('ServiceTokenPage', ServiceToken),
  run: async (deps, { limit = defaultLimit, cursor }) => {
    const after =
      cursor === undefined ? null : decodeCursor(cursor, (key) => /^[a-z0-9][a-z0-9._-]{0,62}$/.test(key));
    const records = await deps.serviceTokens.list({ after, limit: limit + 1 });
    return makePage(records.map(presentToken), limit, ({ name }) => encodeCursor(name));
  },
});
