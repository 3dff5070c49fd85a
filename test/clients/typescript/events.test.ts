import { deepStrictEqual } from 'node:assert/strict';
import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import t from 'tap';
import { createClient } from '#clients/typescript/src/client.ts';
import { parseEvents } from '#clients/typescript/src/events.ts';
import { ConnectionError } from '#clients/typescript/src/problem.ts';
import { startProxy } from '#test/support/proxy.ts';
import { fastClock, stage } from './stage.ts';

t.test('a sweep is followed to its end, also over a dropped connection', async (t) => {
  const { service, port, clientWith } = await stage(t, { sweepConcurrency: 2 });
  const gate = Promise.withResolvers<void>();
  t.teardown(gate.resolve);
  const held = await service.account();
  for (const account of [held, await service.account()]) account.seed(['a']);
  service.world.onCall(async ({ accountId }) => {
    if (accountId === held.accountId) await gate.promise;
    return undefined;
  });
  const proxy = await startProxy(t, port);
  const client = clientWith({ url: proxy.url });
  const { id } = await client.startSweep({ operation: 'CHECK', select: { all: true } });
  const done: number[] = [];
  let last = '';
  for await (const sweep of client.streamSweepEvents({ id })) {
    done.push(sweep.done);
    last = sweep.state;
    if (sweep.done === 1) {
      proxy.cut();
      gate.resolve();
    }
  }
  t.equal(last, 'DONE');
  t.equal(done.at(-1), 2);
  t.same(done, [...done].sort(), 'nothing comes twice out of order');
  t.match(proxy.sent(), /last-event-id: [1-9]/i, 'it went on after the last event');
  t.same(await Array.fromAsync(client.streamSweepEvents({ id, lastEventId: '999' })), [], 'there is no more');
});

t.test('a stream that brings nothing is given up', async (t) => {
  let opened = 0;
  const { clock, waits } = fastClock();
  const given = {
    url: 'http://service.example',
    retries: 2,
    fetch: async () => {
      opened += 1;
      const body = opened === 1 ? 'retry: 700\n\ndata: {"done":1}\nid: 1\n\n' : ':\n\n';
      return new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
    },
  };
  const events = createClient(given, clock).streamSweepEvents({ id: 'sweep_1' });
  t.match((await events.next()).value, { done: 1 });
  await t.rejects(events.next(), ConnectionError);
  t.equal(opened, 4, 'the first, at once after it, and twice more');
  t.same(waits, [1400, 2800], 'the waits begin with what the service asks for');
});

t.test('events are parsed as eventsource-parser does', async () => {
  const line = fc.oneof(
    fc.constantFrom('', 'data', 'data:', ':beat', 'id: 7', 'id', 'retry: 10', 'retry: 1x', 'event: progress'),
    fc.string().map((text) => `data:${text.replace(/[\r\n]/g, '')}`),
    fc.string().map((text) => `data: ${text.replace(/[\r\n]/g, '')}`),
  );
  const stream = fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n')), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(stream, fc.array(fc.nat(60), { maxLength: 5 }), async (lines, cuts) => {
      const text = lines.map(([one, end]) => one + end).join('');
      const [wanted, retries]: [string[], number[]] = [[], []];
      const parser = createParser({
        onEvent: ({ data }) => wanted.push(data),
        onRetry: (ms) => retries.push(ms),
      });
      parser.feed(text);
      const places = [0, ...cuts.sort((a, b) => a - b), text.length];
      const seen: number[] = [];
      async function* pieces() {
        for (const [index, place] of places.slice(1).entries()) yield text.slice(places[index], place);
      }
      const found = await Array.fromAsync(parseEvents(pieces(), (ms) => seen.push(ms)));
      deepStrictEqual([found.map(({ data }) => data), seen], [wanted, retries], JSON.stringify(text));
    }),
    { numRuns: 200 },
  );
});
