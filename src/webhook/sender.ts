import type { Webhook } from '../ports/webhooks.ts';
import { parseSecrets, signHeaders } from './signature.ts';

const timeoutMs = 10_000;

export interface WebhookOptions {
  /** From the operator's settings. Callers cannot influence where requests go. */
  url: string;
  /** One or more, separated by commas. */
  secrets: string;
  now: () => Date;
  userAgent: string;
  timeoutMs?: number;
}

/**
 * Creates the sender of events to one URL. Only a 2xx in time counts as delivered. A redirect is not
 * followed: it could lead anywhere.
 */
export function createWebhook({
  url,
  secrets,
  now,
  userAgent,
  timeoutMs: limitMs = timeoutMs,
}: WebhookOptions): Webhook {
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
        // The body is not used, and may be long.
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

/** Describes the error without the URL, which may contain a secret. */
function reasonOf(error: unknown, limitMs: number): string {
  if (!(error instanceof Error)) throw error;
  if (error.name === 'TimeoutError') return `the receiver did not answer within ${limitMs} ms`;
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : error.name;
  return `the receiver cannot be reached (${code})`;
}
