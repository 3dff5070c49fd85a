import type { Connection } from './connection.ts';
import { parseEvents } from './events.ts';
import { ConnectionError } from './problem.ts';
import type { Prepared } from './request.ts';
import { backOff, type CallOptions, send } from './send.ts';
import { textOf } from './text.ts';

/**
 * Yields the data of each event until the service says that there is no more (204). A stream that ends or breaks off
 * is opened again after its last event. Throws Problem, and ConnectionError when no event came at several tries.
 */
export async function* follow(
  connection: Connection,
  request: Prepared,
  options: CallOptions,
): AsyncGenerator<unknown, void> {
  const headers = { ...request.headers };
  let baseMs = 1000;
  const asked = { accept: 'text/event-stream', ...options };
  for (let silent = 0; ; ) {
    const response = await send(
      connection,
      { ...request, headers },
      { ...asked, baseMs },
      async (one) => one,
    );
    if (response.status === 204) return;
    silent += 1;
    let cut: unknown;
    try {
      for await (const event of parseEvents(textOf(response, options), (ms) => (baseMs = ms))) {
        silent = 0;
        if (event.lastEventId) headers['last-event-id'] = event.lastEventId;
        yield JSON.parse(event.data);
      }
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      cut = error;
    }
    if (silent > connection.retries)
      throw cut ?? new ConnectionError('The stream ended several times without an event.', {});
    // At the end of a stream that had events, 204 is what most likely comes next.
    if (cut || silent > 0) await connection.pause(backOff(connection, baseMs, silent), options.signal);
  }
}
