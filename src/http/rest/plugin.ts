import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Deps } from '../../operations/call/deps.ts';
import type { CallerOf } from '../callers/caller-of.ts';
import type { CloseWhenExpired } from '../callers/close-when-expired.ts';
import { describeRoute } from './describe.ts';
import { addDownloads } from './downloads.ts';
import { readInput } from './input.ts';
import { requireUnchanged, splitRepresentation } from './read-only.ts';
import { routes } from './routes.ts';
import { createStreams } from './streams.ts';
import { sweepEvents } from './sweep-events.ts';

/** Serves REST under /v1: each route calls its operation. */
export async function rest(
  app: FastifyInstance,
  {
    deps,
    callerOf,
    closeWhenExpired,
  }: { deps: Deps; callerOf: CallerOf; closeWhenExpired: CloseWhenExpired },
): Promise<void> {
  // Operations validate their input, the same for every interface. The schemas here only describe it.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => JSON.stringify);
  const streams = createStreams(app, closeWhenExpired);
  for (const route of routes)
    app.route({
      method: route.method,
      url: route.url,
      schema: describeRoute(route),
      handler: async (request, reply) => {
        if (route.stream && streams.isAsked(request))
          return await route.stream({ deps, streams, callerOf }, request, reply);
        const { read } = route;
        const whole = read ? splitRepresentation({ ...route, read }, request) : null;
        if (whole) request.body = whole.body;
        const { input, misplaced } = readInput(route, request);
        const caller = callerOf(request, 'REST');
        const requireState =
          read && whole
            ? () => requireUnchanged(whole, () => read.call(deps, request.params, caller))
            : undefined;
        // JSON is the default. Any other value is refused as an unknown field of the operation.
        if (route.stream && input.format === 'json') delete input.format;
        const onReplay = () => void reply.header('idempotency-replayed', 'true');
        const answer = await route.operation.call(deps, input, caller, { misplaced, onReplay, requireState });
        if (route.accepted !== undefined)
          return reply
            .code(202)
            .header('location', `/v1${route.accepted}/${(answer as { id: string }).id}`)
            .send(answer);
        return sendAnswer(reply, route.status?.(answer, input) ?? 200, answer);
      },
    });
  addDownloads(app, { deps, streams, callerOf });
  sweepEvents(app, { deps, streams, callerOf });
}

function sendAnswer(reply: FastifyReply, status: 200 | 201 | 202 | 204, answer: unknown): unknown {
  reply.code(status);
  const etag = etagIn(answer);
  if (etag) reply.header('etag', etag);
  return status === 204 ? reply.send() : answer;
}

/** Finds the ETag of the role in an answer. */
function etagIn(answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null) return null;
  if ('etag' in answer && typeof answer.etag === 'string') return answer.etag;
  return 'report' in answer ? etagIn(answer.report) : null;
}
