import { type AwsOptions, createAws } from '#src/aws/aws.ts';
import { nothingSeen } from '#src/domain/role/seen.ts';
import { unobserved } from '#src/observe.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import { createRefusalCounts } from '#src/operations/call/refusal-counts.ts';
import { createPermissions } from '#src/permissions/cedar.ts';
import { defaultFile, readPolicies } from '#src/permissions/policies.ts';
import type { AccountRecord } from '#src/ports/accounts.ts';
import { member, useHubCredentials } from './fleet.ts';

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

/** The parts of an operation that reads the fleet, without a database. Call `close` at the end. */
export function fleetDeps(options: Pick<AwsOptions, 'endpoint' | 'requestTimeoutMs'>): {
  deps: Deps;
  close: () => void;
} {
  useHubCredentials();
  const now = () => new Date();
  const { roles, clusters, close } = createAws({
    now,
    stsPerSecond: () => Number.POSITIVE_INFINITY,
    ...options,
  });
  const deps = {
    observer: unobserved,
    refusals: createRefusalCounts(unobserved),
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
  return { deps, close };
}
