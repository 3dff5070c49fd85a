import { createHmac } from 'node:crypto';

/** A secret as Standard Webhooks writes it: `whsec_` and 24 to 64 bytes in base64. */
const secretPattern = /^whsec_([A-Za-z0-9+/]+={0,2})$/;

/** The keys in a list of secrets with commas between; null where one of them is no such secret. */
export function parseSecrets(secrets: string): Buffer[] | null {
  const keys = secrets.split(',').map((secret) => Buffer.from(secretPattern.exec(secret)?.[1] ?? '', 'base64'));
  return keys.every(({ length }) => length >= 24 && length <= 64) ? keys : null;
}

/**
 * The headers by which a receiver knows that a message is ours, unaltered and of now, as Standard Webhooks 1.0.0 has them: an HMAC
 * under each key, so that receivers can change theirs one after the other. `seconds`: of the attempt, since 1970.
 */
export function signHeaders({ id, body }: { id: string; body: string }, seconds: number, keys: readonly Buffer[]): Record<string, string> {
  const mac = (key: Buffer) => createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': keys.map((key) => `v1,${mac(key)}`).join(' '),
  };
}
