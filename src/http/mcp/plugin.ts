import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Deps } from '../../operations/call/deps.ts';
import { invalidInput } from '../../operations/call/input.ts';
import { problemOf, toFault } from '../../problem.ts';
import type { CallerOf, ConsumeRateLimit } from '../callers/caller-of.ts';
import type { LogOf } from '../log/request-log.ts';
import { createCalls } from './calls.ts';
import { createMcpServer } from './server.ts';

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

  app.post('/mcp', { schema: { hide: true } }, async (request, reply) => {
    if (Array.isArray(request.body))
      throw invalidInput([{ pointer: '', message: 'the body must be one message: MCP has no batches' }]);
    const calls = createCalls(
      deps,
      () => callerOf(request, 'REST'),
      () => consumeRateLimit(request, 1, reply),
    );
    const server = createMcpServer(calls, (error) => {
      const problem = problemOf(error, '/mcp', request.id);
      const { cause } = toFault(error);
      if (problem.code === 'INTERNAL') request.log.error({ err: error }, 'MCP tool failed');
      else if (cause) logOf(request).warn({ err: cause, code: problem.code }, problem.detail);
      return problem;
    });
    // A server and a transport of its own: what two callers share, one could read of the other.
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    try {
      await server.connect(transport);
      const answer = await transport.handleRequest(asWebRequest(request), {
        parsedBody: request.body ?? null,
      });
      const type = answer.headers.get('content-type');
      if (type !== null) reply.type(type);
      return await reply.code(answer.status).send(answer.body === null ? undefined : await answer.text());
    } finally {
      await server.close();
    }
  });
}

function asWebRequest({ headers }: FastifyRequest): Request {
  const given = forwarded.flatMap((name): [string, string][] => {
    const value = headers[name];
    return value === undefined ? [] : [[name, String(value)]];
  });
  return new Request('http://localhost/mcp', { method: 'POST', headers: given });
}
