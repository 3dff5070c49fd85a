import { createHash } from 'node:crypto';
import t from 'tap';
import { isSameHash, isServiceToken, mintServiceToken, readServiceToken } from '#src/auth/service-token.ts';

t.test('a created token can be read, and only the hash of its secret is stored', async (t) => {
  const { id, token, secretHash } = mintServiceToken();
  t.match(token, /^rwt_[0-9a-f]{16}_[0-9a-f]{72}$/);
  t.ok(isServiceToken(token));
  t.same(readServiceToken(token), { id, secretHash });
  t.same(
    secretHash,
    createHash('sha256')
      .update(Buffer.from(token.slice(21, 85), 'hex'))
      .digest(),
  );
});

t.test('two tokens are never the same', async (t) => {
  const made = Array.from({ length: 1000 }, () => mintServiceToken());
  for (const part of ['id', 'token'] as const) t.equal(new Set(made.map((one) => one[part])).size, 1000);
});

t.test('a mistyped, truncated or made-up text is not a token', async (t) => {
  const { token } = mintServiceToken();
  const flipped = [...token].map(
    (one, i) => token.slice(0, i) + (one === '0' ? '1' : '0') + token.slice(i + 1),
  );
  for (const text of [
    '',
    'rwt_',
    token.slice(0, -1),
    `${token}0`,
    ` ${token}`,
    `${token}\n`,
    token.toUpperCase(),
    ...flipped,
  ])
    t.equal(readServiceToken(text), null, text);
});

t.test('isSameHash compares hashes', async (t) => {
  const [one, other] = [mintServiceToken().secretHash, mintServiceToken().secretHash];
  t.equal(isSameHash(one, Buffer.from(one)), true);
  t.equal(isSameHash(one, other), false);
  t.equal(isSameHash(one, one.subarray(1)), false);
});
