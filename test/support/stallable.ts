import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Test } from 'tap';

export interface StallableWay {
  url: string;
  /**
   * True: drops everything from now on, as a paused server or a lost network does. A text: drops everything
   * from the next message that contains it.
   */
  stall(when: boolean | string): void;
}

/** A proxy to a database. A test can make it drop everything. */
export async function stallable(t: Test, url: string): Promise<StallableWay> {
  const target = new URL(url);
  const through = new URL(url);
  const sockets = new Set<Socket>();
  let stalled: boolean | string = false;
  const proxy = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => {
        if (typeof stalled === 'string' && from === near && bytes.includes(stalled)) stalled = true;
        if (stalled !== true) to.write(bytes);
      });
      from.on('close', () => to.destroy());
      from.on('error', () => {}); // The close event follows.
    }
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  const address = proxy.address();
  if (address && typeof address === 'object') through.port = `${address.port}`;
  return {
    url: through.href,
    stall(when) {
      stalled = when;
    },
  };
}
