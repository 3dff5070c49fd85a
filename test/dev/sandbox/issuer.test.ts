import { join } from 'node:path';
import t from 'tap';
import { personas, startIssuer } from '#dev/sandbox/issuer.ts';
import { createAuthentication } from '#src/auth/authenticate.ts';
import { createIssuerKeys } from '#src/auth/issuer.ts';
import type { ServiceTokens } from '#src/ports/tokens.ts';

t.test('its tokens identify their users, also after a restart', async (t) => {
  const options = { host: '127.0.0.1', audience: 'rolewright', keyFile: join(t.testdir(), 'key.json') };
  const first = await startIssuer({ ...options, port: 0 });
  const { url } = first;
  const tokens = await Promise.all(
    personas.map(async (persona) => [persona, await first.token(persona)] as const),
  );
  await first.close();
  const second = await startIssuer({ ...options, port: Number(new URL(url).port) });
  t.teardown(() => second.close());
  const rules = { issuer: url, audience: 'rolewright', groupsClaim: 'groups', clockSkewSeconds: 0 };
  const deps = { tokens: {} as ServiceTokens, now: () => new Date(), inFlight: new Set<Promise<unknown>>() };
  const authenticate = createAuthentication(rules, createIssuerKeys({ issuer: url }), deps);
  for (const [persona, token] of tokens)
    t.same(await authenticate([`Bearer ${token}`], console), {
      identity: { actor: { subject: persona, issuer: url }, groups: [`rolewright-${persona}s`], scope: null },
    });
});
