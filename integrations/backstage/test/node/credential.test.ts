import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from 'rolewright-client';
import { createCredential } from '../../plugins/rolewright-node/src/credential.ts';
import { startServer } from '../support/rolewright.ts';

/** An issuer that counts its tokens, and a clock that the test moves. */
async function start({
  expires_in = 600,
  ...more
}: {
  expires_in?: number;
  scope?: string;
  audience?: string;
} = {}) {
  const issuer = await startServer(() => ({
    body: { access_token: `token-${issuer.seen.length}`, token_type: 'bearer', expires_in },
  }));
  const clock = { now: 0 };
  const warnings: string[] = [];
  const credential = createCredential(
    {
      tokenUrl: new URL(`${issuer.url}/token`),
      clientId: 'portal',
      clientSecret: 'pa:ss',
      scope: undefined,
      audience: undefined,
      ...more,
    },
    { now: () => clock.now, log: { warn: (message) => warnings.push(message) } },
  );
  return { issuer, clock, credential, warnings };
}
const fresh = { isRejected: false };

test('a service token is given as it is', async () => {
  const { createTokenSource } = createCredential({ token: 'x' }, { log: console });
  assert.equal(await createTokenSource()(fresh), 'x');
  assert.equal(await createTokenSource()({ isRejected: true }), 'x');
});

test('a token is asked for as RFC 6749 says, once for all callers', async () => {
  const { issuer, credential } = await start({ scope: 'a', audience: 'rolewright' });
  const [one, other] = [credential.createTokenSource(), credential.createTokenSource()];
  assert.deepEqual(await Promise.all([one(fresh), other(fresh), one(fresh)]), [
    'token-1',
    'token-1',
    'token-1',
  ]);
  const [seen, ...more] = issuer.seen;
  assert.deepEqual(more, []);
  assert.deepEqual(seen?.body, { grant_type: 'client_credentials', scope: 'a', audience: 'rolewright' });
  assert.equal(seen?.headers.authorization, `Basic ${Buffer.from('portal:pa%3Ass').toString('base64')}`);
});

test('a token is renewed a minute before it expires, or after nine tenths of a short life', async () => {
  for (const [expires_in, last] of [
    [600, 539_999],
    [100, 89_999],
  ] as const) {
    const { clock, credential } = await start({ expires_in });
    const source = credential.createTokenSource();
    assert.equal(await source(fresh), 'token-1');
    clock.now = last;
    assert.equal(await source(fresh), 'token-1');
    clock.now = last + 1;
    assert.equal(await source(fresh), 'token-2');
  }
});

test('a token that Rolewright refuses is renewed once, whoever notices it', async () => {
  const { issuer, credential } = await start();
  const rolewright = await startServer(({ headers }) =>
    headers.authorization === 'Bearer token-1'
      ? { status: 401, body: problemOf401 }
      : { body: { operations: [] } },
  );
  const ask = () => createClient({ url: rolewright.url, token: credential.createTokenSource() }).getCaller();
  await Promise.all([ask(), ask(), ask()]);
  assert.equal(issuer.seen.length, 2);
  assert.deepEqual(
    new Set(rolewright.seen.map(({ headers }) => headers.authorization)),
    new Set(['Bearer token-1', 'Bearer token-2']),
  );
});

test('an issuer that refuses is told without the secret, and is asked again the next time', async () => {
  const { issuer, credential, warnings } = await start();
  const source = credential.createTokenSource();
  issuer.reply(() => ({
    status: 401,
    body: { error: 'invalid_client', error_description: 'pa:ss is wrong' },
  }));
  await assert.rejects(
    async () => source(fresh),
    (error: Error & { code: string }) => {
      assert.equal(error.code, 'NO_TOKEN');
      const shown = JSON.stringify([error, error.message, error.stack, error.cause, warnings]);
      assert.ok(!/pa:ss|pa%3Ass/.test(shown), shown);
      return true;
    },
  );
  assert.match(
    warnings[0] ?? '',
    /^The issuer at http:\/\/127.0.0.1:\d+ gave no token for Rolewright \(.*invalid_client/,
  );
  issuer.reply(() => ({ body: { access_token: 'good', token_type: 'bearer', expires_in: 60 } }));
  assert.equal(await source(fresh), 'good');
});

const problemOf401 = {
  type: 'about:blank',
  title: 'Unauthenticated',
  status: 401,
  detail: 'x',
  instance: '/',
  code: 'UNAUTHENTICATED',
  errors: [],
  requestId: '1',
  retryable: false,
};
