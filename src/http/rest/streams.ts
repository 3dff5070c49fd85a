import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Deps } from '../../operations/call/deps.ts';
import type { CallerOf } from '../callers/caller-of.ts';
import type { CloseWhenExpired } from '../callers/close-when-expired.ts';

/** What answers a request with a stream. */
export type Streamed = (
  face: { deps: Deps; streams: Streams; callerOf: CallerOf },
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<FastifyReply>;

export interface Streams {
  /** Does the request ask for lines in the place of a page? */
  isAsked(request: FastifyRequest): boolean;
  /** Aborted when the caller has hung up, or the service stops. */
  endOf(reply: FastifyReply): AbortSignal;
  /** Cuts the connection once its caller is not known any more, so that what was sent does not look like all. */
  guard(reply: FastifyReply): void;
  send(reply: FastifyReply, type: string, text: AsyncIterable<string>): FastifyReply;
}

/** So long, in ms, is a stream silent at the most: what stands between might take it for dead. */
export const beatMs = 15_000;

/** Streams that last: they end with the service, which would else wait for them. */
export function createStreams(app: FastifyInstance, closeWhenExpired: CloseWhenExpired): Streams {
  const stopping = new AbortController();
  app.addHook('preClose', async () => stopping.abort());
  const guard: Streams['guard'] = ({ request, raw }) => {
    // Who has hung up meanwhile is not told again.
    if (raw.destroyed) return;
    // A reset: to who reads without chunks, as HTTP/1.0 does, an end like any other would be the end of the answer.
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
      // The answer's, which is over before its connection is: a connection that lasts would collect one listener per request.
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
          // To HEAD the answer is its headers: the text would be read to its end to be thrown away.
          .send(reply.request.method === 'HEAD' ? null : Readable.from(text, { objectMode: false }))
      );
    },
  };
}
