import type { DeadLetter } from '../schema/webhook.ts';

/** An event that is to be sent: its body to the byte, and how often it was tried, this time included. */
export interface OutgoingEvent {
  id: string;
  body: string;
  attempts: number;
}

/**
 * The events of verdicts that changed, until the receiver has them. They come with the posture, in its transaction; those of one
 * role go out in their order, one after the other. Fault of every method: UNAVAILABLE.
 */
export interface Outbox {
  /**
   * Takes events that are due, of each role the first alone: for `leaseMs` they are nobody else's. Until one is delivered or dead
   * no later event of its role is taken.
   */
  claim(limit: number, leaseMs: number): Promise<OutgoingEvent[]>;
  delivered(id: string): Promise<void>;
  /** It is tried again after `delayMs`; null: never, it is dead. Nothing where another has taken it since. */
  failed(event: OutgoingEvent, reason: string, delayMs: number | null): Promise<void>;
  /** The dead, the oldest event first; `after` is the last of the page before. */
  deadLetters(query: { after: { createdAt: string; id: string } | null; limit: number }): Promise<DeadLetter[]>;
  /** Forgets the dead whose event is from before then, and those beyond the newest hundred thousand. Answers how many they were. */
  purge(before: Date): Promise<number>;
  /** A dead one is tried anew, from its first attempt on. Null where there is no such dead letter. */
  redeliver(id: string): Promise<DeadLetter | null>;
}

/** The receiver of events. */
export interface Webhook {
  /** Null when the receiver has taken it; otherwise why it has not, for operators. */
  send(event: { id: string; body: string }): Promise<string | null>;
}
