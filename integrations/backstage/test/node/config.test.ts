import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigReader } from '@backstage/config';
import { readSettings } from '../../plugins/rolewright-node/src/config.ts';

const app = { baseUrl: 'https://portal.example/' };
const good = { baseUrl: 'https://rolewright.example/', token: 'secret-1' };
const read = (rolewright: object) => readSettings(new ConfigReader({ app, rolewright } as never));

test('the smallest configuration', () => {
  const settings = read(good);
  assert.deepEqual(
    { ...settings, groups: [...settings.groups] },
    {
      baseUrl: 'https://rolewright.example',
      publicUrl: null,
      credential: { token: 'secret-1' },
      issuer: 'https://portal.example',
      groups: [],
    },
  );
});

test('all of it', () => {
  const clientCredentials = {
    tokenUrl: 'https://issuer.example/token',
    clientId: 'portal',
    clientSecret: 's',
  };
  const settings = read({
    baseUrl: 'http://rolewright',
    publicUrl: 'https://rolewright.example',
    clientCredentials: { ...clientCredentials, scope: 'a b', audience: 'rolewright' },
    onBehalfOf: { issuer: 'https://people.example' },
    groups: { 'Group:default/Platform': ['rolewright-operators', 'x'] },
  });
  assert.equal(settings.publicUrl, 'https://rolewright.example');
  assert.equal(settings.issuer, 'https://people.example');
  assert.deepEqual([...settings.groups], [['group:default/platform', ['rolewright-operators', 'x']]]);
  assert.partialDeepStrictEqual(settings.credential, {
    clientId: 'portal',
    scope: 'a b',
    audience: 'rolewright',
  });
});

const secret = 'hunter2';
const client = { tokenUrl: 'https://issuer.example/token', clientId: 'p', clientSecret: secret };
const wrong: [string, object, RegExp][] = [
  ['no credential', { baseUrl: good.baseUrl }, /either rolewright.token or rolewright.clientCredentials/],
  ['two credentials', { ...good, clientCredentials: client }, /either rolewright.token or/],
  ['a token of two lines', { ...good, token: `${secret}\nx` }, /rolewright.token must be one line/],
  ['no address', { token: secret }, /rolewright.baseUrl/],
  ['an address that is none', { ...good, baseUrl: 'rolewright' }, /rolewright.baseUrl must be an address/],
  ['an address with a password', { ...good, baseUrl: `https://a:${secret}@b` }, /rolewright.baseUrl must be/],
  [
    'a console that is a script',
    { ...good, publicUrl: 'javascript:alert(1)' },
    /rolewright.publicUrl must be/,
  ],
  [
    'an issuer that is no address',
    { ...good, onBehalfOf: { issuer: 'people' } },
    /onBehalfOf.issuer must be/,
  ],
  [
    'a file as issuer',
    { baseUrl: good.baseUrl, clientCredentials: { ...client, tokenUrl: 'file:///x' } },
    /tokenUrl must be/,
  ],
  ['groups as a list', { ...good, groups: ['x'] }, /rolewright.groups must map/],
  ['a group that is not a full ref', { ...good, groups: { platform: ['x'] } }, /rolewright.groups must map/],
  [
    'a group with a comma',
    { ...good, groups: { 'group:default/a': ['x,rolewright-administrators'] } },
    /must map/,
  ],
  ['a group with a line break', { ...good, groups: { 'group:default/a': ['x\r\ny: z'] } }, /must map/],
  ['a group that is no list', { ...good, groups: { 'group:default/a': 'x' } }, /must map/],
];
for (const [name, rolewright, message] of wrong)
  test(`refused: ${name}`, () => {
    assert.throws(
      () => read(rolewright),
      (error: Error) => {
        assert.match(error.message, message);
        assert.ok(!error.message.includes(secret), 'no secret in the message');
        return true;
      },
    );
  });
