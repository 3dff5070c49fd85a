import { type ClientOptions, type Connection, connect, realClock } from './connection.ts';
import { follow } from './follow.ts';
import { operations } from './generated/operations.ts';
import type { Methods } from './methods.ts';
import { createPages } from './pages.ts';
import { type Operation, prepare, type Values } from './request.ts';
import { type CallOptions, send } from './send.ts';
import { itemsOf, textOf } from './text.ts';

export type Client = Methods;

/** Creates a client with a method for each operation of the service. */
export function createClient(options: ClientOptions, clock = realClock): Client {
  const connection = connect(options, clock);
  const methods = Object.entries(operations).map(([id, operation]) => [
    id,
    (input: Values = {}, given: CallOptions = {}) => call(connection, operation, input, given),
  ]);
  return Object.fromEntries(methods) as Client;
}

function call(connection: Connection, operation: Operation, input: Values, options: CallOptions) {
  const ask = async (values: Values) =>
    await send(connection, prepare(operation, values), { accept: 'application/json', ...options }, readJson);
  switch (operation.answer) {
    case 'events':
      return follow(connection, prepare(operation, input), options);
    case 'lines':
      return input.format === 'csv' ? textLines('text/csv') : itemsOf(textLines(ndjson));
    case 'page':
      if (input.format === 'ndjson') return itemsOf(textLines(ndjson));
      return createPages(
        (cursor) => ask(cursor === undefined ? input : { ...input, cursor }) as Promise<never>,
      );
    default:
      return ask(input);
  }

  async function* textLines(accept: string) {
    const read = async (response: Response) => response;
    yield* textOf(await send(connection, prepare(operation, input), { accept, ...options }, read), options);
  }
}

const ndjson = 'application/x-ndjson';
const readJson = async (response: Response): Promise<unknown> =>
  response.status === 204 ? undefined : await response.json();
