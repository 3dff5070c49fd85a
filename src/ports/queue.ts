import type { SweepJob } from './sweeps.ts';

export type SweepHandler = (job: SweepJob, signal: AbortSignal, linger?: () => void) => Promise<void>;

/** The job of a schedule that is due. Its ID stays the same when it comes again. */
export interface ScheduleJob {
  id: string;
  name: string;
}

/** The jobs of all replicas. One process works on a job at a time; if it dies, another one takes the job. */
export interface Queue {
  /**
   * Works on jobs until `close`: as many at once as keep `concurrency` accounts busy. A job whose handler
   * throws comes again. `signal` is aborted when another process has the job, or the service stops. A handler
   * calls `linger` when it waits for the last accounts of its job, so that another job is started beside it.
   */
  work(concurrency: number, handle: SweepHandler, log: QueueLog): Promise<void>;
  /** Works on schedules that are due until `close`. A job whose handler throws comes again a few times. */
  workOnSchedules(handle: (job: ScheduleJob) => Promise<void>): Promise<void>;
  /**
   * Number of processes that work on jobs now, this one included. One that died counts for fifteen more
   * seconds. Fault: UNAVAILABLE.
   */
  replicas(): Promise<number>;
  /** Gives unfinished jobs back. Answers when the running handlers have ended. */
  close(): Promise<void>;
}

export interface QueueLog {
  warn(details: object, message: string): void;
}
