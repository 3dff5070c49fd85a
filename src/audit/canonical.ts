import { hash } from 'node:crypto';

/**
 * JSON in the form of RFC 8785: keys sorted by UTF-16 code units, no white space, numbers and strings as
 * ECMAScript writes them. Undefined members are omitted, as by JSON.stringify.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    // Keys are distinct. `<` compares code units, as the RFC requires.
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}

/** SHA-256 of the canonical JSON, in hex. */
export function canonicalHash(value: unknown): string {
  return hash('sha256', canonicalJson(value));
}
