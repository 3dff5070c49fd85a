import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { createAuthentication } from '#src/auth/authenticate.ts';
import { createIssuerKeys } from '#src/auth/issuer.ts';
import { mintServiceToken } from '#src/auth/service-token.ts';
import { keptToken } from '#test/support/callers.ts';
import { type Parts, startService } from '#test/support/service.ts';

// A flood of made-up credentials, beside honest callers.

t.test('a flood of made-up service tokens blocks no valid one, and is counted', async (t) => {
  let parts = {} as Parts;
  const rules = { issuer: 'https://id.example', audience: 'x', groupsClaim: 'groups', clockSkewSeconds: 60 };
  const { app, log } = await startService(t, {
    ratePerMinute: 100,
    authenticate: (real) => {
      parts = real;
      const deps = { tokens: real.serviceTokens, now: real.now, inFlight: real.inFlight };
      return createAuthentication(rules, createIssuerKeys({ issuer: rules.issuer }), deps);
    },
  });
  const good: string[] = [];
  for (let i = 0; i < 20; i += 1) {
    const { id, token, secretHash } = mintServiceToken();
    await parts.serviceTokens.add({ ...keptToken(`ci-${i}`, { id }), secretHash });
    good.push(token);
  }
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  t.teardown(() => agent.destroy());
  const ask = async (token: string) => {
    const asked = get({ port, path: '/v1/accounts', agent, headers: { authorization: `Bearer ${token}` } });
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    answer.resume();
    return answer.statusCode;
  };
  log.length = 0;
  const flood = Array.from({ length: 1500 }, () => ask(mintServiceToken().token));
  t.same(
    new Set(await Promise.all(good.map(ask))),
    new Set([200]),
    'valid tokens that this replica has not seen are accepted meanwhile',
  );
  const statuses = await Promise.all(flood);
  t.equal(statuses.filter((status) => status === 401).length, 100);
  t.equal(statuses.filter((status) => status === 429).length, 1400);
  t.ok(log.length < 100, `the log has ${log.length} lines`);
});
