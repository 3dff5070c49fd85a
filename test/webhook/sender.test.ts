import { createHmac } from 'node:crypto';
import t from 'tap';
import { createWebhook } from '#src/webhook/sender.ts';
import { startReceiver } from '#test/support/receiver.ts';

const key = Buffer.alloc(24, 7);
const options = {
  secrets: `whsec_${key.toString('base64')}`,
  now: () => new Date('2026-11-24T12:00:00.900Z'),
  userAgent: 'rolewright/test',
  timeoutMs: 200,
};
const event = { id: 'event-1', body: '{"a":"ä"}' };

t.test('the request', async (t) => {
  const receiver = await startReceiver(t, () => 204);
  t.equal(await createWebhook({ ...options, url: `${receiver.url}hook?of=us` }).send(event), null);
  const [{ headers, body } = { headers: {}, body: '' }] = receiver.requests;
  t.equal(body, event.body);
  const mac = createHmac('sha256', key).update(`event-1.1795521600.${event.body}`).digest('base64');
  t.match(headers, {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'user-agent': 'rolewright/test',
    'webhook-id': 'event-1',
    'webhook-timestamp': '1795521600',
    'webhook-signature': `v1,${mac}`,
  });
});

t.test('refused deliveries and their reasons', async (t) => {
  for (const [status, reason] of [
    [500, 'the receiver answered 500'],
    [410, 'the receiver answered 410'],
    [302, 'the receiver answered 302; redirects are not followed'],
    [null, 'the receiver did not answer within 200 ms'],
  ] as const) {
    const receiver = await startReceiver(t, () => status);
    t.equal(await createWebhook({ ...options, url: receiver.url }).send(event), reason);
    t.equal(receiver.requests.length, 1);
  }
  const cut = await startReceiver(t, (_, response) => {
    response.destroy();
    return null;
  });
  t.match(
    await createWebhook({ ...options, url: cut.url }).send(event),
    /^the receiver cannot be reached \(\w+\)$/,
  );
  await cut.close();
  t.equal(
    await createWebhook({ ...options, url: `${cut.url}secret` }).send(event),
    'the receiver cannot be reached (ECONNREFUSED)',
  );
  t.throws(() => createWebhook({ ...options, url: cut.url, secrets: 'short' }), /webhook secret/);
});
