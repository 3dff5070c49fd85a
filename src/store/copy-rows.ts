import type pg from 'pg';

/** Where in the bytes of a message the fields of a row begin, and their lengths; -1 stands for NULL. */
export interface Fields {
  bytes: Buffer;
  at: number[];
  length: number[];
}

const copyData = 0x64;
const errorResponse = 0x45;
const copyDone = 0x63;
/** PGCOPY\n\377\r\n\0, flags, length of an extension. */
const headerLength = 19;

/**
 * Runs `COPY (query) TO STDOUT (FORMAT binary)` and hands over each row where it lies in the bytes that came from the
 * server: no object and no text is made of it, which is why this is not pg-copy-streams. `fields` is one and the same
 * object each time. Once `row` answers false, the rest is read and left alone.
 *
 * The server sends each row as one message (PostgreSQL, 54.2.7), of which the first has the header before it.
 */
export async function copyRows(client: pg.Client, query: string, row: (fields: Fields) => boolean): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let connection: pg.Connection | undefined;
  let listeners: ((chunk: Buffer) => void)[] = [];
  let rest: Buffer = Buffer.alloc(0);
  let isFirst = true;
  let wants = true;
  const fields: Fields = { bytes: rest, at: [], length: [] };

  function takeBack(unread: Buffer): void {
    const stream = connection?.stream;
    stream?.off('data', take);
    for (const listener of listeners) stream?.on('data', listener);
    for (const listener of listeners) listener(unread);
  }

  function read(chunk: Buffer): void {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let at = 0;
    while (bytes.length - at >= 5) {
      const type = bytes[at];
      // How it ended is for pg to read.
      if (type === errorResponse || type === copyDone) return takeBack(bytes.subarray(at));
      const end = at + 1 + bytes.readUInt32BE(at + 1);
      if (end > bytes.length) break;
      if (type === copyData && wants) {
        const start = at + 5 + (isFirst ? headerLength : 0);
        isFirst = false;
        wants = split(bytes, start, fields) === 0 || row(fields);
      }
      at = end;
    }
    rest = bytes.subarray(at);
  }

  /** What a listener throws would end the process. */
  function take(chunk: Buffer): void {
    try {
      read(chunk);
    } catch (error) {
      connection?.stream.destroy(error as Error);
    }
  }

  // What pg calls a submittable: it is given the connection, and told how it ended.
  const submittable = {
    submit(given: pg.Connection) {
      connection = given;
      listeners = given.stream.listeners('data') as typeof listeners;
      given.stream.removeAllListeners('data');
      given.stream.on('data', take);
      given.query(`COPY (${query}) TO STDOUT (FORMAT binary)`);
    },
    handleError: reject,
    handleCommandComplete() {},
    handleReadyForQuery: () => resolve(),
  };
  client.query(submittable as unknown as pg.Submittable);
  await promise;
}

/** Finds the fields of the tuple at `start`; answers how many there are, 0 at the end of all. */
function split(bytes: Buffer, start: number, fields: Fields): number {
  const count = bytes.readInt16BE(start);
  if (count < 0) return 0;
  let at = start + 2;
  fields.bytes = bytes;
  for (let index = 0; index < count; index += 1) {
    const length = bytes.readInt32BE(at);
    at += 4;
    fields.at[index] = at;
    fields.length[index] = length;
    if (length > 0) at += length;
  }
  return count;
}
