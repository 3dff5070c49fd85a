import type { FaultCode } from '../fault.ts';
import type { ChangeKind, ChangeOutcome, Via } from '../schema/change.ts';
import type { Verdict } from '../schema/report.ts';

/** How AWS took one attempt of a call. UNANSWERED: no answer came, so it may have taken effect. */
export type AwsResult = 'OK' | 'THROTTLED' | 'REFUSED' | 'FAILED' | 'UNANSWERED';

/** Work that takes time, and that operators watch. `traceparent`: of whoever asked for it, by W3C Trace Context. */
export type Activity =
  /** A request over HTTP, until its answer is sent. `statusOf`: of the answer. */
  | {
      of: 'REQUEST';
      method: string;
      route: string;
      requestId: string;
      traceparent: string | null;
      statusOf: () => number;
    }
  /** A job of the queue. */
  | { of: 'JOB'; queue: 'sweep' | 'schedule'; traceparent: string | null }
  /** One call of an operation, by whatever face. */
  | { of: 'OPERATION'; operation: string; via: Via; requestId: string }
  /** One attempt of a call of AWS: `iam:GetRole`. `resultOf` classifies the error that the attempt throws. */
  | { of: 'AWS_CALL'; action: string; resultOf: (error: unknown) => AwsResult }
  /** A member role is assumed, with the retries of the call. WRITE: for one change. */
  | { of: 'SESSION'; purpose: 'READ' | 'WRITE' }
  /** The wait for a lock, until it is held or refused. */
  | { of: 'LOCK_WAIT'; lock: 'ROLE' | 'IDEMPOTENCY_KEY' }
  /** A transaction that appends entries to the audit log. */
  | { of: 'APPEND' };

/** Something that happened. */
export type Occurrence =
  /** An outcome was committed to the audit log. */
  | { of: 'CHANGE'; kind: ChangeKind; outcome: ChangeOutcome }
  /** An operation ended in a fault. */
  | { of: 'REFUSAL'; code: FaultCode }
  /** A role was checked. */
  | { of: 'CHECK'; verdict: Verdict }
  /** The audit log was verified, or the part of it that was asked about. */
  | { of: 'VERIFICATION'; ok: boolean; seconds: number }
  /** A run of the checkpoints ended. NOT_INTACT: the log differs from what was signed. */
  | { of: 'CHECKPOINT'; result: 'DONE' | 'NOT_INTACT' | 'FAILED' }
  /** A request over HTTP was answered. */
  | { of: 'HTTP_ANSWER'; face: HttpFace; status: number };

export type HttpFace = 'REST' | 'GRAPHQL' | 'MCP' | 'CONSOLE' | 'HEALTH' | 'OTHER';

/** Watches what the service does: metrics, and traces. It never changes what it watches. */
export interface Observer {
  /** Runs `work`, and answers or throws what it does. */
  observe<T>(activity: Activity, work: () => Promise<T>): Promise<T>;
  note(occurrence: Occurrence): void;
  /** The place in its trace of what runs now. Null: it is in none. Left out: nothing is traced. */
  trace?: () => Trace | null;
}

export interface Trace {
  /** 32 hexadecimal digits. */
  traceId: string;
  /** As the header that continues the trace elsewhere: https://www.w3.org/TR/trace-context/ */
  traceparent: string;
}
