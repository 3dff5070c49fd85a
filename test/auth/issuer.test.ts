import { jwtVerify } from 'jose';
import t, { type Test } from 'tap';
import { createIssuerKeys, type IssuerOptions } from '#src/auth/issuer.ts';
import { makeKey, startTestIssuer } from '#test/support/issuer.ts';

const [first, second] = [await makeKey('first'), await makeKey('second')];

/** An issuer with the first key, and the cache of its keys, with a clock that the test moves. */
async function started(t: Test, options: Partial<IssuerOptions> = {}) {
  const issuer = await startTestIssuer(t, first);
  const clock = { ms: 0 };
  const keys = createIssuerKeys({ issuer: issuer.url, now: () => clock.ms, ...options });
  const verify = async (key = first) => jwtVerify(await issuer.token(key), keys);
  return { issuer, clock, verify };
}
const unavailable = { name: 'Fault', code: 'UNAVAILABLE', retryable: true };

t.test('keys are fetched when the first token arrives, not for each token', async (t) => {
  const { issuer, verify } = await started(t);
  t.same(issuer.asked, []);
  await Promise.all([verify(), verify(), verify()]);
  await verify();
  t.same(issuer.asked, ['/.well-known/openid-configuration', '/keys']);
});

t.test('a new key is fetched, and a removed key is no longer accepted', async (t) => {
  const { issuer, verify } = await started(t, { cooldownMs: 0 });
  await verify();
  issuer.keys = [second.publicJwk];
  await verify(second);
  await t.rejects(verify(first), { code: 'ERR_JWKS_NO_MATCHING_KEY' });
});

t.test('a removed key is refused after ten minutes, even if no token has a new key', async (t) => {
  const { issuer, clock, verify } = await started(t);
  await verify();
  issuer.keys = [second.publicJwk];
  clock.ms = 599_000;
  await verify();
  clock.ms = 600_000;
  await t.rejects(verify(), { code: 'ERR_JWKS_NO_MATCHING_KEY' });
});

t.test('tokens with unknown keys cause at most two fetches a minute', async (t) => {
  const { issuer, verify } = await started(t);
  await verify();
  for (let i = 0; i < 5; i += 1) await t.rejects(verify(second), { code: 'ERR_JWKS_NO_MATCHING_KEY' });
  t.equal(issuer.asked.length, 2);
});

for (const mood of ['FAILING', 'NONSENSE', 'SILENT'] as const)
  t.test(`an issuer that is ${mood} at first is no fault of the caller, and is asked again`, async (t) => {
    const { issuer, clock, verify } = await started(t, { timeoutMs: 100 });
    issuer.mood = mood;
    await t.rejects(verify(), unavailable);
    const asked = issuer.asked.length;
    await t.rejects(verify(), unavailable);
    t.equal(issuer.asked.length, asked, 'not at once');
    issuer.mood = 'WELL';
    clock.ms = 1000;
    await verify();
  });

t.test('an unreachable issuer', async (t) => {
  const keys = createIssuerKeys({ issuer: 'http://127.0.0.1:1' });
  const { issuer } = await started(t);
  await t.rejects(jwtVerify(await issuer.token(first), keys), unavailable);
});

t.test('while the issuer is unreachable its last keys are used for an hour, without waiting', async (t) => {
  const { issuer, clock, verify } = await started(t, { timeoutMs: 100 });
  await verify();
  issuer.mood = 'FAILING';
  for (clock.ms of [600_000, 600_100, 3_599_999]) await verify();
  issuer.mood = 'SILENT';
  clock.ms = 3_600_000;
  await t.rejects(verify(), unavailable);
  issuer.mood = 'WELL';
  clock.ms += 1000;
  await verify();
});

t.test('an unknown key while the issuer is unreachable is 503: the key may be new', async (t) => {
  const { issuer, verify } = await started(t, { cooldownMs: 0 });
  await verify();
  issuer.mood = 'FAILING';
  await t.rejects(verify(second), unavailable);
});

t.test('a failing issuer is not asked again for every unknown key', async (t) => {
  const { issuer, clock, verify } = await started(t, { cooldownMs: 0 });
  await verify();
  issuer.mood = 'FAILING';
  const before = issuer.asked.length;
  for (let i = 0; i < 5; i += 1) await t.rejects(verify(second), unavailable);
  t.equal(issuer.asked.length, before + 1);
  await verify();
  issuer.mood = 'WELL';
  issuer.keys.push(second.publicJwk);
  await t.rejects(verify(second), unavailable);
  clock.ms = 1000;
  await verify(second);
});

t.test("the issuer's discovery document must match its URL", async (t) => {
  const cases: [string, object, RegExp][] = [
    ['another issuer', { issuer: 'https://other.example' }, /names another issuer/],
    ['the issuer with a slash more', { issuer: undefined }, /names another issuer/],
    ['no keys', { jwks_uri: undefined }, /has no jwks_uri/],
    ['keys that are no URL', { jwks_uri: 'keys' }, /has no jwks_uri/],
    ['keys in a file', { jwks_uri: 'file:///etc/passwd' }, /has no jwks_uri/],
  ];
  for (const [what, document, message] of cases) {
    const { issuer, verify } = await started(t);
    issuer.document = { ...document };
    await t.rejects(verify(), { ...unavailable, cause: { message } }, what);
  }
});
