import type { Caller } from '../schema/caller.ts';
import type { ScheduledSweep } from '../schema/schedule.ts';

/** When to check by itself. */
interface ScheduleDraft {
  name: string;
  cron: string;
  timezone: string;
  sweep: ScheduledSweep;
  /** In whose name. */
  caller: Omit<Caller, 'via'>;
}

export interface ScheduleRecord extends ScheduleDraft {
  createdAt: Date;
  updatedAt: Date;
  /** The sweep that it has started last. */
  lastSweepId: string | null;
  lastStartedAt: Date | null;
  /** When it was due last and started none, and why not. */
  lastSkippedAt: Date | null;
  lastSkipReason: string | null;
}

/** Schedules, and the clock that has their jobs come: of each time one job, however many replicas there are. Fault: UNAVAILABLE. */
export interface Schedules {
  /** When it is due next. Fault: INVALID_INPUT at /cron. */
  next(cron: string, timezone: string): Promise<Date>;
  get(name: string): Promise<ScheduleRecord | null>;
  /** By name; `after` is the last of the page before. */
  list(query: { after: string | null; limit: number }): Promise<ScheduleRecord[]>;
  /** Inserts or replaces; what was last stays. Null, and nothing is kept, where the caller has `most` others. */
  put(draft: ScheduleDraft, now: Date, most: number): Promise<ScheduleRecord | null>;
  /** False when there was none. */
  delete(name: string): Promise<boolean>;
  started(name: string, sweepId: string, at: Date): Promise<void>;
  skipped(name: string, reason: string, at: Date): Promise<void>;
}
