/**
 * A cold check of a fleet by the service's own operation, without a database. Arguments, as for the peers:
 * CONCURRENCY ACCOUNTS URL. Prints the milliseconds that it took, and the memory.
 */
import { createAws } from '#src/aws/aws.ts';
import { nothingSeen } from '#src/domain/role/seen.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import { executionRoles } from '#src/operations/roles/list-execution-roles.ts';
import { createPermissions } from '#src/permissions/cedar.ts';
import { defaultFile, readPolicies } from '#src/permissions/policies.ts';
import type { AccountRecord } from '#src/ports/accounts.ts';
import { caller } from './caller.ts';
import { accountIdOf, hub, member } from './fleet.ts';

const [concurrency = 64, accounts = 100] = process.argv.slice(2, 4).map(Number);
const endpoint = process.argv[4] ?? '';
process.env.AWS_ACCESS_KEY_ID = hub.accessKeyId;
process.env.AWS_SECRET_ACCESS_KEY = hub.secretAccessKey;
const now = () => new Date();
const { roles, clusters, close } = createAws({ now, endpoint, stsPerSecond: () => Number.POSITIVE_INFINITY });
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
const permissions = createPermissions(readPolicies(defaultFile));
const deps = {
  roles,
  clusters,
  permissions,
  now,
  memberRole: member,
  seenClusters: { of: async () => nothingSeen },
  accounts: { getCached: async (accountId: string) => record(accountId) },
} as unknown as Deps;

let [next, found] = [0, 0];
const began = performance.now();
await Promise.all(
  Array.from({ length: concurrency }, async () => {
    while (next < accounts) {
      const { items } = (await executionRoles.call(
        deps,
        { accountId: accountIdOf(next++) },
        { ...caller, via: 'SWEEP' },
      )) as {
        items: { trust: unknown }[];
      };
      found += items.length;
    }
  }),
);
const ms = performance.now() - began;
if (found !== accounts) throw new Error(`${found} of ${accounts} accounts have a correct role`);
console.log(JSON.stringify({ ms, megabytes: process.memoryUsage().rss / 1e6 }));
close();
