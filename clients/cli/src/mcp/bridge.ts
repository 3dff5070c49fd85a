import { once } from 'node:events';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { Failure } from '../failure.ts';
import { tell } from '../text/output.ts';
import type { Post } from './post.ts';

/** A longer line is no message: the service takes 256 KiB. */
const maxBufferSize = 1024 * 1024;
/** JSON-RPC's code for a message that is none, and MCP's for a failure of the transport. */
const [parseError, transportError] = [-32700, -32000];

/**
 * Passes messages of an assistant on standard input to the service's /mcp, and its answers to standard output,
 * until the input ends. The service has the tools. What this machine adds is its login.
 */
export async function bridge(post: Post): Promise<void> {
  const assistant = new StdioServerTransport(process.stdin, process.stdout, { maxBufferSize });
  const inFlight = new Map<string | number, AbortController>();
  const open = new Set<Promise<void>>();
  /** As the service has agreed to it. */
  let protocolVersion: string | undefined;
  const refuse = (id: string | number | null, code: number, message: string) =>
    assistant.send({ jsonrpc: '2.0', id, error: { code, message } } as JSONRPCMessage);

  async function pass(message: JSONRPCMessage): Promise<void> {
    const id = 'id' in message && 'method' in message ? message.id : undefined;
    const stop = new AbortController();
    if (id !== undefined) inFlight.set(id, stop);
    try {
      const answer = await post(message, protocolVersion, stop.signal);
      if (id === undefined || answer === null || stop.signal.aborted) return;
      protocolVersion ??= versionIn(message, answer);
      await assistant.send(answer);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (stop.signal.aborted) return;
      // A notification has no answer. Its sender sees this in the log of its server.
      if (id === undefined) tell(error.message);
      else await refuse(id, transportError, error.message);
    } finally {
      if (id !== undefined) inFlight.delete(id);
    }
  }

  assistant.onmessage = (message) => {
    // The service keeps no state between requests, so a request is cancelled here.
    if ('method' in message && message.method === 'notifications/cancelled') {
      inFlight.get(message.params?.requestId as string)?.abort();
      return;
    }
    const passing = pass(message).finally(() => open.delete(passing));
    open.add(passing);
  };
  assistant.onerror = (error) => {
    tell(`A message could not be read: ${error.message}`);
    open.add(refuse(null, parseError, 'The line is not a JSON-RPC message.'));
  };
  // The transport closes by itself where a line is too long.
  const closed = new Promise<void>((resolve) => {
    assistant.onclose = resolve;
  });
  const ended = Promise.race([once(process.stdin, 'end'), once(process.stdin, 'close'), closed]);
  await assistant.start();
  await ended;
  await Promise.all(open);
}

/** The version in the answer to `initialize`. */
function versionIn(message: JSONRPCMessage, answer: JSONRPCMessage): string | undefined {
  if (!('method' in message) || message.method !== 'initialize' || !('result' in answer)) return undefined;
  const { protocolVersion } = answer.result;
  return typeof protocolVersion === 'string' ? protocolVersion : undefined;
}
