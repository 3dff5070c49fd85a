import type { KeptCaller } from '../schema/caller.ts';
import type { ScheduledSweep } from '../schema/schedule.ts';

/** A schedule by which roles are checked. */
interface ScheduleDraft {
  name: string;
  cron: string;
  timezone: string;
  sweep: ScheduledSweep;
  /** The caller in whose name roles are checked. */
  caller: KeptCaller;
}

export interface ScheduleRecord extends ScheduleDraft {
  createdAt: Date;
  updatedAt: Date;
  /** The last sweep that it started. */
  lastSweepId: string | null;
  lastStartedAt: Date | null;
  /** The last time that it was due and started no sweep, and the reason. */
  lastSkippedAt: Date | null;
  lastSkipReason: string | null;
}

/**
 * Schedules, and the clock that queues their jobs: one job each time, however many replicas there are. Fault:
 * UNAVAILABLE.
 */
export interface Schedules {
  /** The next time that it is due. Fault: INVALID_INPUT at /cron. */
  next(cron: string, timezone: string): Promise<Date>;
  get(name: string): Promise<ScheduleRecord | null>;
  /** By name. `after`: the last name of the page before. */
  list(query: { after: string | null; limit: number }): Promise<ScheduleRecord[]>;
  /**
   * Inserts or replaces; the last run stays. Null, and nothing is stored, where the caller has `most` others.
   */
  put(draft: ScheduleDraft, now: Date, most: number): Promise<ScheduleRecord | null>;
  /** False: there was none. */
  delete(name: string): Promise<boolean>;
  started(name: string, sweepId: string, at: Date): Promise<void>;
  skipped(name: string, reason: string, at: Date): Promise<void>;
}
