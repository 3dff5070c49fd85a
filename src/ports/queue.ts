import type { SweepJob } from './sweeps.ts';

export type SweepHandler = (job: SweepJob, signal: AbortSignal, linger?: () => void) => Promise<void>;

/** A schedule is due. The job's ID is the same when it comes again. */
export interface ScheduleJob {
  id: string;
  name: string;
}

/** The jobs of all replicas, each worked on by one at a time, and again where that one has died. */
export interface Queue {
  /**
   * Works on jobs, from now until `close`: as many as keep `concurrency` accounts busy. A job whose handling throws comes again;
   * `signal` is aborted when it is another's, or the service stops. `linger`: to be told when the last accounts of a job are being
   * waited for, so that another is begun beside it.
   */
  work(concurrency: number, handle: SweepHandler, log: QueueLog): Promise<void>;
  /** Works on schedules that are due, from now until `close`. What throws comes again a few times. */
  workOnSchedules(handle: (job: ScheduleJob) => Promise<void>): Promise<void>;
  /** How many processes work on jobs now, this one among them; one that has died counts for fifteen seconds more. Fault: UNAVAILABLE. */
  replicas(): Promise<number>;
  /** Gives back what is not done. Answers when the jobs under way have ended. */
  close(): Promise<void>;
}

export interface QueueLog {
  warn(details: object, message: string): void;
}
