import Type from 'typebox';
import { parseInput } from '../../operations/call/input.ts';
import { followSweepResults } from '../../operations/sweeps/follow-sweep-results.ts';
import { ListSweepResultsInput, type SweepResult } from '../../schema/sweep.ts';
import { readInput } from './input.ts';
import { beatMs, type Streamed } from './streams.ts';

const { id, cursor } = ListSweepResultsInput.properties;
const StreamInput = Type.Object(
  { id, cursor, format: Type.Optional(Type.String()) },
  { additionalProperties: false },
);

/**
 * Streams each result as a line until the sweep has ended. An empty line keeps the connection alive. A fault
 * resets the connection.
 */
export const sweepResultLines: Streamed = async ({ deps, streams, callerOf }, request, reply) => {
  const { input, misplaced } = readInput(
    { method: 'GET', url: '/sweeps/:id/results', operation: { input: StreamInput } },
    request,
  );
  const { format, ...asked } = parseInput(StreamInput, input, misplaced);
  const pages = await followSweepResults(
    deps,
    { ...asked, beatMs },
    callerOf(request, 'REST'),
    streams.endOf(reply),
  );
  return streams.send(reply, 'application/x-ndjson', linesOf(pages));
};

async function* linesOf(pages: AsyncIterable<SweepResult[] | null>): AsyncGenerator<string> {
  for await (const results of pages)
    yield results === null ? '\n' : results.map((result) => `${JSON.stringify(result)}\n`).join('');
}
