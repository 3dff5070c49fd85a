import { createClient, Problem } from 'rolewright-client';

// What a program does with our own client.

const client = createClient({
  url: process.env.ROLEWRIGHT_URL ?? '',
  token: process.env.ROLEWRIGHT_TOKEN,
});
const role = { accountId: '111122223333', roleName: 'AmazonEKSFargatePodExecutionRole' };
const clusters = [{ region: 'us-west-2', name: 'typescript' }];
const require = (isSo: boolean | undefined, what: string) => {
  if (!isSo) throw new Error(what);
};

const report = await client.checkExecutionRole({ ...role, clusters });
require(report.verdict === 'NEEDS_EXTENSION' && report.findings[0]?.code === 'CLUSTER_NOT_LISTED', 'check');
const planned = await client.extendExecutionRole({ ...role, clusters, dryRun: true });
require(planned.change === null && planned.plan.steps.length === 1, 'a dry run has a plan and no change');
const written = await client.extendExecutionRole({ ...role, clusters, reason: 'conform' });
require(written.change?.outcome === 'SUCCEEDED', 'extend');
const { items } = await client.listChanges({ ...role, limit: 1 });
require(items[0]?.id === written.change?.id, 'the history');

const sweep = await client.startSweep({ operation: 'CHECK', select: { all: true } });
let last = sweep;
for await (const progress of client.streamSweepEvents({ id: sweep.id })) last = progress;
require(last.state === 'DONE' && last.done === last.total, 'a sweep of all accounts, followed to its end');
let entries = 0;
for await (const { seq } of client.exportLog()) {
  entries += 1;
  require(seq === entries, 'the log has no gap');
}
require(entries > 0, 'the log is exported');
const unknown = await client.getAccount({ accountId: '999999999998' }).catch((error: unknown) => error);
require(unknown instanceof Problem && unknown.code === 'ACCOUNT_UNKNOWN', 'an unknown account is a problem');
