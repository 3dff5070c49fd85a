import { setTimeout as pause } from 'node:timers/promises';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { Sweep } from '../../schema/sweep.ts';
import { Refused } from './failure.ts';
import { type Service, Unreached } from './service.ts';

/** How long a service that has answered before may be unreachable, in ms. */
const patienceMs = 60_000;

/**
 * Yields the sweep now and whenever it changes, until it ends. If the stream breaks off, as when the service
 * restarts, it continues after the last event. Throws Refused and Unreached.
 */
export async function* progressOf(service: Service, id: string): AsyncGenerator<Sweep, void> {
  let last = '';
  let retryMs = 1000;
  for (let heardAt = Number.NEGATIVE_INFINITY; ; ) {
    try {
      const headers: Record<string, string> = last ? { 'last-event-id': last } : {};
      const { status, body } = await service.open(`/sweeps/${encodeURIComponent(id)}/events`, {
        accept: 'text/event-stream',
        headers,
      });
      heardAt = performance.now();
      // The last event was the end.
      if (status === 204 || !body) return;
      const parser = new EventSourceParserStream({ onRetry: (ms) => (retryMs = ms) });
      for await (const event of body.pipeThrough(new TextDecoderStream()).pipeThrough(parser)) {
        heardAt = performance.now();
        last = event.id ?? last;
        const sweep = JSON.parse(event.data) as Sweep;
        yield sweep;
        if (sweep.endedAt !== null) return;
      }
    } catch (error) {
      // `fetch` throws a TypeError for a body that was cut off.
      const fault =
        error instanceof TypeError
          ? new Unreached(`The progress stream was cut off: ${error.message}.`, { cause: error })
          : error;
      const mayPass = fault instanceof Unreached || (fault instanceof Refused && fault.problem.retryable);
      if (!mayPass || performance.now() - heardAt > patienceMs) throw fault;
    }
    await pause(retryMs);
  }
}
