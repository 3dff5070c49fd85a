import type { Connection } from './connection.ts';
import { ConnectionError, Problem, type ProblemDocument } from './problem.ts';
import type { Prepared } from './request.ts';

export interface CallOptions {
  /** Ends the call, its waits and its iteration with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** More headers, such as traceparent. */
  headers?: Record<string, string> | undefined;
}

export interface Sent extends CallOptions {
  /** The media type that is asked for. */
  accept: string;
  /** The first wait before a request is sent again, in ms. Each further one is twice as long. */
  baseMs?: number;
}

/** What the service asks for beyond this many seconds is left to the caller. */
const longestWait = 60;

/**
 * Sends a request, and `read`s the answer. A failure that may pass is tried again, with the same idempotency key:
 * a retryable problem, a gateway without its service, a lost answer. Throws Problem, ConnectionError, and the
 * reason of the signal.
 */
export async function send<T>(
  connection: Connection,
  request: Prepared,
  options: Sent,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const { signal, accept, baseMs = 250 } = options;
  let isRejected = false;
  for (let retry = 0; ; ) {
    signal?.throwIfAborted();
    const authorization = await bearer(connection, isRejected);
    const headers = {
      accept,
      ...connection.headers,
      ...options.headers,
      ...request.headers,
      ...authorization,
    };
    const init: RequestInit = { method: request.method, headers, redirect: 'error', signal: signal ?? null };
    if (request.body !== undefined) init.body = request.body;
    const failure = await connection
      .fetch(`${connection.url}${request.path}`, init)
      .then(async (response) => {
        const type = response.headers.get('content-type') ?? '';
        if (response.status === 204 || (response.ok && type.startsWith(accept)))
          return { answer: await read(response) };
        return await failureOf(response, type);
      })
      .catch((cause: unknown) => {
        signal?.throwIfAborted();
        return cause instanceof ConnectionError
          ? cause
          : new ConnectionError('The service could not be reached, or its answer was cut off.', { cause });
      });
    if ('answer' in failure) return failure.answer;
    if (failure.status === 401 && typeof connection.token === 'function' && !isRejected) {
      isRejected = true;
      continue;
    }
    const asked = failure.retryAfter ?? 0;
    if (retry >= connection.retries || asked > longestWait || !mayPass(failure, request)) throw failure;
    await connection.pause(asked * 1000 + backOff(connection, baseMs, retry), signal);
    retry += 1;
  }
}

/** Between half and the whole of a time that doubles, up to 30 s: clients that failed together return apart. */
export const backOff = ({ random }: Connection, baseMs: number, retry: number): number =>
  Math.min(baseMs * 2 ** retry, 30_000) * (0.5 + random() / 2);

async function bearer({ token }: Connection, isRejected: boolean): Promise<Record<string, string>> {
  const given = typeof token === 'function' ? await token({ isRejected }) : token;
  if (!given) return {};
  // The error of fetch for an invalid header would show the token.
  if (!/^[!-~]+$/.test(given)) throw new TypeError('The token must be one line of printable ASCII.');
  return { authorization: `Bearer ${given}` };
}

const mayPass = (failure: Problem | ConnectionError, { isRepeatable }: Prepared): boolean =>
  failure instanceof Problem
    ? failure.retryable
    : isRepeatable && (failure.status === null || [429, 502, 503, 504].includes(failure.status));

async function failureOf(response: Response, type: string): Promise<Problem | ConnectionError> {
  const { status, headers } = response;
  const retryAfter = secondsOf(headers.get('retry-after'));
  if (type.startsWith('application/problem+json')) {
    const document = (await response.json()) as ProblemDocument;
    if (typeof document.code === 'string' && Array.isArray(document.errors))
      return new Problem(document, retryAfter);
  } else await response.body?.cancel();
  const message = `The address answered ${status}, but not as Rolewright does.`;
  return new ConnectionError(message, { status, retryAfter });
}

/** Retry-After is a number of seconds, or a date. */
function secondsOf(text: string | null): number | null {
  if (text === null) return null;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? null : Math.max(0, seconds);
}
