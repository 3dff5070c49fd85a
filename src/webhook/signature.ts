import { createHmac } from 'node:crypto';

/** A secret as Standard Webhooks defines it: `whsec_` and 24 to 64 bytes in base64. */
const secretPattern = /^whsec_([A-Za-z0-9+/]+={0,2})$/;

/** Parses secrets that are separated by commas. Null: one of them is malformed. */
export function parseSecrets(secrets: string): Buffer[] | null {
  const keys = secrets
    .split(',')
    .map((secret) => Buffer.from(secretPattern.exec(secret)?.[1] ?? '', 'base64'));
  return keys.every(({ length }) => length >= 24 && length <= 64) ? keys : null;
}

/**
 * Signs a message as Standard Webhooks 1.0.0 defines it: its headers prove sender, content and time. There is
 * an HMAC for each key, so that receivers can rotate theirs one after the other. `seconds` is the time of the
 * attempt since 1970.
 */
export function signHeaders(
  { id, body }: { id: string; body: string },
  seconds: number,
  keys: readonly Buffer[],
): Record<string, string> {
  const mac = (key: Buffer) => createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': keys.map((key) => `v1,${mac(key)}`).join(' '),
  };
}
