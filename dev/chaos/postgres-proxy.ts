import { once } from 'node:events';
import { type AddressInfo, createServer, Socket } from 'node:net';
import { atEnd } from './endings.ts';
import { createFramer, createWatcher, type Kind, type Message } from './postgres-wire.ts';

/**
 * `before`: the COMMIT has not reached PostgreSQL. `after`: it is done, but the replica does not have the
 * answer.
 */
interface Commit {
  kind: Kind;
  when: 'before' | 'after';
}

/** A proxy between one replica and PostgreSQL. It recognizes commits to the log. */
export interface PostgresProxy {
  /** For the replica's DATABASE_URL. */
  url: string;
  /** Called for each commit to the log, which waits for the result. 'cut' closes the connection instead. */
  onCommit(listener: (commit: Commit) => Promise<'cut' | undefined> | 'cut' | undefined): void;
  /** The client ports of the replica's connections, as PostgreSQL sees them. */
  ports(): number[];
  close(): void;
}

export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  const target = new URL(databaseUrl);
  const upstreams = new Set<Socket>();
  let listener: Parameters<PostgresProxy['onCommit']>[0] = () => undefined;

  const server = createServer((client) => {
    const upstream = new Socket();
    upstreams.add(upstream);
    const cut = () => {
      client.destroy();
      upstream.destroy();
      upstreams.delete(upstream);
    };
    // Either end may break at any moment: the rows cause that on purpose.
    for (const socket of [client, upstream]) socket.setNoDelay(true).on('error', cut).on('close', cut);
    upstream.connect(Number(target.port), target.hostname);

    const watcher = createWatcher();
    const pass = (from: Socket, to: Socket, opening: boolean, look: (message: Message) => Commit | null) => {
      const frame = createFramer(opening);
      let turn = Promise.resolve();
      const forward = async (message: Message) => {
        const commit = look(message);
        if (commit && (await listener(commit)) === 'cut') return cut();
        if (to.writable) to.write(message.bytes);
      };
      from.on('data', (chunk: Buffer) => {
        for (const message of frame(chunk)) turn = turn.then(() => forward(message));
        turn.catch(cut);
      });
    };
    pass(client, upstream, true, (message) => {
      const sight = watcher.fromClient(message);
      return sight && 'begins' in sight ? { kind: sight.begins, when: 'before' } : null;
    });
    pass(upstream, client, false, (message) => {
      const sight = watcher.fromServer(message);
      return sight && 'ends' in sight ? { kind: sight.ends, when: 'after' } : null;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  const close = atEnd(() => {
    server.close();
    for (const socket of upstreams) socket.destroy();
  });
  return {
    url: url.href,
    onCommit: (next) => {
      listener = next;
    },
    ports: () => [...upstreams].flatMap(({ localPort }) => localPort ?? []),
    close,
  };
}
