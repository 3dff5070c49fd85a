import t from 'tap';
import { readServiceToken } from '#src/auth/service-token.ts';
import { runSql } from '#test/support/postgres.ts';
import { startService } from '#test/support/service.ts';

// test/http/parity.test.ts tests what both faces share.

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const wanted = (name: string) => ({ name, groups: ['rolewright-viewers'], expiresAt: inDays(1) });

t.test('a token is shown once, and stored as a hash', async (t) => {
  const { rest, log, databaseUrl } = await startService(t);
  const { status, json } = await rest('POST', '/v1/service-tokens', {
    ...wanted('ci'),
    operations: ['accounts'],
  });
  t.equal(status, 201);
  t.match(json.serviceToken, {
    name: 'ci',
    subject: 'token:ci',
    operations: ['accounts'],
    accountIds: null,
    createdBy: { subject: 'anonymous', issuer: null },
    lastUsedAt: null,
    revokedAt: null,
  });
  t.equal(readServiceToken(json.token)?.id, json.serviceToken.id);
  const secret = json.token.slice(21, 85);
  const listed = await rest('GET', '/v1/service-tokens');
  t.same(listed.json.items, [json.serviceToken]);
  const revoked = await rest('DELETE', `/v1/service-tokens/${json.serviceToken.id}`);
  t.match(revoked, {
    status: 200,
    json: { name: 'ci', revokedAt: /Z$/, revokedBy: { subject: 'anonymous' } },
  });
  t.match((await rest('GET', '/v1/service-tokens')).json.items, [
    { name: 'ci', revokedAt: revoked.json.revokedAt },
  ]);
  const rows = JSON.stringify((await runSql(databaseUrl, 'SELECT * FROM service_token'))[0]?.rows);
  for (const text of [JSON.stringify([listed, revoked]), rows, JSON.stringify(log)])
    t.notOk(text.includes(secret));
  t.match(
    log.filter(({ msg }) => String(msg).startsWith('service token')),
    [
      {
        msg: 'service token created',
        actor: { subject: 'anonymous' },
        serviceToken: { name: 'ci', groups: ['rolewright-viewers'] },
      },
      { msg: 'service token revoked', actor: { subject: 'anonymous' }, name: 'ci' },
    ],
  );
});

t.test('a token without an end expires after 90 days', async (t) => {
  const { rest } = await startService(t);
  const { createdAt, expiresAt } = (await rest('POST', '/v1/service-tokens', { name: 'ci', groups: ['g'] }))
    .json.serviceToken;
  t.equal(Date.parse(expiresAt) - Date.parse(createdAt), 90 * 86_400_000);
});

t.test('a dry run creates and revokes none', async (t) => {
  const { rest } = await startService(t);
  t.match(await rest('POST', '/v1/service-tokens?dryRun=true', wanted('ci')), {
    status: 200,
    json: { token: null, serviceToken: { name: 'ci' } },
  });
  t.same((await rest('GET', '/v1/service-tokens')).json.items, []);
  const { id } = (await rest('POST', '/v1/service-tokens', wanted('ci'))).json.serviceToken;
  t.match(await rest('DELETE', `/v1/service-tokens/${id}?dryRun=true`), {
    status: 200,
    json: { revokedAt: null },
  });
  t.match((await rest('GET', '/v1/service-tokens')).json.items, [{ revokedAt: null }]);
});

t.test('a service token cannot create another, whatever its groups', async (t) => {
  const identity = {
    actor: { subject: 'token:ci', issuer: 'rolewright' },
    groups: ['rolewright-administrators'],
    scope: null,
  };
  const { rest } = await startService(t, { authenticate: () => async () => ({ identity }) });
  for (const query of ['', '?dryRun=true'])
    t.match(await rest('POST', `/v1/service-tokens${query}`, wanted('more')), {
      status: 403,
      json: { code: 'FORBIDDEN' },
    });
  t.match(await rest('GET', '/v1/service-tokens'), { status: 200, json: { items: [] } });
});
