import {
  checkExecutionRole,
  createServiceToken,
  extendExecutionRole,
  getAccount,
  listAccounts,
  startSweep,
} from './client.ts';

// What a program does with the client that orval makes.

const [accountId, roleName] = ['111122223333', 'AmazonEKSFargatePodExecutionRole'];
const clusters = [{ region: 'us-west-2', name: 'orval' }];
const require = (isSo: boolean | undefined, what: string) => {
  if (!isSo) throw new Error(what);
};
const options = { headers: { authorization: `Bearer ${process.env.ROLEWRIGHT_TOKEN}` } };

const listed = await listAccounts({ limit: 100 }, options);
require(listed.status === 200 &&
  listed.data.items.some((one) => one.accountId === accountId), 'the account is listed');
const checked = await checkExecutionRole(accountId, roleName, { clusters }, options);
require(checked.status === 200 && checked.data.verdict === 'NEEDS_EXTENSION', 'check');
const query = { dryRun: true, override: ['MANAGED_ELSEWHERE' as const] };
const planned = await extendExecutionRole(
  accountId,
  roleName,
  { clusters, onMismatch: 'REFUSE' },
  query,
  options,
);
require(planned.status === 200 &&
  planned.data.change === null &&
  planned.data.plan.steps.length === 1, 'a dry run has a plan and no change');
const keyed = { headers: { ...options.headers, 'idempotency-key': 'conform-orval' } };
const written = await extendExecutionRole(accountId, roleName, { clusters, reason: 'conform' }, {}, keyed);
require(written.status === 200 && written.data.change?.outcome === 'SUCCEEDED', 'extend');
const sweep = await startSweep({ operation: 'CHECK', select: { all: true } }, { dryRun: true }, options);
require(sweep.status === 202 && sweep.data.total > 0, 'a sweep of all accounts');
const made = await createServiceToken(
  { name: 'orval', groups: ['rolewright-viewers'] },
  { dryRun: true },
  options,
);
require(made.status === 200 && made.data.serviceToken.name === 'orval', 'a service token');
const unknown = await getAccount('999999999998', options);
require(Number(unknown.status) === 404 &&
  (unknown.data as { code?: string }).code === 'ACCOUNT_UNKNOWN', 'an unknown account is a problem');
