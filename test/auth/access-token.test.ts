import { createLocalJWKSet, type JWTPayload } from 'jose';
import t from 'tap';
import { readAccessToken } from '#src/auth/access-token.ts';
import { audience, makeKey, startTestIssuer } from '#test/support/issuer.ts';

// What is told of a caller by the claims of a good token; bad ones are in authenticate.test.ts.

const key = await makeKey('one');
const issuer = await startTestIssuer(t, key);
const keys = createLocalJWKSet({ keys: [key.publicJwk] });
const many = (count: number) => Array.from({ length: count }, (_, i) => `group-${i}`);

const cases: [what: string, claim: string, claims: JWTPayload, groups: string[] | null][] = [
  ['a list', 'groups', { groups: ['a', 'b'] }, ['a', 'b']],
  ['one', 'groups', { groups: 'a b' }, ['a b']],
  ['none', 'groups', { groups: [] }, []],
  ['no claim', 'groups', { groups: undefined }, []],
  ['a claim within claims', 'realm_access.roles', { realm_access: { roles: ['a'] } }, ['a']],
  ['a way that leads nowhere', 'realm_access.roles', { realm_access: 'x' }, []],
  ['a claim with dots in its name', 'https://portal.example/roles', { 'https://portal.example/roles': ['a'] }, ['a']],
  ['a claim with a colon', 'cognito:groups', { 'cognito:groups': ['a'] }, ['a']],
  ['what every object has', 'constructor.name', {}, []],
  ['500', 'groups', { groups: many(500) }, many(500)],
  ['501', 'groups', { groups: many(501) }, null],
  ['a number among them', 'groups', { groups: ['a', 1] }, null],
  ['an empty name', 'groups', { groups: [''] }, null],
  ['null', 'groups', { groups: null }, []],
];

t.test('groups', async (t) => {
  for (const [what, groupsClaim, claims, groups] of cases) {
    const rules = { issuer: issuer.url, audience, groupsClaim, clockSkewSeconds: 0 };
    const answer = await readAccessToken(await issuer.token(key, claims), keys, rules);
    if (groups === null) t.match(answer, { refused: /is no list of at most 500 names$/ }, what);
    else t.same(answer, { identity: { actor: { subject: 'alice', issuer: issuer.url }, groups, scope: null } }, what);
  }
});

t.test('the clocks of others', async (t) => {
  const now = Math.floor(Date.now() / 1000);
  for (const [clockSkewSeconds, claims, isKnown] of [
    [0, { exp: now - 5 }, false],
    [60, { exp: now - 5 }, true],
    [60, { exp: now - 120 }, false],
    [0, { nbf: now + 20 }, false],
    [60, { nbf: now + 20 }, true],
  ] as const) {
    const rules = { issuer: issuer.url, audience, groupsClaim: 'groups', clockSkewSeconds };
    t.equal('identity' in (await readAccessToken(await issuer.token(key, claims), keys, rules)), isKnown, JSON.stringify(claims));
  }
});
