import t from 'tap';
import { freshStore, runSql } from '#test/support/postgres.ts';

const alice = { subject: 'alice', issuer: 'https://id.example' };
const record = (id: string, name: string) => ({
  id,
  name,
  secretHash: Buffer.alloc(32, id),
  groups: ['rolewright-viewers', 'grüße'],
  scope: { operations: ['accounts'], accountIds: null },
  createdBy: alice,
  createdAt: new Date(1000),
  expiresAt: new Date(2000),
});
const unused = { lastUsedAt: null, revokedAt: null, revokedBy: null };

t.test('a token is found with its hash, and listed without', async (t) => {
  const { serviceTokens } = await freshStore(t);
  t.equal(await serviceTokens.find('a'), null);
  t.equal(await serviceTokens.findByName('ci'), null);
  t.equal(await serviceTokens.add(record('a', 'ci')), true);
  const { secretHash, ...found } = (await serviceTokens.find('a')) ?? { secretHash: Buffer.alloc(0) };
  t.same(Buffer.from(secretHash), record('a', 'ci').secretHash);
  const { secretHash: _, ...rest } = record('a', 'ci');
  t.strictSame(found, { ...rest, ...unused });
  t.strictSame(await serviceTokens.findByName('ci'), { ...rest, ...unused });
  t.strictSame(await serviceTokens.list({ after: null, limit: 10 }), [{ ...rest, ...unused }]);
});

t.test('a name is used once, also after its token is revoked', async (t) => {
  const { serviceTokens } = await freshStore(t);
  await serviceTokens.add(record('a', 'ci'));
  await serviceTokens.revoke('a', alice, new Date());
  t.equal(await serviceTokens.add(record('b', 'ci')), false);
  t.equal(await serviceTokens.add(record('b', 'ci-2')), true);
  const together = await Promise.all(
    Array.from({ length: 8 }, (_, i) => serviceTokens.add(record(`c${i}`, 'same'))),
  );
  t.equal(together.filter(Boolean).length, 1);
});

t.test('the first to revoke is kept', async (t) => {
  const { serviceTokens } = await freshStore(t);
  await serviceTokens.add(record('a', 'ci'));
  await serviceTokens.revoke('a', alice, new Date(5000));
  await serviceTokens.revoke('a', { subject: 'bob', issuer: null }, new Date(6000));
  await serviceTokens.touch('a', new Date(7000));
  t.match(await serviceTokens.find('a'), {
    revokedAt: new Date(5000),
    revokedBy: alice,
    lastUsedAt: new Date(7000),
  });
});

t.test('tokens are listed by name, page by page', async (t) => {
  const { serviceTokens } = await freshStore(t);
  for (const name of ['b', 'a-b', 'a', 'a.b', 'c']) await serviceTokens.add(record(name, name));
  const seen: string[] = [];
  for (let after: string | null = null; ; ) {
    const page = await serviceTokens.list({ after, limit: 2 });
    if (page.length === 0) break;
    seen.push(...page.map(({ name }) => name));
    after = seen.at(-1) ?? null;
  }
  t.equal(seen.length, 5);
  t.same([...new Set(seen)].length, 5, 'each once, whatever the order of the database is');
});

t.test('the database holds a hash, and of 32 bytes; its rows are not deleted', async (t) => {
  const { serviceTokens, serviceUrl } = await freshStore(t);
  await t.rejects(serviceTokens.add({ ...record('a', 'ci'), secretHash: Buffer.from('the secret itself') }), {
    code: 'UNAVAILABLE',
  });
  await serviceTokens.add(record('a', 'ci'));
  await t.rejects(runSql(serviceUrl, 'DELETE FROM service_token'), { code: '42501' });
});
