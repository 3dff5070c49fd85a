import type { SweepRecord } from '../../ports/sweeps.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Cluster } from '../../schema/primitives.ts';

/** A row of `sweep`. */
export interface SweepRow {
  id: string;
  operation: SweepRecord['operation'];
  state: SweepRecord['state'];
  dry_run: boolean;
  role_name: string | null;
  clusters: string | null;
  reason: string | null;
  issuer: string | null;
  subject: string;
  groups: string[];
  scope: string | null;
  request_id: string;
  total: number;
  done: number;
  failed: number;
  compliant: number;
  needs_extension: number;
  needs_repair: number;
  missing: number;
  version: number;
  created_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
}

/** The columns hold what `start` was given, and its types are the port's. */
export function toRecord(row: SweepRow): SweepRecord {
  const verdicts = {
    COMPLIANT: row.compliant,
    NEEDS_EXTENSION: row.needs_extension,
    NEEDS_REPAIR: row.needs_repair,
    MISSING: row.missing,
  };
  return {
    id: row.id,
    operation: row.operation,
    state: row.state,
    dryRun: row.dry_run,
    roleName: row.role_name,
    clusters: row.clusters === null ? null : (JSON.parse(row.clusters) as Cluster[]),
    reason: row.reason,
    caller: {
      actor: { subject: row.subject, issuer: row.issuer },
      groups: row.groups,
      scope: row.scope === null ? null : (JSON.parse(row.scope) as Caller['scope']),
      requestId: row.request_id,
    },
    total: row.total,
    done: row.done,
    failed: row.failed,
    verdicts: Object.fromEntries(Object.entries(verdicts).filter(([, count]) => count > 0)),
    version: row.version,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}
