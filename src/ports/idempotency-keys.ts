import type { FaultCode, FaultDetails } from '../fault.ts';
import type { Actor } from '../schema/change.ts';

/** The answer of a request: the output of the operation, or its fault. */
export type KeptAnswer =
  | { output: unknown }
  | { fault: { code: FaultCode; message: string; details: FaultDetails; retryable: boolean } };

/** The first request under a key, as a later request finds it. */
export interface KeyedRequest {
  /** This request is the first. */
  isNew: boolean;
  /** The first request has the same operation and input. */
  isSame: boolean;
  /** Null: it is running, was interrupted, or may be retried. */
  answer: KeptAnswer | null;
  /** The head of the log when the first request began. Its changes come after this entry. */
  logHead: number;
}

/**
 * The requests of callers under their idempotency keys. Faults: AUDIT_UNAVAILABLE of every method;
 * RATE_LIMITED of `begin` where the caller has too many keys.
 */
export interface IdempotencyKeys {
  /** Commits a request under a new key, or finds the one under the key. The caller holds the key's lock. */
  begin(actor: Actor, key: string, operation: string, input: object): Promise<KeyedRequest>;
  /** Keeps the answer. A key has one answer: the first. */
  finish(actor: Actor, key: string, answer: KeptAnswer): Promise<void>;
  /** Deletes requests that nobody will repeat. */
  forget(actor: Actor, keys: string[]): Promise<void>;
  /** Deletes a request without an answer, as if its key had never been used. */
  release(actor: Actor, key: string): Promise<void>;
  /** Deletes the requests that began before that time. Answers their number. */
  purge(before: Date): Promise<number>;
}
