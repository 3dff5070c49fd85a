import type { OutgoingEvent, Webhook } from '../../ports/webhooks.ts';
import type { Deps } from '../call/deps.ts';

/**
 * The maximum number of attempts, and the first and the longest delay. Each delay is twice the one before.
 */
export interface Patience {
  attempts: number;
  firstMs: number;
  maxMs: number;
}

/** About a day. */
export const patience: Patience = { attempts: 30, firstMs: 5000, maxMs: 3_600_000 };

/** Maximum number of requests at once. Of one role there is never more than one. */
const atOnce = 16;
/** Longer than a receiver may take. After that time the event of a process that died is sent again. */
const leaseMs = 30_000;

/** The delay in ms after an attempt, with jitter. Null: no more attempts. */
export function delayAfter(
  attempt: number,
  { attempts, firstMs, maxMs }: Patience,
  random: () => number = Math.random,
): number | null {
  return attempt >= attempts ? null : Math.min(firstMs * 2 ** (attempt - 1), maxMs) * (0.5 + random() / 2);
}

/**
 * Delivers the events that are due, until none is or `signal` is aborted. Each event is sent at least once,
 * and those of a role in order. An event that is not accepted waits for its next attempt, and later events of
 * its role wait with it. Fault: UNAVAILABLE.
 */
export async function deliverEvents(
  { outbox, webhook, log }: Pick<Deps, 'outbox' | 'log'> & { webhook: Webhook },
  signal: AbortSignal,
  given: Patience = patience,
): Promise<void> {
  const deliver = async (event: OutgoingEvent): Promise<void> => {
    const reason = await webhook.send(event);
    if (reason === null) return outbox.delivered(event.id);
    const delayMs = delayAfter(event.attempts, given);
    log[delayMs === null ? 'error' : 'info'](
      { id: event.id, attempt: event.attempts, reason },
      delayMs === null
        ? 'an event is dead: the webhook did not accept it'
        : 'the webhook did not accept an event',
    );
    await outbox.failed(event, reason, delayMs);
  };
  while (!signal.aborted) {
    const events = await outbox.claim(atOnce, leaseMs);
    if (events.length === 0) return;
    const settled = await Promise.allSettled(events.map(deliver));
    for (const one of settled) if (one.status === 'rejected') throw one.reason;
  }
}
