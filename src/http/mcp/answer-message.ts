import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import type { Problem } from '../../schema/problem.ts';
import type { Calls } from './calls.ts';
import { createMcpServer } from './server.ts';

/** An answer over HTTP. `type` and `text` are null where it has no body. */
export interface MessageAnswer {
  status: number;
  type: string | null;
  text: string | null;
}

/**
 * Answers one message. `headers` are those that the transport reads. `problemOf` turns an error of a tool into
 * a problem, and logs what the problem does not show.
 */
export async function answerMessage(
  message: unknown,
  headers: [string, string][],
  calls: Calls,
  problemOf: (error: unknown) => Problem,
): Promise<MessageAnswer> {
  // A server and a transport of its own: what two callers share, one could read of the other.
  const server = createMcpServer(calls, problemOf);
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  try {
    await server.connect(transport);
    const request = new Request('http://localhost/mcp', { method: 'POST', headers });
    const answer = await transport.handleRequest(request, { parsedBody: message });
    return {
      status: answer.status,
      type: answer.headers.get('content-type'),
      text: answer.body === null ? null : await answer.text(),
    };
  } finally {
    await server.close();
  }
}
