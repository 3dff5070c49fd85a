import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onBehalfOf } from '../../plugins/rolewright-node/src/person.ts';

const settings = {
  issuer: 'https://portal.example',
  groups: new Map([
    ['group:default/platform', ['rolewright-operators', 'b']],
    ['group:default/other', ['rolewright-administrators']],
    ['user:default/jane', ['a', 'b']],
  ]),
};
const headersOf = (userEntityRef: string, ...ownershipEntityRefs: string[]) =>
  onBehalfOf(settings, { userEntityRef, ownershipEntityRefs });

test('the headers name the person, and the groups that the configuration maps', () => {
  assert.deepEqual(
    headersOf('user:default/jane', 'user:default/jane', 'group:default/Platform', 'group:default/x'),
    {
      'on-behalf-of': 'https://portal.example|user:default/jane',
      'on-behalf-of-groups': 'a,b,rolewright-operators',
    },
  );
});

test('a person without a mapped group has none', () => {
  assert.equal(
    headersOf('user:default/joe', 'group:default/rolewright-operators')['on-behalf-of-groups'],
    '',
  );
});

test('a person whom a header cannot name is refused', () => {
  for (const ref of ['user:default/zoë', 'user:default/a\r\nx: y', '', `user:default/${'x'.repeat(300)}`])
    assert.throws(() => headersOf(ref), { code: 'NO_PERSON' }, ref);
});
