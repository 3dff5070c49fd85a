import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import pg from 'pg';
import { connectionTo } from './pool.ts';

/** The positions of a row's fields in `bytes`, and their lengths; -1 is NULL. */
export interface Fields {
  bytes: Buffer;
  at: number[];
  length: number[];
}

export interface Copier {
  /** For other queries. */
  client: pg.Client;
  /**
   * Runs `COPY (query) TO STDOUT (FORMAT binary)` and passes each row, as positions in the bytes from the
   * server. `fields` and the bytes are valid until `row` returns. After it answers false, the other rows are
   * skipped.
   */
  copy(query: string, row: (fields: Fields) => boolean): Promise<void>;
  close(): Promise<void>;
  /** Breaks the connection. Queries in flight fail. */
  abort(): void;
}

const copyData = 0x64;
const errorResponse = 0x45;
const copyDone = 0x63;
/** PGCOPY\n\377\r\n\0, flags, length of an extension. */
const headerLength = 19;

/**
 * A connection for reading millions of rows. Rows become neither objects nor strings, and one buffer receives
 * everything from the server. With `data` events, and so a new Buffer for each read, it took ten times as
 * long.
 *
 * The server sends each row as one message (PostgreSQL, 54.2.6), the first with the header before it.
 */
export async function openCopier(url: string): Promise<Copier> {
  let memory: Buffer = Buffer.allocUnsafe(1 << 19);
  /** Number of bytes of a message that has not arrived completely. */
  let kept = 0;
  /**
   * Reads the bytes from 0 to its argument, and answers how many it has consumed. -1: the copy is over, they
   * are for pg.
   */
  let reader: ((end: number) => number) | null = null;

  /** Room for `count` bytes more. */
  const reserve = (count: number) => {
    while (memory.length - kept < count) memory = Buffer.concat([memory], memory.length * 2);
    return memory.subarray(kept);
  };
  /** Takes the next bytes of the server, which are in the memory after those that were kept. */
  const take = (count: number) => {
    const end = kept + count;
    kept = 0;
    const done = reader === null ? -1 : reader(end);
    // A copy, because pg keeps what it is given.
    if (done === -1) toPg(Buffer.from(memory.subarray(0, end)));
    else {
      memory.copyWithin(0, done, end);
      kept = end - done;
    }
    return true;
  };
  const socket = new Socket({
    onread: { buffer: () => reserve(1 << 16), callback: take },
  } as ConstructorParameters<typeof Socket>[0]);
  /** As if the socket had read them. */
  let toPg: (bytes: Buffer) => void = (bytes) => socket.emit('data', bytes);
  const client = new pg.Client({ ...connectionTo(url), connectionTimeoutMillis: 5000, stream: () => socket });
  client.on('error', () => {}); // The query under way fails, and says so.
  await client.connect();
  const { stream } = (client as unknown as { connection: { stream: Duplex } }).connection;
  if (stream !== socket)
    toPg = divert(stream, (chunk) => {
      chunk.copy(reserve(chunk.length));
      take(chunk.length);
    });

  return {
    client,
    async copy(query, row) {
      const ended = Promise.withResolvers<void>();
      const fields: Fields = { bytes: memory, at: [], length: [] };
      let header = headerLength;
      let wants = true;
      const read = (end: number): number => {
        let at = 0;
        while (end - at >= 5) {
          const type = memory[at];
          if (type === errorResponse || type === copyDone) {
            // pg reads how it ended.
            reader = null;
            memory.copyWithin(0, at, end);
            toPg(Buffer.from(memory.subarray(0, end - at)));
            return end;
          }
          const next = at + 1 + memory.readUInt32BE(at + 1);
          if (next > end) break;
          if (type === copyData && wants) {
            fields.bytes = memory;
            wants = split(memory, at + 5 + header, fields) === 0 || row(fields);
            header = 0;
          }
          at = next;
        }
        return at;
      };
      // A Submittable of pg: pg passes it the connection, and calls it when the query has ended.
      const submittable = {
        submit(connection: pg.Connection) {
          reader = read;
          connection.query(`COPY (${query}) TO STDOUT (FORMAT binary)`);
        },
        handleError: ended.reject,
        handleCommandComplete() {},
        handleReadyForQuery: () => ended.resolve(),
      };
      client.query(submittable as unknown as pg.Submittable);
      await ended.promise;
    },
    close: () => client.end(),
    abort: () => socket.destroy(),
  };
}

/**
 * Gives what a stream reads to `take`, and answers how pg is given it. With TLS pg reads from a stream around the
 * socket, which has no buffer of ours.
 */
function divert(stream: Duplex, take: (chunk: Buffer) => void): (bytes: Buffer) => void {
  const listeners = stream.listeners('data') as ((bytes: Buffer) => void)[];
  stream.removeAllListeners('data').on('data', take);
  return (bytes) => {
    for (const listener of listeners) listener.call(stream, bytes);
  };
}

/** Finds the fields of the tuple at `start`. Answers their number; 0 at the end of the copy. */
function split(bytes: Buffer, start: number, fields: Fields): number {
  const count = bytes.readInt16BE(start);
  if (count < 0) return 0;
  let at = start + 2;
  for (let index = 0; index < count; index += 1) {
    const length = bytes.readInt32BE(at);
    at += 4;
    fields.at[index] = at;
    fields.length[index] = length;
    if (length > 0) at += length;
  }
  return count;
}
