import type { FaultCode, FaultDetails } from '../fault.ts';
import type { Actor } from '../schema/change.ts';

/** What became of a request: what the operation answered, or the fault that it ended with. */
export type KeptAnswer = { output: unknown } | { fault: { code: FaultCode; message: string; details: FaultDetails; retryable: boolean } };

/** The request that came first under a key, as a later one finds it. */
export interface KeyedRequest {
  /** Is there none before this one? */
  isNew: boolean;
  /** Is the one before the same: its operation and its input? */
  isSame: boolean;
  /** Null while it has none: it runs, was cut short, or may be tried again. */
  answer: KeptAnswer | null;
  /** The head of the log when the first began: what was done under the key comes after. */
  logHead: number;
}

/**
 * The requests of callers under their idempotency keys. Faults: AUDIT_UNAVAILABLE of every method; RATE_LIMITED of `begin`, where too many
 * keys of the caller are kept for a new one.
 */
export interface IdempotencyKeys {
  /** Commits that the request begins, where the key is new, and answers what is kept under it. Its caller holds the key's lock. */
  begin(actor: Actor, key: string, operation: string, input: object): Promise<KeyedRequest>;
  /** Keeps the answer, for good: a key has one answer, the first. */
  finish(actor: Actor, key: string, answer: KeptAnswer): Promise<void>;
  /** Forgets requests that nobody will repeat. */
  forget(actor: Actor, keys: string[]): Promise<void>;
  /** Forgets a request that has no answer, as if its key had never been used. */
  release(actor: Actor, key: string): Promise<void>;
  /** Forgets all that began before then, and answers how many they were. */
  purge(before: Date): Promise<number>;
}
