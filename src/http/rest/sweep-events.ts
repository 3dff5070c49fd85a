import type { FastifyInstance } from 'fastify';
import Type, { type TObject } from 'typebox';
import type { Deps } from '../../operations/call/deps.ts';
import { parseInput } from '../../operations/call/input.ts';
import { followSweep } from '../../operations/sweeps/follow-sweep.ts';
import { Problem } from '../../schema/problem.ts';
import { GetSweepInput, type Sweep } from '../../schema/sweep.ts';
import type { CallerOf } from '../callers/caller-of.ts';
import { withReferences } from '../components.ts';
import { summaryOf } from './describe.ts';
import { examples, withParameterExamples } from './examples/requests.ts';
import { sweep } from './examples/sample.ts';
import { readInput } from './input.ts';
import { beatMs, type Streams } from './streams.ts';

/** How long a browser waits before it connects again, in ms. */
const retryMs = 2000;

/**
 * Streams server-sent events: the sweep now, and again after each change. The ID of an event is the sweep's
 * version. A client that returns with Last-Event-ID gets newer events. If there can be none, the answer is
 * 204, which tells a browser to stop.
 */
export function sweepEvents(
  app: FastifyInstance,
  face: { deps: Deps; streams: Streams; callerOf: CallerOf },
): void {
  const { deps, streams, callerOf } = face;
  app.route({
    method: 'GET',
    url: '/sweeps/:id/events',
    // HEAD would wait for the end of the sweep to answer nothing.
    exposeHeadRoute: false,
    schema: description,
    handler: async (request, reply) => {
      const { input, misplaced } = readInput(
        { method: 'GET', url: '/sweeps/:id/events', operation: { input: GetSweepInput } },
        request,
      );
      const { id } = parseInput(GetSweepInput, input, misplaced);
      const last = request.headers['last-event-id'];
      const after = typeof last === 'string' && /^\d{1,9}$/.test(last) ? Number(last) : 0;
      const progress = await followSweep(
        deps,
        { id, after, beatMs },
        callerOf(request, 'REST'),
        streams.endOf(reply),
      );
      return progress
        ? streams.send(reply, 'text/event-stream; charset=utf-8', eventsOf(progress))
        : reply.code(204).send();
    },
  });
}

async function* eventsOf(
  progress: AsyncIterable<{ version: number; sweep: Sweep } | null>,
): AsyncGenerator<string> {
  yield `retry: ${retryMs}\n\n`;
  for await (const step of progress)
    yield step === null
      ? ':\n\n'
      : `event: progress\nid: ${step.version}\ndata: ${JSON.stringify(step.sweep)}\n\n`;
}

const problem = {
  description: 'A problem (RFC 9457)',
  content: { 'application/problem+json': { schema: withReferences(Problem) } },
};
const description = {
  operationId: 'streamSweepEvents',
  ...summaryOf(
    'Streams the progress of a sweep as server-sent events. The stream ends when the sweep has ended.',
  ),
  tags: ['Sweeps'],
  params: withParameterExamples(withReferences(GetSweepInput, false) as TObject, examples.streamSweepEvents),
  headers: Type.Object({
    'last-event-id': Type.Optional(
      Type.String({ description: 'the ID of the last event that was received' }),
    ),
  }),
  response: {
    200: {
      description: 'Events named progress. The data is a Sweep, and the ID is its version',
      content: {
        'text/event-stream': {
          schema: { type: 'string', description: 'Server-sent events' },
          example: `event: progress\nid: 3\ndata: ${JSON.stringify(sweep)}\n\n`,
        },
      },
    },
    204: { type: 'null', description: 'The sweep has ended, and the caller has the last event already' },
    '4xx': problem,
    '5xx': problem,
  },
};
