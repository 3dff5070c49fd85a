import { randomUUID } from 'node:crypto';
import { mintServiceToken } from '#src/auth/service-token.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import { createPermissions } from '#src/permissions/cedar.ts';
import { defaultFile, readPolicies } from '#src/permissions/policies.ts';
import type { Database } from '#src/postgres/database.ts';
import { unwatched } from './unwatched.ts';

/** What does not depend on AWS, for a deployment that sets nothing: no guard rails, and no organization. */
export const plainDeps = (database: Database) =>
  ({
    ...database,
    permissions: createPermissions(readPolicies(defaultFile)),
    organizations: null,
    mintServiceToken,
    now: () => new Date(),
    newId: randomUUID,
    guardRails: { roleNames: null, rolePaths: null, permissionsBoundary: null, policyArns: '*' },
    organizationId: null,
    extraRegions: [],
    eksRegions: [],
    profilesPatienceMs: 30_000,
    staleMs: 60_000,
    inFlight: new Set<Promise<unknown>>(),
    stopping: new AbortController().signal,
    ...unwatched,
  }) satisfies Partial<Deps>;
