import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { mintServiceToken } from '#src/auth/service-token.ts';
import { atPace, type Pace } from './pace.ts';
import type { Tokens } from './place.ts';

// Hostile callers, in a thread of their own. Each stays within its rate limit and its number of requests at
// once.

export interface HostileWork {
  origin: string;
  tokens: Tokens;
  until: number;
  /** The rows to run. Empty: all. */
  only: string[];
}

const { origin, tokens, until, only } = workerData as HostileWork;
const answers: Record<string, Record<string, number>> = {};
const patienceMs = 60_000;

function note(who: string, what: unknown): void {
  const counts = answers[who] ?? {};
  answers[who] = counts;
  counts[String(what)] = (counts[String(what)] ?? 0) + 1;
}

async function send(who: string, token: string, path: string, body?: object): Promise<unknown> {
  try {
    const response = await fetch(origin + path, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patienceMs),
    });
    note(who, response.status);
    return await response.json();
  } catch (error) {
    note(who, error instanceof Error ? error.name : error);
    return null;
  }
}

const many = (count: number, one: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => one(i)).join(' ');
const role = (fields: string) => `{ executionRole(accountId: "320000000001", roleName: "r") { ${fields} } }`;
const padding = '#'.repeat(240_000);

/**
 * Distinct documents of up to 250 KB: forbidden, without an operation, not valid, repeated, costly to
 * validate.
 */
const documents: ((i: number) => string)[] = [
  (i) => `{ a${i}: accounts { edges { cursor } } } ${padding}`,
  (i) => `{ a${i}: __typename } ${padding}`,
  (i) => `{ a${i}: acounts } ${padding}`,
  (i) => `# ${i}\n${role(many(440, () => 'policies { attached }'))}`,
  (i) => `# ${i}\n${role(many(60, () => 'policies { attached }'))}`,
  (i) =>
    `# ${i}\n${role(many(150, (j) => `...F${j}`))} ${many(150, (j) => `fragment F${j} on ExecutionRole { a${j}: roleName }`)}`,
];

const posture = `{ ${many(10, (i) => `p${i}: posture { total items { accountId verdict } }`)} }`;

/** Starts a sweep of all accounts, and cancels it when it has begun. */
async function sweepAndCancel(): Promise<void> {
  const started = (await send('started sweeps', tokens.sweeper, '/v1/sweeps', {
    operation: 'CHECK',
    select: { all: true },
  })) as {
    id?: string;
  } | null;
  if (started?.id === undefined) return;
  await pause(1000);
  await send('cancelled sweeps', tokens.sweeper, `/v1/sweeps/${started.id}/cancel`, {});
}

/**
 * Opens a WebSocket that sends nothing, or only `connection_init`. Resolves when it is closed, or the load
 * ends.
 */
const idleSocket = (who: string, introduces: boolean) =>
  new Promise<void>((resolve) => {
    const url = `${origin.replace('http', 'ws')}/graphql`;
    const headers = { authorization: `Bearer ${tokens.idler}` };
    const socket = new WebSocket(url, { protocols: 'graphql-transport-ws', headers } as never);
    const ending = setTimeout(() => socket.close(), Math.max(0, until - Date.now()));
    if (introduces) socket.addEventListener('open', () => socket.send('{"type":"connection_init"}'));
    socket.addEventListener('error', () => note(who, 'refused'));
    socket.addEventListener('close', ({ code }) => {
      clearTimeout(ending);
      note(who, code);
      resolve();
    });
  });

/** Opens a connection that sends only `text`. */
const silentConnection = (who: string, text: string) =>
  new Promise<void>((resolve) => {
    const { hostname, port } = new URL(origin);
    const socket = connect({ host: hostname, port: Number(port) }, () => text && socket.write(text));
    const ending = setTimeout(() => socket.destroy(), Math.max(0, until - Date.now()));
    socket.resume().on('error', () => {});
    socket.on('close', () => {
      clearTimeout(ending);
      note(who, Date.now() < until ? 'closed by the service' : 'still open');
      resolve();
    });
  });

/** The headers of a request without its body. */
const unfinished = `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${tokens.idler}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n`;

const rows: Record<string, [Omit<Pace, 'until'>, (i: number) => Promise<unknown>]> = {
  documents: [
    { perSecond: 15, atOnce: 20 },
    (i) =>
      send('documents', tokens.stranger, '/graphql', {
        query: (documents[i % documents.length] as (typeof documents)[0])(i),
      }),
  ],
  // The rate limit of an address equals that of a caller.
  tokens: [
    { perSecond: 19, atOnce: 50 },
    () => send('unknown tokens', mintServiceToken().token, '/v1/accounts'),
  ],
  // The rate limit counts each alias as a request: nineteen a second.
  posture: [
    { perSecond: 1.9, atOnce: 20 },
    () => send('posture aliases', tokens.viewer, '/graphql', { query: posture }),
  ],
  sweeps: [{ perSecond: 0.1, atOnce: 5 }, sweepAndCancel],
  sockets: [{ perSecond: 5, atOnce: 100 }, () => idleSocket('sockets without connection_init', false)],
  idle: [{ perSecond: 5, atOnce: 200 }, () => idleSocket('idle sockets', true)],
  silent: [{ perSecond: 3, atOnce: 200 }, () => silentConnection('silent connections', '')],
  unfinished: [{ perSecond: 3, atOnce: 200 }, () => silentConnection('unfinished requests', unfinished)],
};
const chosen = Object.entries(rows).filter(([name]) => only.length === 0 || only.includes(name));
await Promise.all(
  chosen.map(([, [pace, act]]) => atPace({ ...pace, until }, async (i) => void (await act(i)))),
);
parentPort?.postMessage(answers);
