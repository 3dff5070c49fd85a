import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toRolewrightError } from 'backstage-plugin-rolewright-node';
import { ConnectionError, Problem } from 'rolewright-client';
import { problem } from '../support/rolewright.ts';

const from = (...given: Parameters<typeof problem>) =>
  toRolewrightError(new Problem(problem(...given).body as never, null));

const cases: [string, Parameters<typeof problem>, object][] = [
  [
    'a refusal is its first sentence and the rest',
    [403, 'FORBIDDEN', 'Permission denied: x in account 1. Ask an administrator of Rolewright.'],
    {
      status: 403,
      message: 'Permission denied: x in account 1.',
      remedy: 'Ask an administrator of Rolewright.',
    },
  ],
  [
    'a credential that is rejected is no end of the session',
    [401, 'UNAUTHENTICATED', 'Authentication required.'],
    { status: 502, code: 'CREDENTIAL_REJECTED' },
  ],
  [
    'a plugin that may not speak is told so',
    [403, 'FORBIDDEN', 'Permission denied: speakFor. Leave out On-Behalf-Of.'],
    { status: 502, remedy: 'Ask an administrator of Rolewright to permit speakFor to it.' },
  ],
  [
    'a remedy for callers of the API is put into the words of the portal',
    [409, 'TRUST_MISMATCH', 'The trust policy does not match. Send `onMismatch: "MERGE"`.'],
    { status: 409, remedy: "Repair the role in Rolewright's console, which shows the plan." },
  ],
  [
    'invalid input names the member alone',
    [400, 'INVALID_INPUT', '/clusters/0/region must be an AWS Region'],
    { status: 400, message: 'The region must be an AWS Region.' },
  ],
  [
    'without a remedy the request is named',
    [500, 'INTERNAL', 'It failed.'],
    { status: 502, remedy: 'Ask an administrator of Rolewright about the request request-1.' },
  ],
  [
    'what a log or a terminal would obey is taken out',
    [409, 'ROLE_BUSY', 'a\u001b[31mb\nc\u202ed\u2028e'],
    { message: 'a [31mb c d e' },
  ],
  ['a long text is cut', [422, 'QUOTA_EXCEEDED', 'x'.repeat(5000)], { message: `${'x'.repeat(299)}…` }],
];
for (const [name, given, expected] of cases)
  test(name, () =>
    assert.partialDeepStrictEqual({ ...from(...given), message: from(...given)?.message }, expected),
  );

test('a service that cannot be reached, or is too slow', () => {
  assert.equal(toRolewrightError(new ConnectionError('x', {}))?.status, 502);
  assert.equal(
    toRolewrightError(AbortSignal.abort(new DOMException('x', 'TimeoutError')).reason)?.status,
    504,
  );
});

test('any other error is none of ours', () => assert.equal(toRolewrightError(new TypeError('x')), null));
