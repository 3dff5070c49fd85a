import createClient from 'openapi-fetch';
import type { paths } from './schema.ts';

// What a program does with the types that openapi-typescript makes.

const client = createClient<paths>({
  baseUrl: process.env.ROLEWRIGHT_URL ?? '',
  headers: { authorization: `Bearer ${process.env.ROLEWRIGHT_TOKEN}` },
});
const path = { accountId: '111122223333', roleName: 'AmazonEKSFargatePodExecutionRole' };
const clusters = [{ region: 'us-west-2', name: 'openapi-fetch' }];
const require = (isSo: boolean | undefined, what: string) => {
  if (!isSo) throw new Error(what);
};

const accounts = await client.GET('/v1/accounts', { params: { query: { limit: 100 } } });
require(accounts.data?.items.some(({ accountId }) => accountId === path.accountId), 'the account is listed');
const role = '/v1/accounts/{accountId}/execution-roles/{roleName}';
const checked = await client.POST(`${role}/check`, { params: { path }, body: { clusters } });
require(checked.data?.verdict === 'NEEDS_EXTENSION' &&
  checked.data.findings[0]?.code === 'CLUSTER_NOT_LISTED', 'check');
const query = { dryRun: true, override: ['MANAGED_ELSEWHERE' as const] };
const planned = await client.POST(`${role}/extend`, {
  params: { path, query },
  body: { clusters, onMismatch: 'REFUSE' },
});
require(planned.data?.change === null &&
  planned.data.plan.steps.length === 1, 'a dry run has a plan and no change');
const header = { 'idempotency-key': 'conform-openapi-fetch' };
const written = await client.POST(`${role}/extend`, {
  params: { path, header },
  body: { clusters, reason: 'conform' },
});
require(written.data?.change?.outcome === 'SUCCEEDED', 'extend');
const sweep = await client.POST('/v1/sweeps', {
  params: { query: { dryRun: true } },
  body: { operation: 'CHECK', select: { all: true } },
});
require((sweep.data?.total ?? 0) > 0, 'a sweep of all accounts');
const token = { name: 'openapi-fetch', groups: ['rolewright-viewers'] };
const made = await client.POST('/v1/service-tokens', { params: { query: { dryRun: true } }, body: token });
require(made.data?.serviceToken.name === token.name, 'a service token');
const unknown = await client.GET('/v1/accounts/{accountId}', {
  params: { path: { accountId: '999999999998' } },
});
require(unknown.response.status === 404 &&
  unknown.error?.code === 'ACCOUNT_UNKNOWN', 'an unknown account is a problem');
