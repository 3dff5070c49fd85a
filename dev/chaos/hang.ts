import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { awaitLater } from '#dev/await-later.ts';
import { createSigningKey } from '#src/audit/checkpoint.ts';
import type { Checkpoint } from '#src/schema/audit.ts';
import { allChanges, changeOf, send } from './client.ts';
import { judge } from './judge.ts';
import type { Row, RowOptions } from './row.ts';
import { roleName, type Stage, startStage, type WatchedReplica } from './stage.ts';

const accountId = '210000000001';
const roles = `/v1/accounts/${accountId}/execution-roles`;
const head = (line: string, ...headers: string[]) =>
  `${[line, 'Host: 127.0.0.1', ...headers].join('\r\n')}\r\n`;
const json = 'Content-Type: application/json';

/** What each connection sends before it falls silent. No connection reads an answer. */
const connections: Record<string, string> = {
  silent: '',
  'half a request line': `POST ${roles}`,
  'half the headers': head(`POST ${roles}/${roleName}/extend HTTP/1.1`, json),
  'half a body': `${head(`POST ${roles}/${roleName}/extend HTTP/1.1`, json, 'Content-Length: 100')}\r\n{"clusters":`,
  // The answers are larger than the kernel's buffers for a client that does not read.
  'deaf to its answers': `${head('GET /openapi.json HTTP/1.1')}\r\n`.repeat(200),
  'deaf to an export': `${head('GET /v1/audit/export HTTP/1.1')}\r\n`,
  'a deaf WebSocket': `${head(
    'GET /graphql HTTP/1.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol: graphql-transport-ws',
  )}\r\n`,
};

async function open(origin: string, text: string): Promise<Socket> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {}); // A reset is how the service ends it.
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

/** The seq of the newest published checkpoint. 0 when there is none. */
function published(file: string): number {
  const newest = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) : '';
  return newest ? (JSON.parse(newest) as Checkpoint).seq : 0;
}

/**
 * Requests an extension, and holds its write before AWS accepts it. Answers once it is held: `go` releases
 * it.
 */
async function extendUntilAws(stage: Stage, { origin }: WatchedReplica, cluster: string) {
  const arrived = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  stage.aws.world.onCall(async ({ action, when }) => {
    if (action !== 'iam:UpdateAssumeRolePolicy' || when !== 'before') return undefined;
    arrived.resolve();
    await gate.promise;
    return undefined;
  });
  const body = { clusters: [{ region: 'us-west-2', name: cluster }] };
  const answer = send(origin, 'POST', `${roles}/${roleName}/extend`, body);
  await Promise.race([arrived.promise, answer]);
  return { answer, go: gate.resolve };
}

/** Stops a replica, and calls `go` once it is stopping. Answers the exit code and the duration. */
async function stop(replica: WatchedReplica, go: () => void) {
  const began = Date.now();
  const stopped = awaitLater(replica.stop());
  const isServing = async () =>
    (await send(replica.origin, 'GET', '/healthz', undefined, { patienceMs: 1000 })).status === 200;
  while (await isServing());
  go();
  return { code: await stopped, ms: Date.now() - began };
}

export const hang: Row = {
  promise:
    'no connection delays a stop: it exits with 0, the change in flight is answered and recorded, the last checkpoint covers the log',
  quick: 1,
  short: 6,
  long: 200,
  async run({ random, rounds, say }: RowOptions) {
    const stage = await startStage({
      random: random.fork('aws'),
      settings: ({ directory }) => ({
        AUDIT_SIGNING_KEY: createSigningKey().privateKey,
        AUDIT_CHECKPOINT_SINK: pathToFileURL(join(directory, 'checkpoints.ndjson')).href,
        // Only a stop signs a checkpoint.
        AUDIT_CHECKPOINT_SECONDS: '86400',
      }),
    });
    const sockets: Socket[] = [];
    const broken: string[] = [];
    const took: number[] = [];
    let faults = 0;
    try {
      stage.account(accountId, ['first']);
      for (let round = 0; round < rounds; round += 1) {
        const replica = await stage.replica();
        await stage.register(replica.origin, accountId);
        const { answer: asked, go } = await extendUntilAws(stage, replica, `c${round}`);
        const names = Object.keys(connections).flatMap((name) =>
          Array<string>(random.between(round === 0 ? 1 : 0, 4)).fill(name),
        );
        for (const name of names) sockets.push(await open(replica.origin, connections[name] ?? ''));
        faults += names.length;
        const { code, ms } = await stop(replica, go);
        const answer = await asked;
        took.push(ms);
        say(`round ${round + 1}: ${names.length} connections, stopped with ${code} after ${ms} ms`);
        if (code !== 0)
          broken.push(`round ${round + 1}: a stop ended with ${code}: ${replica.output().slice(-500)}`);
        if (changeOf(answer)?.outcome !== 'SUCCEEDED')
          broken.push(`round ${round + 1}: the caller got ${answer.status} ${JSON.stringify(answer.body)}`);
        const { rows } = await stage.postgres.sql('SELECT max(seq)::int AS seq FROM ledger_entry');
        const signed = published(join(stage.postgres.directory, 'checkpoints.ndjson'));
        if (signed !== rows[0].seq)
          broken.push(
            `round ${round + 1}: the log ends at ${rows[0].seq}, and ${signed} is signed: ${replica.output().slice(-500)}`,
          );
      }
      stage.aws.world.onCall(() => undefined);
      const last = await stage.replica();
      const changes = await allChanges(last.origin, accountId);
      broken.push(...judge({ writes: stage.writes(), changes }).broken);
      return {
        rounds,
        faults,
        figures: {
          'the longest stop': `${Math.max(...took)} ms`,
          'writes that AWS took': stage.writes().length,
          'changes in the log': changes.length,
        },
        broken,
      };
    } finally {
      for (const socket of sockets) socket.destroy();
      await stage.close();
    }
  },
};
