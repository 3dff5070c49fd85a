import type { SweepRecord } from '../../ports/sweeps.ts';
import type { Caller, Person } from '../../schema/caller.ts';
import type { Cluster } from '../../schema/primitives.ts';
import type { SweepVerdict } from '../../schema/sweep.ts';
import { columnsOf } from '../connection/columns-of.ts';
import { Prisma, type Sweep } from '../generated/client.ts';

/** The columns of `sweep` for SQL, named as the fields of `Sweep`. */
export const sweepColumns = columnsOf(Prisma.SweepScalarFieldEnum, 'sweep');

/** The columns hold what `start` was given, and its types are the port's. */
export function toRecord(row: Sweep): SweepRecord {
  const { issuer, subject, groups, requestId } = row;
  const verdicts: Record<SweepVerdict, number> = {
    COMPLIANT: row.compliant,
    NEEDS_EXTENSION: row.needsExtension,
    NEEDS_REPAIR: row.needsRepair,
    MISSING: row.missing,
    READY: row.ready,
    NOT_READY: row.notReady,
    UNKNOWN: row.unknown,
  };
  return {
    id: row.id,
    operation: row.operation as SweepRecord['operation'],
    state: row.state as SweepRecord['state'],
    dryRun: row.dryRun,
    roleName: row.roleName,
    clusters: row.clusters === null ? null : (JSON.parse(row.clusters) as Cluster[]),
    regions: row.regions === null ? null : (JSON.parse(row.regions) as string[]),
    reason: row.reason,
    caller: {
      actor: { subject, issuer },
      groups,
      scope: row.scope === null ? null : (JSON.parse(row.scope) as Caller['scope']),
      onBehalfOf: row.onBehalfOf === null ? null : (JSON.parse(row.onBehalfOf) as Person),
      requestId,
    },
    total: row.total,
    done: row.done,
    failed: row.failed,
    verdicts: Object.fromEntries(Object.entries(verdicts).filter(([, count]) => count > 0)),
    version: row.version,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
  };
}
