import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { ProblemDocument } from '../../../typescript/src/index.ts';
import { reasonOf, userAgent } from '../connect.ts';
import { Failure, Refused } from '../failure.ts';
import type { Settings } from '../settings.ts';

/** Sends a message. Null: it needs no answer. Throws Failure. */
export type Post = (
  message: JSONRPCMessage,
  protocolVersion: string | undefined,
  signal: AbortSignal,
) => Promise<JSONRPCMessage | null>;

/** Sends messages to the service's /mcp, with the token of each moment. */
export function createPost({ url, token, urlFrom }: Settings): Post {
  const bearer = async (isRejected: boolean) =>
    typeof token === 'function' ? await token({ isRejected }) : token;

  return async (message, protocolVersion, signal) => {
    const send = async (given: string | undefined) =>
      await fetch(`${url}/mcp`, {
        method: 'POST',
        redirect: 'error',
        signal,
        body: JSON.stringify(message),
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'user-agent': userAgent,
          ...(protocolVersion !== undefined && { 'mcp-protocol-version': protocolVersion }),
          ...(given && { authorization: `Bearer ${given}` }),
        },
      }).catch((cause: Error) => {
        throw new Failure(`The service at ${url} (${urlFrom}) could not be reached: ${reasonOf(cause)}.`, {
          cause,
        });
      });
    let response = await send(await bearer(false));
    // A login may have ended since the last message.
    if (response.status === 401 && typeof token === 'function') {
      await response.body?.cancel();
      response = await send(await bearer(true));
    }
    return await read(response, url);
  };
}

async function read(response: Response, url: string): Promise<JSONRPCMessage | null> {
  const { status, headers } = response;
  const type = headers.get('content-type') ?? '';
  if (status === 202) return null;
  try {
    if (type.startsWith('application/json')) return (await response.json()) as JSONRPCMessage;
    if (type.startsWith('application/problem+json'))
      throw new Refused((await response.json()) as ProblemDocument);
    await response.body?.cancel();
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`The answer of ${url} was cut off.`, { cause: error });
  }
  throw new Failure(`${url}/mcp answered ${status}, but not as Rolewright does. Check the address.`);
}
