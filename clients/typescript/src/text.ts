import { ConnectionError } from './problem.ts';
import type { CallOptions } from './send.ts';

/**
 * The text of a body as it arrives. Its end without an error is the end of the answer. Throws ConnectionError when
 * the body is cut off.
 */
export async function* textOf({ body }: Response, { signal }: CallOptions): AsyncGenerator<string, void> {
  const reader = body?.getReader();
  if (!reader) return;
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        signal?.throwIfAborted();
        throw new ConnectionError('The answer was cut off.', { cause });
      });
      const text = decoder.decode(value, { stream: !done });
      if (text) yield text;
      if (done) return;
    }
  } finally {
    // Whoever stops reading ends the request. Of a body that has failed there is nothing to end.
    await reader.cancel().catch(() => {});
  }
}

/** The lines of a text that arrives in pieces, without their ends. The last is what no line feed ended. */
export async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string, string> {
  let rest = '';
  for await (const piece of pieces) {
    // A carriage return at the end may be the first half of a line's end.
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
  return rest;
}

/** The items of NDJSON. Empty lines keep the connection alive. Throws ConnectionError where the last line is cut off. */
export async function* itemsOf(pieces: AsyncIterable<string>): AsyncGenerator<unknown, void> {
  const lines = linesOf(pieces);
  for (;;) {
    const { done, value } = await lines.next();
    if (done && value) throw new ConnectionError('The answer was cut off within a line.', {});
    if (done) return;
    if (value) yield JSON.parse(value);
  }
}
