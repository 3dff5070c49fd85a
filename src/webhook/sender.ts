import type { Webhook } from '../ports/webhooks.ts';
import { parseSecrets, signHeaders } from './signature.ts';

const timeoutMs = 10_000;

export interface WebhookOptions {
  /** Of the operator's settings: callers have no part in where requests go. */
  url: string;
  /** One or more, with commas between. */
  secrets: string;
  now: () => Date;
  userAgent: string;
  timeoutMs?: number;
}

/** POSTs events to one address. Only a 2xx in time counts; a redirect is not followed, since it would lead past the settings. */
export function createWebhook({ url, secrets, now, userAgent, timeoutMs: limitMs = timeoutMs }: WebhookOptions): Webhook {
  const keys = parseSecrets(secrets);
  if (!keys) throw new Error('a webhook secret must be whsec_ and 24 to 64 bytes in base64');
  return {
    async send(event) {
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: {
            'content-type': 'application/cloudevents+json; charset=utf-8',
            'user-agent': userAgent,
            ...signHeaders(event, Math.floor(now().getTime() / 1000), keys),
          },
          body: event.body,
          redirect: 'manual',
          signal: AbortSignal.timeout(limitMs),
        });
        // Whatever it says is of no use to us, and may be long.
        await response.body?.cancel();
        if (response.ok) return null;
        return response.status >= 300 && response.status < 400
          ? `the receiver answered ${response.status}; redirects are not followed`
          : `the receiver answered ${response.status}`;
      } catch (error) {
        return reasonOf(error, limitMs);
      }
    },
  };
}

/** What went wrong, without the address, which may hold a secret. */
function reasonOf(error: unknown, limitMs: number): string {
  if (!(error instanceof Error)) throw error;
  if (error.name === 'TimeoutError') return `the receiver did not answer within ${limitMs} ms`;
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : error.name;
  return `the receiver cannot be reached (${code})`;
}
