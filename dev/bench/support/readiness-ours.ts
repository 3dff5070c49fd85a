/**
 * The readiness of a fleet's clusters by the operation that a sweep calls, without a database. Arguments, as
 * for the peers: CONCURRENCY ACCOUNTS URL. Prints the milliseconds that it took, and the processor time.
 */
import { createAws } from '#src/aws/aws.ts';
import { nothingSeen } from '#src/domain/role/seen.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import { jobOperations } from '#src/operations/index.ts';
import { createPermissions } from '#src/permissions/cedar.ts';
import { defaultFile, readPolicies } from '#src/permissions/policies.ts';
import type { AccountRecord } from '#src/ports/accounts.ts';
import type { Caller } from '#src/schema/caller.ts';
import { hub, inTurn, member } from './fleet.ts';

const [concurrency = 64, accounts = 100] = process.argv.slice(2, 4).map(Number);
const endpoint = process.argv[4] ?? '';
process.env.AWS_ACCESS_KEY_ID = hub.accessKeyId;
process.env.AWS_SECRET_ACCESS_KEY = hub.secretAccessKey;
const caller: Caller = {
  actor: { subject: 'bench', issuer: null },
  groups: ['rolewright-administrators'],
  scope: null,
  via: 'SWEEP',
  requestId: 'bench',
};
const now = () => new Date();
// The SDK by itself has no time-out, and a call that is sent again would count twice.
const { roles, clusters, close } = createAws({
  now,
  endpoint,
  requestTimeoutMs: 60_000,
  stsPerSecond: () => Number.POSITIVE_INFINITY,
});
const record = (accountId: string): AccountRecord => ({
  accountId,
  name: accountId,
  partition: 'aws',
  memberRoleArn: null,
  externalId: null,
  labels: {},
  organizationId: null,
  status: 'ACTIVE',
  createdAt: new Date(0),
  updatedAt: new Date(0),
});
const deps = {
  roles,
  clusters,
  permissions: createPermissions(readPolicies(defaultFile)),
  now,
  memberRole: member,
  extraRegions: [],
  eksRegions: [],
  organizationId: null,
  ledger: { effectiveSince: async () => [] },
  seenClusters: { of: async () => nothingSeen },
  accounts: { getCached: async (accountId: string) => record(accountId) },
} as unknown as Deps;

const measured = await inTurn(concurrency, accounts, async (accountId) => {
  const answers = await jobOperations.accountReadiness.call(deps, { accountId }, caller);
  return answers.filter(({ readiness }) => readiness?.verdict === 'READY').length;
});
console.log(JSON.stringify(measured));
close();
