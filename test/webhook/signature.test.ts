import t from 'tap';
import { parseSecrets, signHeaders } from '#src/webhook/signature.ts';

t.test("Standard Webhooks' own example", async (t) => {
  // From the tests of its reference libraries.
  const keys = parseSecrets('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw') ?? [];
  const event = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}' };
  t.same(signHeaders(event, 1614265330, keys), {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

t.test('secrets', async (t) => {
  const of = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;
  for (const [secrets, count] of [
    [of(24), 1],
    [of(64), 1],
    [`${of(32)},${of(24)}`, 2],
    [of(23), null],
    [of(65), null],
    [of(24).slice(6), null],
    [`${of(24)},`, null],
    [`${of(24)}, ${of(24)}`, null],
    ['whsec_', null],
    ['whsec_äöü', null],
  ] as const)
    t.equal(parseSecrets(secrets)?.length ?? null, count, secrets);
  const two = parseSecrets(`${of(24)},${of(32)}`) ?? [];
  const signature = (keys: Buffer[]) => signHeaders({ id: 'a', body: '{}' }, 1, keys)['webhook-signature'];
  t.equal(signature(two), two.map((key) => signature([key])).join(' '), 'each signs');
});
