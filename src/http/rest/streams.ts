import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../../operations/call/deps.ts';
import type { CallerOf } from '../callers/caller-of.ts';
import type { CloseWhenExpired } from '../callers/close-when-expired.ts';

/** Answers a request with a stream. */
export type Streamed = (
  face: { deps: Deps; streams: Streams; callerOf: CallerOf },
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<FastifyReply>;

export interface Streams {
  /** True if the request asks for lines instead of a page. */
  isAsked(request: FastifyRequest): boolean;
  /** Aborted when the caller has closed the connection, or the service stops. */
  endOf(reply: FastifyReply): AbortSignal;
  /**
   * Resets the connection once the credential has expired, so that a client cannot take a partial answer for
   * a complete one.
   */
  guard(reply: FastifyReply): void;
  send(reply: FastifyReply, type: string, text: AsyncIterable<string>): FastifyReply;
}

/** The longest silence of a stream in ms. Proxies may close a silent connection. */
export const beatMs = 15_000;

/**
 * Creates the functions for long streams. They end when the service stops, which would otherwise wait for
 * them.
 */
export function createStreams(app: FastifyInstance, closeWhenExpired: CloseWhenExpired): Streams {
  const stopping = new AbortController();
  app.addHook('preClose', async () => stopping.abort());
  const guard: Streams['guard'] = ({ request, raw }) => {
    // The caller has closed the connection already: no further event comes.
    if (raw.destroyed) return;
    // A reset: without chunks, as in HTTP/1.0, a normal end would look like the end of the answer.
    const cut = () => {
      raw.socket?.resetAndDestroy();
      raw.destroy();
    };
    raw.once('close', closeWhenExpired(request, cut));
  };
  return {
    guard,
    isAsked: ({ query, headers: { accept = '' } }) => {
      const { format } = query as { format?: unknown };
      return format === undefined ? /^application\/x-ndjson\b/.test(accept) : format === 'ndjson';
    },
    endOf({ raw }) {
      if (raw.destroyed) return AbortSignal.abort();
      const hungUp = new AbortController();
      // The event of the answer, not of the connection, which would collect one listener per request.
      raw.once('close', () => hungUp.abort());
      return AbortSignal.any([hungUp.signal, stopping.signal]);
    },
    send(reply, type, text) {
      guard(reply);
      return (
        reply
          .type(type)
          .header('cache-control', 'no-store')
          .header('x-accel-buffering', 'no')
          // HEAD needs the headers only. The text would be read to its end and thrown away.
          .send(reply.request.method === 'HEAD' ? null : Readable.from(text, { objectMode: false }))
      );
    },
  };
}
