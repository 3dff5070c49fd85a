import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasRole, roleOf } from 'backstage-plugin-rolewright-common';

const entity = (annotations?: Record<string, string>) => ({ metadata: annotations ? { annotations } : {} });
const role = { 'rolewright.io/role-name': 'pods' };

test('the annotations name the account and the role', () => {
  const expected = { accountId: '111122223333', roleName: 'pods' };
  for (const name of ['amazonaws.com/account-id', 'aws.amazon.com/account-id'])
    assert.deepEqual(roleOf(entity({ [name]: '111122223333', ...role })), expected, name);
  const both = { 'amazonaws.com/account-id': '1', 'aws.amazon.com/account-id': '2', ...role };
  assert.equal(roleOf(entity(both))?.accountId, '1');
});

test('an entity without one of the two has no role', () => {
  const cases: (Record<string, string> | undefined)[] = [
    undefined,
    {},
    role,
    { 'amazonaws.com/account-id': '1' },
    { ...role, 'amazonaws.com/account-id': '' },
  ];
  for (const annotations of cases)
    assert.equal(hasRole(entity(annotations)), false, JSON.stringify(annotations));
});
