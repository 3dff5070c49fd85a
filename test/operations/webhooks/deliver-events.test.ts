import { createHmac } from 'node:crypto';
import pg from 'pg';
import t, { type Test } from 'tap';
import { delayAfter, deliverEvents, patience } from '#src/operations/webhooks/deliver-events.ts';
import type { SweepOutcome } from '#src/ports/sweeps.ts';
import type { Outbox } from '#src/ports/webhooks.ts';
import { keepPosture } from '#src/postgres/posture/keep-posture.ts';
import type { RoleReport, Verdict } from '#src/schema/report.ts';
import { createWebhook } from '#src/webhook/sender.ts';
import { openTestDatabase } from '#test/support/database.ts';
import { freshStore, runSql } from '#test/support/postgres.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';

const key = Buffer.alloc(32, 3);
const forever = new AbortController().signal;
const quick = { attempts: 1000, firstMs: 1, maxMs: 4 };
const log = { info: () => {}, error: () => {} };
const account = '111122223333';

/** A result of a check, with the members that the posture reads. */
function outcome(roleName: string, verdict: Verdict, checkedAt: Date): SweepOutcome {
  const report = {
    accountId: account,
    roleName,
    verdict,
    checkedAt: checkedAt.toISOString(),
    findings: [],
  } as unknown as RoleReport;
  return { roleName, verdict, report, plan: null, change: null, error: null };
}

async function stage(t: Test) {
  const store = await freshStore(t);
  const client = new pg.Client(store.serviceUrl);
  await client.connect();
  t.teardown(() => client.end());
  let clock = Date.parse('2026-11-24T00:00:00Z');
  return {
    store,
    /** Sweeps, one for each verdict, which give every role that verdict. */
    found: async (roles: string[], verdicts: Verdict[]) => {
      for (const verdict of verdicts) {
        clock += 1000;
        const results = roles.map((roleName) => outcome(roleName, verdict, new Date(clock)));
        await client.query('BEGIN');
        await keepPosture(client, `sweep_${clock}`, [{ accountId: account, results }], true);
        await client.query('COMMIT');
      }
    },
    left: async () =>
      Number(
        (await runSql(store.url, 'SELECT count(*) FROM verdict_event WHERE dead_at IS NULL'))[0]?.rows[0]
          .count,
      ),
  };
}

const webhookTo = ({ url }: Receiver, timeoutMs = 10_000) =>
  createWebhook({
    url,
    secrets: `whsec_${key.toString('base64')}`,
    now: () => new Date(),
    userAgent: 'test',
    timeoutMs,
  });

/** Delivers until nothing is left. */
async function drain(
  outbox: Outbox,
  receiver: Receiver,
  left: () => Promise<number>,
  timeoutMs = 10_000,
): Promise<void> {
  while ((await left()) > 0)
    await deliverEvents({ outbox, log, webhook: webhookTo(receiver, timeoutMs) }, forever, quick);
}

const flapping: Verdict[] = [
  'COMPLIANT',
  'NEEDS_REPAIR',
  'COMPLIANT',
  'MISSING',
  'MISSING',
  'COMPLIANT',
  'NEEDS_EXTENSION',
];
const changes = ['NEEDS_REPAIR', 'COMPLIANT', 'MISSING', 'COMPLIANT', 'NEEDS_EXTENSION'];

/** The events of a role in order, without repeats. */
const inOrder = ({ taken }: Receiver, role: string) => [
  ...new Map(
    taken.filter(({ event }) => event.subject === `${account}/${role}`).map(({ event }) => [event.id, event]),
  ).values(),
];

t.test(
  'a receiver that fails for a while gets every event, in order for each role, from two replicas',
  async (t) => {
    const { store, found, left } = await stage(t);
    const roles = ['one', 'two', 'three', 'Four'];
    await found(roles, flapping);
    t.equal(await left(), roles.length * changes.length);
    // Down, then hanging, then accepting every third: the others are cut off, redirected or refused.
    const receiver = await startReceiver(t, (count, response) => {
      if (count <= 30) return 503;
      if (count <= 34) return null;
      if (count % 3 === 0) return 204;
      if (count % 4 === 0) return 302;
      if (count % 5 !== 0) return 500;
      response.destroy();
      return null;
    });
    const other = openTestDatabase({ url: store.serviceUrl });
    t.teardown(() => other.close());
    await Promise.all([drain(store.outbox, receiver, left, 500), drain(other.outbox, receiver, left, 500)]);
    for (const role of roles) {
      const events = inOrder(receiver, role);
      t.same(
        events.map(({ data }) => data.after),
        changes,
        role,
      );
      t.same(
        events.map(({ data }) => data.before),
        ['COMPLIANT', ...changes.slice(0, -1)],
      );
      t.same(
        events.map(({ time }) => time),
        events.map(({ time }) => time).sort(),
      );
    }
    t.equal(receiver.atOnce, 1, 'never two of one role at once');
    t.ok(receiver.requests.length > 34 + roles.length * changes.length);
    for (const { headers, body, event } of receiver.requests) {
      t.equal(headers['webhook-id'], event.id);
      const mac = createHmac('sha256', key)
        .update(`${event.id}.${headers['webhook-timestamp']}.${body}`)
        .digest('base64');
      t.equal(headers['webhook-signature'], `v1,${mac}`);
    }
  },
);

t.test('an event whose sender died is sent again with the same ID, before any later one', async (t) => {
  const { store, found, left } = await stage(t);
  await found(['one'], ['COMPLIANT', 'MISSING', 'COMPLIANT']);
  const receiver = await startReceiver(t, () => 204);
  const dying: Outbox = { ...store.outbox, delivered: () => Promise.reject(new Error('killed')) };
  await t.rejects(deliverEvents({ outbox: dying, log, webhook: webhookTo(receiver) }, forever, quick), {
    message: 'killed',
  });
  await deliverEvents({ outbox: store.outbox, log, webhook: webhookTo(receiver) }, forever, quick);
  t.equal(receiver.requests.length, 1, 'until its lease ends no other replica sends it');
  await runSql(store.url, 'UPDATE verdict_event SET next_attempt_at = now() WHERE attempts > 0');
  await drain(store.outbox, receiver, left);
  const [first, again, last] = receiver.taken.map(({ event }) => event);
  t.equal(receiver.taken.length, 3);
  t.equal(first?.id, again?.id);
  t.same(first, again);
  t.same([first?.data.after, last?.data.after], ['MISSING', 'COMPLIANT']);
});

t.test('concurrent senders get different events, and only the first of a role', async (t) => {
  const { store, found } = await stage(t);
  const roles = Array.from({ length: 40 }, (_, i) => `role-${i}`);
  await found(roles, ['COMPLIANT', 'MISSING', 'COMPLIANT']);
  // The connections are opened first, so that all requests are concurrent.
  await Promise.all(Array.from({ length: 8 }, () => store.outbox.deadLetters({ after: null, limit: 1 })));
  const claimed = (await Promise.all(Array.from({ length: 8 }, () => store.outbox.claim(40, 30_000)))).flat();
  t.equal(claimed.length, roles.length);
  t.same(new Set(claimed.map(({ body }) => JSON.parse(body).data.roleName)), new Set(roles));
  t.ok(claimed.every(({ attempts, body }) => attempts === 1 && JSON.parse(body).data.after === 'MISSING'));
});

t.test('dead letters are kept, do not block the next event, and can be sent again', async (t) => {
  const { store, found, left } = await stage(t);
  await found(['one', 'two'], ['COMPLIANT', 'MISSING', 'COMPLIANT']);
  let isUp = false;
  const receiver = await startReceiver(t, () => (isUp ? 204 : 500));
  const twice = { attempts: 2, firstMs: 1, maxMs: 1 };
  while ((await left()) > 0)
    await deliverEvents({ outbox: store.outbox, log, webhook: webhookTo(receiver) }, forever, twice);
  const letters = await store.outbox.deadLetters({ after: null, limit: 10 });
  t.match(letters, Array(4).fill({ attempts: 2, lastError: 'the receiver answered 500', deadAt: String }));
  const paged = [];
  for (let after: { createdAt: string; id: string } | null = null, last = false; !last; ) {
    const [letter] = await store.outbox.deadLetters({ after, limit: 1 });
    if (letter) paged.push(letter);
    after = letter ?? null;
    last = !letter;
  }
  t.same(paged, letters);
  isUp = true;
  const [letter] = letters;
  t.match(await store.outbox.redeliver(letter?.id ?? ''), { id: letter?.id, deadAt: null });
  t.equal(await store.outbox.redeliver(letter?.id ?? ''), null, 'it is no longer a dead letter');
  await drain(store.outbox, receiver, left);
  t.same(
    receiver.taken.map(({ event }) => event.id),
    [letter?.id],
  );
  t.equal((await store.outbox.deadLetters({ after: null, limit: 10 })).length, 3);
});

t.test('an unchanged verdict creates no event', async (t) => {
  const { found, left, store } = await stage(t);
  await found(['one'], ['MISSING', 'MISSING', 'MISSING']);
  t.equal(await left(), 0, 'nor does the first verdict');
  await found(['one'], ['COMPLIANT']);
  await found(['ONE'], ['COMPLIANT']);
  t.equal(await left(), 1, 'IAM names ignore case');
  t.equal((await runSql(store.url, 'SELECT * FROM posture'))[0]?.rows.length, 1);
});

t.test('two sweeps that end at once agree on the order', async (t) => {
  const { store, left } = await stage(t);
  const clients = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const client = new pg.Client(store.serviceUrl);
      await client.connect();
      t.teardown(() => client.end());
      return client;
    }),
  );
  const roles = Array.from({ length: 20 }, (_, i) => `role-${i}`);
  await Promise.all(
    clients.map(async (client, of) => {
      for (let round = 0; round < 10; round += 1) {
        const results = roles.map((name, i) =>
          outcome(name, (i + round) % 2 ? 'COMPLIANT' : 'MISSING', new Date(round * 4 + of)),
        );
        // Each in its own order.
        if (of % 2) results.reverse();
        await client.query('BEGIN');
        await keepPosture(client, 'sweep_1', [{ accountId: account, results }], true);
        await client.query('COMMIT');
      }
    }),
  );
  const { rows } = (await runSql(store.url, 'SELECT body FROM verdict_event ORDER BY seq'))[0] ?? {
    rows: [],
  };
  t.equal(await left(), rows.length);
  const events = rows.map(({ body }) => JSON.parse(body));
  for (const role of roles) {
    const own = events.filter(({ data }) => data.roleName === role);
    for (const [i, { data, time }] of own.entries()) {
      t.not(data.before, data.after);
      if (i > 0) {
        t.equal(data.before, own[i - 1].data.after);
        t.ok(time > own[i - 1].time);
      }
    }
  }
  const [posture] = await runSql(store.url, 'SELECT DISTINCT checked_at FROM posture');
  t.same(posture?.rows, [{ checked_at: new Date(39) }], 'the latest check stays');
});

t.test('delays between attempts', async (t) => {
  const [least, most] = [() => 0, () => 1];
  t.same(
    [1, 2, 3, 11, 29, 30].map((attempt) => [
      delayAfter(attempt, patience, least),
      delayAfter(attempt, patience, most),
    ]),
    [
      [2500, 5000],
      [5000, 10_000],
      [10_000, 20_000],
      [1_800_000, 3_600_000],
      [1_800_000, 3_600_000],
      [null, null],
    ],
  );
});
