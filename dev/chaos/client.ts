import type { Change } from '#src/schema/change.ts';
import type { WriteResult } from '#src/schema/write-result.ts';

/**
 * An answer as a caller sees it. `status` is 0 when no answer came: the connection broke, or the request
 * timed out.
 */
export interface Answer {
  status: number;
  code: string | null;
  body: unknown;
  retryAfterMs: number | null;
  /** The time until the answer, in ms. */
  ms: number;
}

const member = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

/** Sends one request. Never throws: a failure is part of the answer. */
export async function send(
  origin: string,
  method: string,
  path: string,
  body?: unknown,
  { headers = {}, patienceMs = 60_000 }: { headers?: Record<string, string>; patienceMs?: number } = {},
): Promise<Answer> {
  const started = performance.now();
  const ms = () => Math.round(performance.now() - started);
  try {
    const response = await fetch(origin + path, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patienceMs),
    });
    const text = await response.text();
    const json: unknown = text === '' ? null : JSON.parse(text);
    const code = member(json, 'code');
    const retryAfter = response.headers.get('retry-after');
    return {
      status: response.status,
      code: typeof code === 'string' ? code : null,
      body: json,
      retryAfterMs: retryAfter === null ? null : Number(retryAfter) * 1000,
      ms: ms(),
    };
  } catch (error) {
    return { status: 0, code: null, body: String(error), retryAfterMs: null, ms: ms() };
  }
}

/** The change in an answer. Null when there is none. */
export function changeOf({ status, body }: Answer): Change | null {
  return status >= 200 && status < 300 ? (body as WriteResult).change : null;
}

/** All changes of an account, from every page. Throws an Error when a page cannot be read. */
export async function allChanges(origin: string, accountId: string): Promise<Change[]> {
  const changes: Change[] = [];
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { status, body } = await send(
      origin,
      'GET',
      `/v1/changes?accountId=${accountId}&limit=100${after}`,
    );
    if (status !== 200) throw new Error(`GET /v1/changes answered ${status}: ${JSON.stringify(body)}`);
    const page = body as { items: Change[]; nextCursor: string | null };
    changes.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return changes;
}
