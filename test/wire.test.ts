import t from 'tap';
import { guardRailsOf } from '#src/adapters.ts';
import { loadConfig } from '#src/config.ts';
import { wire } from '#src/wire.ts';
import { freshDatabase, runSql } from '#test/support/postgres.ts';
import { startReceiver } from '#test/support/receiver.ts';

t.test('a service with a webhook delivers pending events, also those of an ended replica', async (t) => {
  const { url, serviceUrl } = await freshDatabase(t);
  const got = Promise.withResolvers<void>();
  const receiver = await startReceiver(t, () => {
    got.resolve();
    return 204;
  });
  const settings = {
    AUTH: 'none',
    LOG_LEVEL: 'silent',
    DATABASE_URL: serviceUrl,
    MIGRATION_DATABASE_URL: url,
  };
  const start = (webhook: object) => wire(loadConfig({ ...settings, ...webhook }));
  const deaf = await start({});
  await deaf.close();
  await runSql(
    url,
    `INSERT INTO verdict_event (id, account_id, role_key, body, attempts, next_attempt_at)
     VALUES ('event-1', '111122223333', 'role', '{"subject":"111122223333/role"}', 1, now())`,
  );
  const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
  const service = await start({ WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: secret });
  await got.promise;
  await service.close();
  t.match(receiver.requests, [{ headers: { 'webhook-id': 'event-1', 'user-agent': /^rolewright\/\d/ } }]);
  t.same(
    (await runSql(url, 'SELECT FROM verdict_event'))[0]?.rows,
    [],
    'delivery ends before the service stops',
  );
});

t.test('the console gets its settings, and with AUTH=none no issuer', async (t) => {
  const { url, serviceUrl } = await freshDatabase(t);
  const settings = { LOG_LEVEL: 'silent', DATABASE_URL: serviceUrl, MIGRATION_DATABASE_URL: url };
  const oidc = { OIDC_ISSUER: 'https://id.example/realms/x', OIDC_AUDIENCE: 'rolewright' };
  const cases = [
    [
      { ...oidc, CONSOLE_CLIENT_ID: 'page' },
      { issuer: oidc.OIDC_ISSUER, clientId: 'page', scope: 'openid offline_access', users: [] },
    ],
    [
      { ...oidc, CONSOLE_SCOPE: 'openid' },
      { issuer: oidc.OIDC_ISSUER, clientId: null, scope: 'openid' },
    ],
    [
      { ...oidc, AUTH: 'none' },
      { issuer: null, clientId: null },
    ],
  ] as const;
  for (const [more, expected] of cases) {
    const { app, close } = await wire(loadConfig({ ...settings, ...more }));
    const { json, headers } = await app.inject('/console/config.json');
    t.match(json(), expected);
    t.equal(headers['cache-control'], 'no-store');
    await close();
  }
});

t.test('attachable policies: those of the setting, else none, or any with AUTH=none', async (t) => {
  const cases = [
    [{ AUTH: 'oidc' }, null],
    [{ AUTH: 'none' }, '*'],
    [{ AUTH: 'oidc', ALLOWED_POLICY_ARNS: '*' }, '*'],
    [{ AUTH: 'none', ALLOWED_POLICY_ARNS: 'arn:aws:iam::*:policy/logs' }, 'arn:aws:iam::*:policy/logs'],
  ] as const;
  for (const [config, policyArns] of cases)
    t.equal(guardRailsOf(config).policyArns, policyArns, JSON.stringify(config));
});
