import { hash } from 'node:crypto';

/**
 * JSON as RFC 8785 writes it: keys sorted by UTF-16 code units, no white space, numbers and strings as ECMAScript
 * writes them. A member that is undefined is left out, as JSON.stringify does.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    // No two keys are equal. `<` compares code units, as the RFC asks.
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}

/** The sha256, hex, of the canonical JSON. */
export function canonicalHash(value: unknown): string {
  return hash('sha256', canonicalJson(value));
}
