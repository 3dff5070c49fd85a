import { createLocalJWKSet, type JWTPayload } from 'jose';
import t from 'tap';
import { readAccessToken } from '#src/auth/access-token.ts';
import { audience, makeKey, startTestIssuer } from '#test/support/issuer.ts';

// The identity that a valid token gives. Invalid tokens are in authenticate.test.ts.

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
  [
    'a claim with dots in its name',
    'https://portal.example/roles',
    { 'https://portal.example/roles': ['a'] },
    ['a'],
  ],
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
    const answer = await readAccessToken(await issuer.token(key, claims), keys, rules, new Date());
    if (groups === null) t.match(answer, { refused: /must be a list of at most 500 names$/ }, what);
    else
      t.same(
        answer,
        { identity: { actor: { subject: 'alice', issuer: issuer.url }, groups, scope: null } },
        what,
      );
  }
});

/** Characters that are invisible, look like a space or another letter, or reverse the text beside them. */
const unseen = {
  'a line end': 'al\nice',
  'a control character': 'alice\u0085',
  'a zero-width space': 'al\u200bice',
  'a zero-width joiner': 'alice\u200d',
  'a byte order mark': '\ufeffalice',
  'a soft hyphen': 'al\u00adice',
  'a right-to-left override': '\u202ealice',
  'an isolate': 'alice\u2066',
  'an Arabic letter mark': '\u061calice',
  'a combining grapheme joiner': 'al\u034fice',
  'a filler': 'alice\u3164',
  'a variation selector': 'alice\ufe0f',
  'a tag': 'alice\u{e0041}',
  'a line separator': 'al\u2028ice',
  'a space that is none': 'alice\u00a0x',
  'a space at its end': 'alice ',
  'a space at its beginning': ' alice',
  'a letter put together': 'andre\u0301',
  'what is no character': 'alice\uffff',
  'a character of private use': 'alice\ue000',
  'half a character': 'alice\ud800',
  'the blank of Braille': 'alice\u2800',
  'nothing but the blank of Braille': '\u2800',
};

t.test('invisible characters in a subject or group are refused', async (t) => {
  const rules = { issuer: issuer.url, audience, groupsClaim: 'groups', clockSkewSeconds: 0 };
  for (const [what, name] of Object.entries(unseen)) {
    const [sub, group] = [
      await issuer.token(key, { sub: name }),
      await issuer.token(key, { groups: ['a', name] }),
    ];
    t.match(
      await readAccessToken(sub, keys, rules, new Date()),
      { refused: /^the claim sub must be 1 to 256 visible characters/ },
      what,
    );
    t.match(
      await readAccessToken(group, keys, rules, new Date()),
      { refused: /^the claim groups must be a list/ },
      `${what}, in a group`,
    );
  }
  for (const name of [
    'alice',
    'a b',
    'CN=Ops, OU=IT',
    'andr\u00e9',
    'Ольга',
    '山田',
    'علی',
    'auth0|5f7c',
    'x@example.com',
    '🛡',
    'x'.repeat(256),
  ]) {
    const answer = await readAccessToken(
      await issuer.token(key, { sub: name, groups: [name] }),
      keys,
      rules,
      new Date(),
    );
    t.match(answer, { identity: { actor: { subject: name }, groups: [name] } }, name);
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
    t.equal(
      'identity' in (await readAccessToken(await issuer.token(key, claims), keys, rules, new Date())),
      isKnown,
      JSON.stringify(claims),
    );
  }
});
