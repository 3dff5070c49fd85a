import { EventEmitter, once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyRequest } from 'fastify';
import t, { type Test } from 'tap';
import { maxOpenConnections } from '#src/http/callers/close-when-expired.ts';
import { createSubscriptions, type SubscriptionOptions } from '#src/http/graphql/subscriptions.ts';
import { authenticateAnyone, doorman, headersOf } from '#test/support/callers.ts';
import { type ServiceOptions, startService, type TestService } from '#test/support/service.ts';

/** An acknowledged connection of a client of graphql-transport-ws. */
async function connect(
  service: TestService,
  headers: Record<string, string> = {},
  payload?: object,
): Promise<{
  send: (message: object) => void;
  next: () => Promise<{ type: string; id?: string; payload?: unknown }>;
  socket: WebSocket;
}> {
  const { port } = service.app.server.address() as AddressInfo;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, {
    protocols: 'graphql-transport-ws',
    headers,
  } as never);
  const messages: { type: string }[] = [];
  let wake = Promise.withResolvers<void>();
  socket.addEventListener('message', ({ data }) => {
    messages.push(JSON.parse(String(data)));
    wake.resolve();
    wake = Promise.withResolvers();
  });
  await once(socket, 'open');
  const send = (message: object) => socket.send(JSON.stringify(message));
  const next = async () => {
    for (;;) {
      const message = messages.shift();
      if (message?.type === 'ping') send({ type: 'pong' });
      else if (message) return message;
      await wake.promise;
    }
  };
  send({ type: 'connection_init', ...(payload && { payload }) });
  const { type } = await next();
  if (type !== 'connection_ack') throw new Error(type);
  return { send, next, socket };
}

async function listening(t: Test, options: ServiceOptions = {}): Promise<TestService> {
  const service = await startService(t, { sweepConcurrency: 2, ...options });
  await service.app.listen({ host: '127.0.0.1', port: 0 });
  return service;
}
const subscription = (id: string, fields = 'id state total done endedAt') => ({
  query: `subscription { sweepProgress(id: "${id}") { ${fields} } }`,
});

t.test('sweepProgress', async (t) => {
  const service = await listening(t);
  const account = await service.account();
  account.seed(['a']);
  const gate = Promise.withResolvers<void>();
  service.world.onCall(async () => {
    await gate.promise;
    return undefined;
  });
  const { id } = (
    await service.rest('POST', '/v1/sweeps', {
      operation: 'CHECK',
      select: { accountIds: [account.accountId] },
    })
  ).json;
  const { send, next, socket } = await connect(service);
  send({ id: '1', type: 'subscribe', payload: subscription(id) });
  t.match(await next(), {
    id: '1',
    type: 'next',
    payload: { data: { sweepProgress: { id, total: 1, done: 0, endedAt: null } } },
  });
  gate.resolve();
  const seen: unknown[] = [];
  for (let message = await next(); message.type !== 'complete'; message = await next()) seen.push(message);
  t.match(seen.at(-1), { type: 'next', payload: { data: { sweepProgress: { state: 'DONE', done: 1 } } } });

  const refused: [string, object, RegExp, string][] = [
    ['an unknown sweep', subscription('sweep_0'), /There is no sweep/, 'SWEEP_NOT_FOUND'],
    ['an ID that is none', subscription('a b'), /\/id/, 'INVALID_INPUT'],
    ['a field that is none', subscription(id, 'id secret'), /secret/, 'INVALID_INPUT'],
    [
      'too deep',
      subscription(id, `${'... on Sweep { '.repeat(20)} id ${'}'.repeat(20)}`),
      /levels deep/,
      'INVALID_INPUT',
    ],
    [
      'too many at once',
      {
        query: `subscription { ${Array.from({ length: 11 }, (_, i) => `a${i}: sweepProgress(id: "${id}") { id }`).join(' ')} }`,
      },
      /root fields/,
      'INVALID_INPUT',
    ],
  ];
  for (const [what, payload, message, code] of refused) {
    send({ id: what, type: 'subscribe', payload });
    const answer = (await next()) as {
      type: string;
      id: string;
      payload: { message: string; extensions?: { code: string } }[];
    };
    t.match(answer, { id: what, type: 'error', payload: [{ message, extensions: { code } }] }, what);
  }
  send({ id: 'q', type: 'subscribe', payload: { query: 'query { sweeps { edges { node { id } } } }' } });
  t.match(await next(), { id: 'q', type: 'error' }, 'queries come over HTTP');
  socket.close();
});

t.test('each subscription counts as a request, also on one connection', async (t) => {
  const service = await listening(t, { ratePerMinute: 4 });
  const { send, next, socket } = await connect(service);
  const codes: unknown[] = [];
  for (const fields of [1, 2, 1]) {
    const query = `subscription { ${Array.from({ length: fields }, () => 'sweepProgress(id: "sweep_0") { id }').join(' ')} }`;
    send({ id: String(fields), type: 'subscribe', payload: { query } });
    const { payload } = (await next()) as { payload: { extensions: { code: string } }[] };
    codes.push(payload[0]?.extensions.code);
  }
  // The handshake counts as one of the four.
  t.same(codes, ['SWEEP_NOT_FOUND', 'SWEEP_NOT_FOUND', 'RATE_LIMITED']);
  socket.close();
});

const handshake = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-protocol': 'graphql-transport-ws',
};

t.test('a connection is authenticated when it opens, at each subscription, and while it lasts', async (t) => {
  const groups = ['rolewright-administrators'];
  const door = doorman({
    actor: { subject: 'alice', issuer: 'https://issuer.example' },
    groups,
    scope: null,
  });
  const headers = { authorization: 'Bearer alice' };
  const codeOf = (message: unknown) =>
    (message as { payload: { extensions?: { code: string } }[] }).payload.map(
      ({ extensions }) => extensions?.code,
    );

  await t.test('a handshake with a credential that is wrong is refused', async (t) => {
    const service = await listening(t, { authenticate: () => door.authenticate });
    const { port } = service.app.server.address() as AddressInfo;
    door.become('UNKNOWN');
    const upgrade = request({
      port,
      host: '127.0.0.1',
      path: '/graphql',
      headers: { ...handshake, ...headers },
    }).end();
    const [response] = await Promise.race([once(upgrade, 'response'), once(upgrade, 'upgrade')]);
    t.match(response, { statusCode: 401, headers: { 'www-authenticate': 'Bearer' } });
    response.destroy();
    door.become('KNOWN');
  });

  await t.test('a page authenticates in its first message, because it cannot set headers', async (t) => {
    const service = await listening(t, { authenticate: () => door.authenticate, reauthenticateEveryMs: 2 });
    for (const payload of [
      { Authorization: 'Bearer alice' },
      { authorization: 'Bearer alice' },
      { headers: { Authorization: 'Bearer alice' } },
    ]) {
      const { send, next, socket } = await connect(service, {}, payload);
      send({ id: '1', type: 'subscribe', payload: subscription('sweep_0') });
      t.same(codeOf(await next()), ['SWEEP_NOT_FOUND'], JSON.stringify(payload));
      const closed = once(socket, 'close');
      door.become('UNKNOWN');
      t.match(await closed, [{ code: 4401 }], 'and is re-authenticated while the connection lasts');
      door.become('KNOWN');
    }
  });

  await t.test('without a credential nothing is answered', async (t) => {
    const service = await listening(t, { authenticate: () => door.authenticate });
    const { port } = service.app.server.address() as AddressInfo;
    for (const [first, mood, code] of [
      [{ type: 'connection_init' }, 'KNOWN', 4401],
      [{ type: 'connection_init', payload: { Authorization: 7, headers: null } }, 'KNOWN', 4401],
      [{ type: 'connection_init', payload: { Authorization: 'Bearer mallory' } }, 'UNKNOWN', 4401],
      [{ type: 'connection_init', payload: { Authorization: 'Bearer alice' } }, 'AWAY', 1013],
      [{ id: '1', type: 'subscribe', payload: subscription('sweep_0') }, 'KNOWN', 4401],
    ] as const) {
      door.become(mood);
      const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
      const messages: unknown[] = [];
      socket.addEventListener('message', ({ data }) => messages.push(data));
      await once(socket, 'open');
      const closed = once(socket, 'close');
      socket.send(JSON.stringify(first));
      t.match(await closed, [{ code }], JSON.stringify(first));
      t.same(messages, []);
    }
    door.become('KNOWN');
    for (const [method, path] of [
      ['GET', '/v1/accounts'],
      ['POST', '/graphql'],
      ['GET', '/graphql?query={__typename}'],
    ] as const) {
      const { statusCode } = await new Promise<{ statusCode?: number | undefined }>((resolve) => {
        const asked = request({
          port,
          host: '127.0.0.1',
          method,
          path,
          headers: { ...handshake, 'content-type': 'application/json' },
        });
        asked
          .on('response', (response) => resolve(response.resume()))
          .on('upgrade', (response, socket) => {
            socket.destroy();
            resolve(response);
          });
        asked.on('error', () => resolve({})).end();
      });
      t.not(statusCode, 200, `${method} ${path}`);
    }
  });

  await t.test('a subscription is authorized by the current identity', async (t) => {
    const service = await listening(t, { authenticate: () => door.authenticate });
    const { send, next, socket } = await connect(service, headers);
    for (const [mood, code] of [
      ['UNKNOWN', 'UNAUTHENTICATED'],
      ['AWAY', 'UNAVAILABLE'],
      ['KNOWN', 'SWEEP_NOT_FOUND'],
    ] as const) {
      door.become(mood);
      send({ id: mood, type: 'subscribe', payload: subscription('sweep_0') });
      t.same(codeOf(await next()), [code], mood);
    }
    socket.close();
  });

  await t.test('a connection is cut when its credential ends, and not for a temporary failure', async (t) => {
    const service = await listening(t, {
      authenticate: () => door.authenticate,
      sweepConcurrency: 0,
      reauthenticateEveryMs: 2,
    });
    const start = { operation: 'CHECK', select: { accountIds: ['111122223333'] } };
    const { id } = (await service.rest('POST', '/v1/sweeps', start, headers)).json;
    const { send, next, socket } = await connect(service, headers);
    send({ id: '1', type: 'subscribe', payload: subscription(id) });
    t.match(await next(), { type: 'next' });
    await door.askedAgain(2);
    door.become('AWAY');
    await door.askedAgain(3);
    t.equal(socket.readyState, WebSocket.OPEN);
    const closed = once(socket, 'close');
    door.become('UNKNOWN');
    t.match(await closed, [{ code: 4401, reason: 'Unauthorized' }]);
    door.become('KNOWN');
  });
});

t.test('a second connection_init closes the connection', async (t) => {
  const { send, socket } = await connect(await listening(t));
  const closed = once(socket, 'close');
  send({ type: 'connection_init' });
  t.match(await closed, [{ code: 4429 }]);
});

t.test('subscribing needs permission to see the sweep', async (t) => {
  const service = await listening(t, { authenticate: () => authenticateAnyone, sweepConcurrency: 0 });
  const start = { operation: 'CHECK', select: { accountIds: ['111122223333'] } };
  const { id } = (await service.rest('POST', '/v1/sweeps', start, headersOf(['rolewright-operators']))).json;
  for (const [groups, more, code] of [
    [['rolewright-auditors'], {}, 'FORBIDDEN'],
    [['rolewright-viewers'], { scope: { operations: null, accountIds: ['111122223333'] } }, 'FORBIDDEN'],
    [['rolewright-viewers'], {}, null],
  ] as const) {
    const { send, next, socket } = await connect(service, headersOf([...groups], more));
    send({ id: '1', type: 'subscribe', payload: subscription(id) });
    const expected =
      code === null ? { type: 'next' } : { type: 'error', payload: [{ extensions: { code } }] };
    t.match(await next(), expected, `${groups} ${JSON.stringify(more)}`);
    socket.close();
  }
});

t.test('a page of another site may not subscribe', async (t) => {
  const service = await listening(t);
  const { port } = service.app.server.address() as AddressInfo;
  const upgrade = request({
    port,
    host: '127.0.0.1',
    path: '/graphql',
    headers: { ...handshake, origin: 'https://elsewhere.example' },
  }).end();
  const [response] = await Promise.race([once(upgrade, 'response'), once(upgrade, 'upgrade')]);
  t.equal(response.statusCode, 403);
  response.destroy();
});

t.test('an upgrade to another protocol is ignored', async (t) => {
  const service = await listening(t);
  const { port } = service.app.server.address() as AddressInfo;
  const body = JSON.stringify({ operation: 'CHECK', select: { all: true } });
  const headers = {
    connection: 'Upgrade, HTTP2-Settings',
    upgrade: 'h2c',
    'http2-settings': 'AAMAAABk',
    'content-type': 'application/json',
  };
  const asked = request({ port, host: '127.0.0.1', path: '/v1/sweeps', method: 'POST', headers }).end(body);
  const [response] = await Promise.race([once(asked, 'response'), once(asked, 'upgrade')]);
  t.equal(response.statusCode, 202);
  response.destroy();
});

/** The server's side, without a network. Only its close is awaited. */
class SilentSocket extends EventEmitter {
  readonly protocol = 'graphql-transport-ws';
  readyState: number = WebSocket.OPEN;
  pings = 0;
  send(_: string, sent: () => void) {
    sent();
  }
  ping() {
    this.pings += 1;
  }
  close(code: number, reason = '') {
    if (this.readyState === WebSocket.CLOSED) return;
    this.readyState = WebSocket.CLOSED;
    this.emit('close', code, reason);
  }
  terminate() {
    this.close(1006);
  }
}
const alone = (more: Partial<SubscriptionOptions>) =>
  createSubscriptions({
    closeWhenExpired: () => () => {},
    initWithinMs: 60_000,
    pingEveryMs: 60_000,
    ...more,
  } as SubscriptionOptions);

t.test('a connection without connection_init is closed', async (t) => {
  const socket = new SilentSocket();
  const closed = once(socket, 'close');
  alone({ initWithinMs: 1 })(socket, {} as FastifyRequest);
  t.match(await closed, [4408]);
});

t.test('a connection that answers no ping is closed', async (t) => {
  const socket = new SilentSocket();
  const closed = once(socket, 'close');
  alone({ pingEveryMs: 1 })(socket, {} as FastifyRequest);
  t.match(await closed, [1006]);
  t.equal(socket.pings, 1);
});

t.test('each caller has a limit of connections', async (t) => {
  const service = await listening(t);
  const connections = await Promise.all(Array.from({ length: maxOpenConnections }, () => connect(service)));
  const { port } = service.app.server.address() as AddressInfo;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  const closed = once(socket, 'close');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  t.match(await closed, [{ code: 1013, reason: 'RATE_LIMITED' }]);
  t.equal((await service.rest('GET', '/v1/audit/export')).status, 429, 'streams count too');
  const [first] = connections;
  first?.socket.close();
  if (first) await once(first.socket, 'close');
  const again = await connect(service);
  again.send({ id: '1', type: 'subscribe', payload: subscription('sweep_0') });
  t.match(await again.next(), { type: 'error' });
  for (const { socket } of [...connections, again]) socket.close();
});

t.test('each connection has a limit of subscriptions', async (t) => {
  const service = await listening(t, { sweepConcurrency: 0 });
  const { id } = (
    await service.rest('POST', '/v1/sweeps', { operation: 'CHECK', select: { accountIds: ['111122223333'] } })
  ).json;
  const { send, next, socket } = await connect(service);
  for (let i = 0; i < 101; i += 1) send({ id: String(i), type: 'subscribe', payload: subscription(id) });
  const answers = await Promise.all(Array.from({ length: 101 }, next));
  t.match(
    answers.filter(({ type }) => type === 'error'),
    [{ payload: [{ extensions: { code: 'RATE_LIMITED' } }] }],
  );
  socket.close();
});

t.test('a message that the protocol lacks closes the connection', async (t) => {
  const service = await listening(t);
  for (const message of [
    'qwerty',
    '{}',
    '{"type":"nope"}',
    '{"type":"subscribe","id":"1"}',
    '{"type":"subscribe","id":"1","payload":{"query":5}}',
  ]) {
    const { socket } = await connect(service);
    const closed = once(socket, 'close');
    socket.send(message);
    t.match(await closed, [{ code: 4400 }], message);
  }
  const { port } = service.app.server.address() as AddressInfo;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  const closed = once(socket, 'close');
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: subscription('sweep_0') }));
  t.match(await closed, [{ code: 4401 }], 'a subscription before connection_init');
});
