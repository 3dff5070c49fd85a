import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import { Agent } from 'undici';
import { unobserved } from '../../observe.ts';
import type { Observer } from '../../ports/observer.ts';
import { resultOf } from '../retries/result.ts';
import type { Retries } from '../retries/retries.ts';
import type { Endpoint } from './endpoint.ts';
import { type Answer, BrokenOff, post } from './post.ts';
import { type Credentials, sign } from './sign.ts';
import { child, type Node, parse, textOf } from './xml.ts';

/** One call of the Query protocol. */
export interface QueryCall {
  endpoint: Endpoint;
  action: string;
  version: string;
  /** By their names in the request; undefined ones are left out. */
  parameters: Record<string, string | undefined>;
  credentials: Credentials;
  retries: Retries;
}

export interface QueryClient {
  /**
   * Answers the content of `…Result`. Throws errors like the SDK's: with `name`, `Code` and `$metadata`, or
   * Node's `code`.
   */
  send(call: QueryCall): Promise<Node>;
  close(): void;
}

/** Errors that AWS answers when our clock is wrong. */
const skewed = new Set([
  'RequestTimeTooSkewed',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'InvalidSignatureException',
]);
const toleratedSkewMs = 240_000;

/** The part of the SDK's errors that its retries look at. */
type Failure = Parameters<typeof isThrottlingError>[0];

const createError = (name: string, message: string, more: object) =>
  Object.assign(new Error(message), { name }, more);

/** undici's time-outs. They are turned into the errors that Node, and so the SDK, has. */
const timeouts = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
function asNodeError(error: unknown): unknown {
  const { code, message } = error as { code?: string; message?: string };
  if (code !== undefined && timeouts.has(code))
    return createError('TimeoutError', message ?? code, { code: 'ETIMEDOUT', cause: error });
  if (code === 'UND_ERR_SOCKET')
    return createError('Error', message ?? code, { code: 'ECONNRESET', cause: error });
  return error;
}

/**
 * Signs a request, sends it and reads the answer, as the SDK does, in a fifth of the time. The tests compare
 * it with the SDK call by call. The address, the retries and the credentials come from the SDK.
 */
export function createQueryClient({
  userAgent,
  timeoutMs,
  connections,
  observer = unobserved,
  now = () => new Date(),
}: {
  userAgent: string;
  timeoutMs: number;
  connections: number;
  observer?: Observer;
  now?: () => Date;
}): QueryClient {
  const agent = new Agent({
    connections,
    pipelining: 1,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: Math.min(2000, timeoutMs) },
    keepAliveTimeout: 10_000,
    keepAliveMaxTimeout: 10_000,
  });
  /** How far AWS's clock is ahead of ours, in ms. */
  let skewMs = 0;

  async function once({ endpoint, action, version, parameters, credentials }: QueryCall): Promise<Node> {
    let body = `Action=${action}&Version=${version}`;
    for (const [name, value] of Object.entries(parameters))
      if (value !== undefined) body += `&${name}=${encodeURIComponent(value)}`;
    const headers = sign(credentials, endpoint, endpoint.host, body, new Date(now().getTime() + skewMs));
    const request = {
      origin: endpoint.origin,
      path: '/',
      method: 'POST' as const,
      headers: { ...headers, 'user-agent': userAgent },
      body,
    };
    const metadataOf = ({ statusCode, headers }: Pick<Answer, 'statusCode' | 'headers'>) => {
      const requestId = headers['x-amzn-requestid'];
      return { httpStatusCode: statusCode, requestId: typeof requestId === 'string' ? requestId : undefined };
    };
    const answer = await post(agent, request).catch((error: unknown) => {
      if (!(error instanceof BrokenOff)) throw asNodeError(error);
      throw Object.assign(asNodeError(error.cause) as object, { $metadata: metadataOf(error.answer) });
    });
    const $metadata = metadataOf(answer);
    if (answer.statusCode === 200) return child(parseAnswer(answer.text, $metadata), `${action}Result`);
    const error = parseRefusal(answer.text);
    const code = textOf(error, 'Code');
    const date = Date.parse(String(answer.headers.date));
    if (code !== undefined && skewed.has(code) && Number.isFinite(date)) {
      const seen = date - now().getTime();
      const isNews = Math.abs(seen - skewMs) > toleratedSkewMs;
      if (isNews) skewMs = seen;
      throw createError(code, textOf(error, 'Message') ?? code, {
        Code: code,
        $metadata: { ...$metadata, clockSkewCorrected: isNews },
      });
    }
    // An answer that is not an AWS error, such as a gateway's page, has only its status, as with the SDK.
    throw createError(code ?? 'Error', textOf(error, 'Message') ?? `status ${answer.statusCode}`, {
      ...(code !== undefined && { Code: code }),
      $metadata,
    });
  }

  return {
    async send(call) {
      const watched = {
        of: 'AWS_CALL',
        action: `${call.endpoint.service}:${call.action}`,
        resultOf,
      } as const;
      let token = await call.retries.acquireInitialRetryToken('');
      for (;;) {
        const attempt = await observer
          .observe(watched, () => once(call))
          .then(
            (node) => ({ node }),
            (error: Failure) => ({ error }),
          );
        if ('node' in attempt) {
          call.retries.recordSuccess(token);
          return attempt.node;
        }
        const { error } = attempt;
        try {
          token = await call.retries.refreshRetryTokenForRetry(token, { error, errorType: typeOf(error) });
        } catch {
          // The caller needs to know why the last attempt failed, not that it is not retried.
          throw error;
        }
      }
    },
    close() {
      // Not awaited: it does not reject. The requests in flight reject, and their callers handle that.
      void agent.destroy();
    },
  };
}

function parseAnswer(xml: string, $metadata: object): Node {
  try {
    return parse(xml);
  } catch (error) {
    throw createError('SyntaxError', (error as Error).message, { $metadata });
  }
}

/** The `Error` element of a refusal; '' when there is none. */
function parseRefusal(xml: string): Node {
  try {
    return child(parse(xml), 'Error');
  } catch {
    // Not XML, so not an answer of AWS: only the status is known.
    return '';
  }
}

const typeOf = (error: Failure) =>
  isThrottlingError(error)
    ? 'THROTTLING'
    : isTransientError(error)
      ? 'TRANSIENT'
      : isServerError(error)
        ? 'SERVER_ERROR'
        : 'CLIENT_ERROR';
