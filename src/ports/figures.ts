import type { Verdict } from '../schema/report.ts';

/** Figures of the whole service, as its database has them. Every replica reads the same. Fault: UNAVAILABLE. */
export interface Figures {
  /** The last known verdicts of roles in registered accounts. */
  posture(): Promise<Record<Verdict, number>>;
  /**
   * The same by the value of the account's label that METRICS_POSTURE_LABEL names. The values with the most roles
   * have their own rows, 50 at most; the others share `(other)`, and accounts without the label `(none)`. Empty
   * where no label is named.
   */
  postureByLabel(): Promise<{ verdict: Verdict; value: string; roles: number }[]>;
  /** The changes without an outcome. Ages are in seconds, and 0 where nothing waits. */
  pendingChanges(): Promise<Waiting>;
  audit(): Promise<AuditFigures>;
  /** The sweeps that have not ended, and their accounts. */
  sweeps(): Promise<{
    sweeps: Record<'QUEUED' | 'RUNNING', number>;
    accounts: Record<'PENDING' | 'DONE' | 'FAILED', number>;
  }>;
  /** `age`: of the oldest job that waits and is due. */
  jobs(): Promise<Record<JobQueueName, Waiting & { active: number; failed: number }>>;
  /** `age`: of the oldest event that is not delivered. `dead`: the dead letters. */
  webhooks(): Promise<Waiting & { dead: number }>;
  replicas(): Promise<number>;
}

export type JobQueueName = 'sweep' | 'schedule';

interface Waiting {
  count: number;
  age: number;
}

interface AuditFigures {
  /** The seq of the newest entry; 0: there is none. */
  head: number;
  /**
   * The newest checkpoint. `unsignedAge`: age in seconds of the oldest entry after it, 0 when there is none.
   * Null: no checkpoints are made.
   */
  signed: { seq: number; at: Date | null; unsignedAge: number } | null;
}

/** The connections of one pool of this process. */
export interface PoolFigures {
  name: string;
  max: number;
  open: number;
  idle: number;
  /** Requests that wait for a connection. */
  waiting: number;
}
