import type { DeadLetter } from '../schema/webhook.ts';

/** An event to send: its body, byte by byte, and the number of attempts, this one included. */
export interface OutgoingEvent {
  id: string;
  body: string;
  attempts: number;
}

/**
 * The events of changed verdicts, until the receiver has accepted them. They are written in the transaction
 * of the posture. The events of one role are sent in order, one after the other. Fault of every method:
 * UNAVAILABLE.
 */
export interface Outbox {
  /**
   * Leases the events that are due, of each role only the first, for `leaseMs`. No later event of the role is
   * leased until that one is delivered or dead.
   */
  claim(limit: number, leaseMs: number): Promise<OutgoingEvent[]>;
  delivered(id: string): Promise<void>;
  /**
   * Schedules the next attempt after `delayMs`. Null: there is none, and the event is dead. No effect if
   * another process has leased it.
   */
  failed(event: OutgoingEvent, reason: string, delayMs: number | null): Promise<void>;
  /** The dead events, oldest first. `after`: the last event of the page before. */
  deadLetters(query: {
    after: { createdAt: string; id: string } | null;
    limit: number;
  }): Promise<DeadLetter[]>;
  /**
   * Deletes dead events from before that time, and all but the newest hundred thousand. Answers their number.
   */
  purge(before: Date): Promise<number>;
  /** Queues a dead event again, with its attempts at 0. Null: there is no such dead letter. */
  redeliver(id: string): Promise<DeadLetter | null>;
}

/** The receiver of events. */
export interface Webhook {
  /** Null: the receiver accepted the event. Otherwise the reason, for operators. */
  send(event: { id: string; body: string }): Promise<string | null>;
}
