import { once } from 'node:events';
import { Agent, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import t, { type Test } from 'tap';
import type { Page } from '#src/schema/page.ts';
import type { Sweep, SweepResult } from '#src/schema/sweep.ts';
import { startService, type TestService } from '#test/support/service.ts';

/** A listening service with accounts. The second account answers only after `release` is called. */
async function stage(
  t: Test,
  count = 3,
): Promise<{ service: TestService; origin: string; release: () => void; start: () => Promise<string> }> {
  const service = await startService(t, { sweepConcurrency: 2 });
  const accounts = await Promise.all(Array.from({ length: count }, () => service.account()));
  for (const account of accounts) account.seed(['a']);
  const gate = Promise.withResolvers<void>();
  const held = accounts[1]?.accountId;
  service.world.onCall(async ({ accountId, action }) => {
    if (accountId === held && action === 'sts:AssumeRole') await gate.promise;
    return undefined;
  });
  await service.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = service.app.server.address() as AddressInfo;
  const select = { accountIds: accounts.map(({ accountId }) => accountId) };
  return {
    service,
    origin: `http://127.0.0.1:${port}/v1/sweeps`,
    release: gate.resolve,
    start: async () =>
      (await service.rest('POST', '/v1/sweeps', { operation: 'CHECK', select })).json.id as string,
  };
}

interface Event {
  id: number;
  sweep: Sweep;
}

/** The events of a stream as they arrive, without comments. */
async function* eventsOf(response: Response): AsyncGenerator<Event> {
  let text = '';
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const fields = Object.fromEntries(part.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)));
      if (fields.event === 'progress')
        yield { id: Number(fields.id), sweep: JSON.parse(fields.data) as Sweep };
    }
  }
}

t.test('progress as server-sent events', async (t) => {
  const { origin, release, start } = await stage(t);
  const id = await start();
  const response = await fetch(`${origin}/${id}/events`);
  t.match(response.headers.get('content-type'), /^text\/event-stream/);
  const events = eventsOf(response);
  const seen: Event[] = [];
  for await (const event of events) {
    seen.push(event);
    if (event.sweep.done === 2) break; // Which closes the stream, as a caller does who goes away.
  }
  const last = seen.at(-1) as Event;
  t.match(last.sweep, { id, state: 'RUNNING', total: 3, done: 2, endedAt: null });

  const again = eventsOf(
    await fetch(`${origin}/${id}/events`, { headers: { 'last-event-id': String(last.id) } }),
  );
  release();
  for await (const event of again) seen.push(event);
  t.match(seen.at(-1)?.sweep, { state: 'DONE', done: 3, verdicts: { COMPLIANT: 3 }, endedAt: String });
  const versions = seen.map((event) => event.id);
  t.same(
    versions,
    [...new Set(versions)].sort((one, other) => one - other),
    'each event once, in order',
  );

  const after = await fetch(`${origin}/${id}/events`, {
    headers: { 'last-event-id': String(seen.at(-1)?.id) },
  });
  t.equal(after.status, 204, 'a client that has seen the end is told not to reconnect');
  const fresh: Event[] = [];
  for await (const event of eventsOf(
    await fetch(`${origin}/${id}/events`, { headers: { 'last-event-id': 'x' } }),
  ))
    fresh.push(event);
  t.match(fresh, [{ sweep: { state: 'DONE' } }], 'a client that connects after the end gets the end');
  t.match(await (await fetch(`${origin}/sweep_0/events`)).json(), { status: 404, code: 'SWEEP_NOT_FOUND' });
});

t.test('results in pages and in lines', async (t) => {
  const { origin, release, start, service } = await stage(t);
  const id = await start();
  const stream = await fetch(`${origin}/${id}/results`, { headers: { accept: 'application/x-ndjson' } });
  t.match(stream.headers.get('content-type'), /^application\/x-ndjson/);
  let text = '';
  let isReleased = false;
  for await (const chunk of (stream.body ?? []) as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    if (!isReleased && text.split('\n').filter(Boolean).length === 2) {
      // They arrive as they are found, not at the end.
      t.match((await service.rest('GET', `/v1/sweeps/${id}`)).json, { state: 'RUNNING' });
      isReleased = true;
      release();
    }
  }
  const lines = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as SweepResult);
  t.same(
    lines.map(({ seq }) => seq),
    [1, 2, 3],
  );

  const paged: SweepResult[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Page<SweepResult> = (
      await service.rest('GET', `/v1/sweeps/${id}/results?limit=1${cursor && `&cursor=${cursor}`}`)
    ).json;
    paged.push(...page.items);
    cursor = page.nextCursor;
    if (paged.length === 1) {
      const rest = await (await fetch(`${origin}/${id}/results?format=ndjson&cursor=${cursor}`)).text();
      t.same(
        rest
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line).seq),
        [2, 3],
        'lines continue where a page ended',
      );
    }
  }
  t.same(paged, lines);
  t.match(
    (await service.rest('GET', `/v1/sweeps/${id}/results?format=json&limit=1`)).json,
    { items: [lines[0]] },
    'JSON may be named',
  );
  const warnings: string[] = [];
  const hear = ({ name }: Error) => warnings.push(name);
  process.on('warning', hear);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let i = 0; i < 12; i += 1)
    await textOf((await once(get(`${origin}/${id}/results?format=ndjson`, { agent }), 'response'))[0]);
  agent.destroy();
  process.off('warning', hear);
  t.same(warnings, [], 'a long connection accumulates no listeners');
  for (const [url, pointer] of [
    [`${origin}/${id}/results?format=xml`, '/format'],
    [`${origin}/${id}/results?format=ndjson&limit=1`, '/limit'],
  ])
    t.match(await (await fetch(url as string)).json(), { status: 400, errors: [{ pointer }] });
});

t.test('an unknown field is refused, on streams too', async (t) => {
  const { origin, release, start } = await stage(t);
  const id = await start();
  for (const [url, pointer] of [
    [`${origin}/${id}/events?nope=1`, '/nope'],
    [`${origin}/${id}/events?id=other`, '/id'],
    [`${origin}/a%20b/events`, '/id'],
  ] as const) {
    const signal = AbortSignal.timeout(5000);
    t.match(
      await (await fetch(url, { signal })).json(),
      { status: 400, code: 'INVALID_INPUT', errors: [{ pointer }] },
      url,
    );
  }
  release();
});

t.test('a client with a later event ID than any gets the next event and the end', async (t) => {
  const { origin, release, start } = await stage(t);
  const id = await start();
  const headers = { 'last-event-id': '999999999' };
  const events = eventsOf(await fetch(`${origin}/${id}/events`, { headers }));
  release();
  const seen: Event[] = [];
  for await (const event of events) seen.push(event);
  t.match(seen.at(-1)?.sweep, { state: 'DONE', done: 3 });
  t.equal((await fetch(`${origin}/${id}/events`, { headers })).status, 204);
});

t.test('HEAD does not wait for the end of a sweep', async (t) => {
  const { origin, release, start } = await stage(t);
  const id = await start();
  const head = (path: string) =>
    fetch(`${origin}/${path}`, { method: 'HEAD', signal: AbortSignal.timeout(5000) });
  const answer = await head(`${id}/results?format=ndjson`);
  t.match(
    [answer.status, answer.headers.get('content-type'), await answer.text()],
    [200, /^application\/x-ndjson/, ''],
  );
  t.equal((await head(`${id}/results?format=ndjson&limit=1`)).status, 400);
  t.equal((await head('sweep_0/results?format=ndjson')).status, 404);
  t.equal((await head(`${id}/events`)).status, 405);
  release();
});

t.test('a stop ends the streams', async (t) => {
  const { service, origin, start, release } = await stage(t);
  const id = await start();
  const [events, lines] = await Promise.all([
    fetch(`${origin}/${id}/events`),
    fetch(`${origin}/${id}/results?format=ndjson`),
  ]);
  const ended = Promise.all([events.text(), lines.text()]);
  await service.app.close();
  const [text] = await ended;
  t.match(text, /event: progress/);
  release();
});

t.test('dryRun in the query, in the body, or the same in both', async (t) => {
  const { rest } = await startService(t);
  const input = { operation: 'CHECK', select: { all: true } };
  const cases: [string, object, object][] = [
    ['', { dryRun: true }, { status: 202, json: { dryRun: true, state: 'DONE', total: 0 } }],
    ['?dryRun=true', {}, { status: 202, json: { dryRun: true } }],
    ['?dryRun=true', { dryRun: true }, { status: 202, json: { dryRun: true } }],
    ['?dryRun=true', { dryRun: false }, { status: 400, json: { errors: [{ pointer: '/dryRun' }] } }],
    ['?dryRun=maybe', {}, { status: 400, json: { errors: [{ pointer: '/dryRun' }] } }],
  ];
  for (const [query, body, expected] of cases)
    t.match(
      await rest('POST', `/v1/sweeps${query}`, { ...input, ...body }),
      expected,
      `${query} ${JSON.stringify(body)}`,
    );
  t.match(
    await rest('POST', '/v1/sweeps', {
      ...input,
      select: { accountIds: Array(17_000).fill('111122223333') },
    }),
    {
      status: 202,
      json: { total: 1 },
    },
  );
});

t.test('a caller with twenty running sweeps cannot start another until one ends', async (t) => {
  const { rest, graphql } = await startService(t);
  const input = { operation: 'CHECK', select: { accountIds: ['111122223333'] } };
  const start = () => rest('POST', '/v1/sweeps', input);
  const started = [];
  for (let i = 0; i < 20; i += 1) started.push(await start());
  t.same([...new Set(started.map(({ status }) => status))], [202]);
  t.match(await start(), {
    status: 429,
    headers: { 'retry-after': '30' },
    json: { code: 'RATE_LIMITED', retryable: true, detail: /^You have 20 sweeps that have not ended/ },
  });
  const query = 'mutation ($input: SweepInput!) { startSweep(input: $input) { id } }';
  t.match((await graphql(query, { input })).json, {
    errors: [{ extensions: { code: 'RATE_LIMITED', status: 429 } }],
  });
  await rest('POST', `/v1/sweeps/${started[3]?.json.id}/cancel`);
  t.match(await start(), { status: 202 });
});
