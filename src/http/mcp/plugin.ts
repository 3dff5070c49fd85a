import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Deps } from '../../operations/call/deps.ts';
import { invalidInput } from '../../operations/call/input.ts';
import { problemOf, toFault } from '../../problem.ts';
import type { Problem } from '../../schema/problem.ts';
import type { CallerOf, ConsumeRateLimit } from '../callers/caller-of.ts';
import type { LogOf } from '../log/request-log.ts';
import { createCalls } from './calls.ts';

export interface McpOptions {
  deps: Deps;
  callerOf: CallerOf;
  /** The request itself has been counted before. */
  consumeRateLimit: ConsumeRateLimit;
  /** The log of a request, for lines that anybody can cause. */
  logOf: LogOf;
}

/** The headers that the transport reads. No other gets to it, credentials least of all. */
const forwarded = ['accept', 'content-type', 'mcp-protocol-version'] as const;

/**
 * Serves the Model Context Protocol at /mcp (streamable HTTP, without sessions and streams): one message a
 * request, answered as JSON. Authentication, origins, the rate limit and the size of a body are those of every
 * route. GET and DELETE are of sessions, and are answered 405.
 */
export async function mcp(app: FastifyInstance, options: McpOptions): Promise<void> {
  const { deps, callerOf, consumeRateLimit, logOf } = options;

  function reportProblem(request: FastifyRequest, error: unknown): Problem {
    const problem = problemOf(error, '/mcp', request.id);
    const { cause } = toFault(error);
    if (problem.code === 'INTERNAL') request.log.error({ err: error }, 'MCP tool failed');
    else if (cause) logOf(request).warn({ err: cause, code: problem.code }, problem.detail);
    return problem;
  }

  app.post('/mcp', { schema: { hide: true } }, async (request, reply) => {
    if (Array.isArray(request.body))
      throw invalidInput([{ pointer: '', message: 'the body must be one message: MCP has no batches' }]);
    const calls = createCalls(
      deps,
      () => callerOf(request, 'REST'),
      () => consumeRateLimit(request, 1, reply),
    );
    // The protocol's package takes more than 10 MB, which a service without assistants need not hold.
    const { answerMessage } = await import('./answer-message.ts');
    const { status, type, text } = await answerMessage(
      request.body ?? null,
      forwarded.flatMap((name): [string, string][] => {
        const value = request.headers[name];
        return value === undefined ? [] : [[name, String(value)]];
      }),
      calls,
      (error) => reportProblem(request, error),
    );
    if (type !== null) reply.type(type);
    return reply.code(status).send(text ?? undefined);
  });
}
