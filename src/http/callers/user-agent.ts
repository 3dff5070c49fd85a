import type { IncomingHttpHeaders } from 'node:http';

const maxLength = 256;

/**
 * The User-Agent of a request as the log keeps it: one line of at most 256 printable characters. Null: none was
 * sent, or nothing printable.
 */
export function userAgentOf({ 'user-agent': sent = '' }: IncomingHttpHeaders): string | null {
  const printable = sent.replace(/\s+/g, ' ').replace(/\p{C}/gu, '').trim();
  return [...printable].slice(0, maxLength).join('').trimEnd() || null;
}
