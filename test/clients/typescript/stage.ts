import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';
import { type Client, createClient } from '#clients/typescript/src/client.ts';
import type { ClientOptions } from '#clients/typescript/src/connection.ts';
import { type ServiceOptions, startService, type TestService } from '#test/support/service.ts';

export interface Stage {
  service: TestService;
  url: string;
  port: number;
  /** A client of the service that does not wait. */
  client: Client;
  clientWith(options: Partial<ClientOptions>): Client;
  /** What clients of `clientWith` would have waited, in ms. */
  waits: number[];
}

/** The service, listening, and a client of it. */
export async function stage(t: Test, options: ServiceOptions = {}): Promise<Stage> {
  const service = await startService(t, options);
  await service.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = service.app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const { clock, waits } = fastClock();
  const clientWith = (given: Partial<ClientOptions>) => createClient({ url, ...given }, clock);
  return { service, url, port, client: clientWith({}), clientWith, waits };
}

/** A clock that does not wait, and says what it would have waited. */
export function fastClock() {
  const waits: number[] = [];
  const clock = {
    random: () => 1,
    async pause(ms: number, signal: AbortSignal | undefined) {
      signal?.throwIfAborted();
      waits.push(ms);
    },
  };
  return { clock, waits };
}
