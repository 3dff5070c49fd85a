import type { operations } from './generated/operations.ts';

export type Operation = (typeof operations)[keyof typeof operations];
export type Values = Record<string, unknown>;

/** What is sent, the same at every try. */
export interface Prepared {
  method: string;
  /** From /v1 on, with the query. */
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
  /** It may be sent again when the answer was lost: it only reads, or the service knows it by its key. */
  isRepeatable: boolean;
}

/** Puts each member of the input where the operation wants it. A write gets a key of its own if it has none. */
export function prepare({ method, path, query, header, isWrite }: Operation, input: Values): Prepared {
  const rest = { ...input };
  const take = (name: string) => {
    const value = rest[name];
    delete rest[name];
    return value;
  };
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => segment(name, take(name)));
  const headers: Record<string, string> = {};
  for (const name of header) {
    const value = take(camel(name)) ?? (name === 'idempotency-key' ? newKey() : undefined);
    if (value !== undefined) headers[name] = String(value);
  }
  const search = new URLSearchParams();
  const ask = (name: string) => {
    for (const one of [take(name)].flat()) if (one !== undefined) search.append(name, String(one));
  };
  query.forEach(ask);
  const hasBody = method === 'POST' || method === 'PUT';
  // The service names a member that it does not know.
  if (!hasBody) Object.keys(rest).forEach(ask);
  const body = hasBody && Object.keys(rest).length > 0 ? JSON.stringify(rest) : undefined;
  if (body !== undefined) headers['content-type'] = 'application/json';
  return {
    method,
    path: search.size > 0 ? `${filled}?${search}` : filled,
    headers,
    body,
    isRepeatable: !isWrite || 'idempotency-key' in headers,
  };
}

function segment(name: string, value: unknown): string {
  const text = String(value ?? '');
  // A URL reads these as another path.
  if (/^\.{0,2}$/.test(text)) throw new TypeError(`${name} must be given, and not be "${text}".`);
  return encodeURIComponent(text);
}

const camel = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Not randomUUID, which pages without HTTPS do not have. */
const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
