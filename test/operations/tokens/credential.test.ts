import t from 'tap';
import { Fault } from '#src/fault.ts';
import { requireValidCredential } from '#src/operations/tokens/credential.ts';
import type { ServiceTokens } from '#src/ports/tokens.ts';
import { keptToken } from '#test/support/callers.ts';

const now = new Date('2026-11-24T00:00:00Z');
const [before, after] = [new Date(now.getTime() - 1), new Date(now.getTime() + 1)];
const ci = { subject: 'token:ci', issuer: 'rolewright' };
const about = { did: 'started this sweep', remedy: 'Start another one.' };

const expectOf = (find: ServiceTokens['findByName']) => (actor: { subject: string; issuer: string | null }) =>
  requireValidCredential(
    { serviceTokens: { findByName: find } as ServiceTokens, now: () => now },
    actor,
    about,
  );

t.test('work started with a service token continues while the token is valid', async (t) => {
  const rows: [what: string, token: ReturnType<typeof keptToken> | null, ending: string | null][] = [
    ['good', keptToken('ci', { expiresAt: after }), null],
    ['at its end', keptToken('ci', { expiresAt: now }), 'has expired'],
    ['after it', keptToken('ci', { expiresAt: before }), 'has expired'],
    ['revoked', keptToken('ci', { expiresAt: after, revokedAt: before }), 'is revoked'],
    ['revoked, and over', keptToken('ci', { expiresAt: before, revokedAt: before }), 'is revoked'],
    ['never heard of', null, 'is unknown'],
  ];
  for (const [what, token, ending] of rows) {
    const asked = expectOf(async (name) => (name === 'ci' ? token : keptToken(name, { expiresAt: after })))(
      ci,
    );
    if (ending === null) await t.resolves(asked, what);
    else {
      const message = `The service token ci, which started this sweep, ${ending}. Start another one.`;
      await t.rejects(asked, { code: 'FORBIDDEN', message }, what);
    }
  }
});

t.test('only service tokens can be looked up, and unknown states are unknown', async (t) => {
  const expectGood = expectOf(() => Promise.reject(new Fault('UNAVAILABLE', 'no database')));
  for (const actor of [
    { subject: 'token:ci', issuer: 'https://issuer.example' },
    { subject: 'token:ci', issuer: null },
  ])
    await t.resolves(expectGood(actor));
  await t.rejects(expectGood(ci), { code: 'UNAVAILABLE' });
});
