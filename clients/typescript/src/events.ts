import { linesOf } from './text.ts';

/** One event of a stream (server-sent events, as the HTML standard has them). */
export interface ServerEvent {
  data: string;
  /** The last ID that was sent, by this event or by an earlier one. */
  lastEventId: string;
}

/**
 * Parses server-sent events. An event that is not complete is left out, as the standard wants. `onRetry` takes the
 * ms that the service asks a client to wait before it connects again.
 */
export async function* parseEvents(
  pieces: AsyncIterable<string>,
  onRetry: (ms: number) => void,
): AsyncGenerator<ServerEvent, void> {
  let data: string[] = [];
  let lastEventId = '';
  for await (const line of linesOf(pieces)) {
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (line === '') {
      if (data.length > 0) yield { data: data.join('\n'), lastEventId };
      data = [];
    } else if (field === 'data') data.push(value);
    else if (field === 'id' && !value.includes('\0')) lastEventId = value;
    else if (field === 'retry' && /^\d+$/.test(value)) onRetry(Number(value));
  }
}
