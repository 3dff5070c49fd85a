import type { OutgoingEvent, Webhook } from '../../ports/webhooks.ts';
import type { Deps } from '../call/deps.ts';

/** How often, and after how long, an event is tried again: each time after twice as long. */
export interface Patience {
  attempts: number;
  firstMs: number;
  mostMs: number;
}

/** About a day. */
export const patience: Patience = { attempts: 30, firstMs: 5000, mostMs: 3_600_000 };

/** As many requests are under way at once: of one role never more than one. */
const atOnce = 16;
/** Longer than a receiver may take. An event whose sender has died is sent again after that. */
const leaseMs = 30_000;

/** How long to wait after an attempt, in ms, not the same twice; null: no more attempts. */
export function delayAfter(attempt: number, { attempts, firstMs, mostMs }: Patience, random: () => number = Math.random): number | null {
  return attempt >= attempts ? null : Math.min(firstMs * 2 ** (attempt - 1), mostMs) * (0.5 + random() / 2);
}

/**
 * Sends what is due until nothing is, or `signal` is aborted: each event at least once, and those of a role in their order. What
 * the receiver does not take waits for its next attempt, and with it the later events of its role. Fault: UNAVAILABLE.
 */
export async function deliverEvents(
  { outbox, webhook, log }: Pick<Deps, 'outbox' | 'log'> & { webhook: Webhook },
  signal: AbortSignal,
  given: Patience = patience,
): Promise<void> {
  const deliver = async (event: OutgoingEvent): Promise<void> => {
    const refusal = await webhook.send(event);
    if (refusal === null) return outbox.delivered(event.id);
    const delayMs = delayAfter(event.attempts, given);
    log[delayMs === null ? 'error' : 'info'](
      { id: event.id, attempt: event.attempts, reason: refusal },
      delayMs === null ? 'an event is dead: the webhook has not taken it' : 'the webhook has not taken an event',
    );
    await outbox.failed(event, refusal, delayMs);
  };
  while (!signal.aborted) {
    const events = await outbox.claim(atOnce, leaseMs);
    if (events.length === 0) return;
    const settled = await Promise.allSettled(events.map(deliver));
    for (const one of settled) if (one.status === 'rejected') throw one.reason;
  }
}
