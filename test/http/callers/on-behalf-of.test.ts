import t from 'tap';
import { readOnBehalfOf } from '#src/http/callers/on-behalf-of.ts';
import { authenticateAnyone, headersOf } from '#test/support/callers.ts';
import { startService } from '#test/support/service.ts';

const portal = 'https://portal.example';
const jane = { subject: 'user:default/jane', issuer: portal };

t.test('the headers, as the person whom they name', async (t) => {
  const cases: [what: string, headers: string[], person: unknown][] = [
    ['none', ['Accept', '*/*'], null],
    ['a person', ['On-Behalf-Of', `${portal}|user:default/jane`], { actor: jane, groups: [] }],
    [
      'a person with groups',
      ['on-behalf-of', `${portal}|user:default/jane`, 'ON-BEHALF-OF-GROUPS', 'ops, platform team ,,'],
      { actor: jane, groups: ['ops', 'platform team'] },
    ],
    [
      'a bar in the subject',
      ['on-behalf-of', 'https://a.eu.auth0.com/|auth0|42'],
      { actor: { subject: 'auth0|42', issuer: 'https://a.eu.auth0.com/' }, groups: [] },
    ],
    [
      'no groups',
      ['on-behalf-of', `${portal}|j`, 'on-behalf-of-groups', ''],
      { actor: { subject: 'j', issuer: portal }, groups: [] },
    ],
    [
      'as many and as long as can be',
      [
        'on-behalf-of',
        `${portal}|${'j'.repeat(256)}`,
        'on-behalf-of-groups',
        Array(100).fill('g'.repeat(256)).join(),
      ],
      { actor: { subject: 'j'.repeat(256), issuer: portal }, groups: Array(100).fill('g'.repeat(256)) },
    ],
  ];
  for (const [what, headers, person] of cases) t.same(readOnBehalfOf(headers), person, what);
});

t.test('headers that name nobody are refused', async (t) => {
  const named = `${portal}|jane`;
  const cases: [what: string, headers: string[], message: RegExp][] = [
    ['empty', ['on-behalf-of', ''], /must be ISSUER\|SUBJECT/],
    ['no bar', ['on-behalf-of', 'jane'], /must be ISSUER\|SUBJECT/],
    ['no subject', ['on-behalf-of', `${portal}|`], /must be ISSUER\|SUBJECT/],
    ['a blank subject', ['on-behalf-of', `${portal}| `], /must be ISSUER\|SUBJECT/],
    ['no issuer', ['on-behalf-of', '|jane'], /must be ISSUER\|SUBJECT/],
    ['the issuer of service tokens', ['on-behalf-of', 'rolewright|token:terraform'], /a URL and a name/],
    ['another letter', ['on-behalf-of', `${portal}|j\u00e4ne`], /printable ASCII/],
    ['a control character', ['on-behalf-of', `${portal}|ja\tne`], /printable ASCII/],
    ['a long subject', ['on-behalf-of', `${portal}|${'j'.repeat(257)}`], /at most 256/],
    ['twice', ['on-behalf-of', named, 'On-Behalf-Of', `${portal}|joe`], /once each/],
    [
      'groups twice',
      ['on-behalf-of', named, 'on-behalf-of-groups', 'a', 'on-behalf-of-groups', 'b'],
      /once each/,
    ],
    ['groups alone', ['on-behalf-of-groups', 'admins'], /needs On-Behalf-Of/],
    ['empty groups alone', ['on-behalf-of-groups', ''], /needs On-Behalf-Of/],
    [
      'many groups',
      ['on-behalf-of', named, 'on-behalf-of-groups', Array(101).fill('g').join()],
      /at most 100/,
    ],
    ['a long group', ['on-behalf-of', named, 'on-behalf-of-groups', 'g'.repeat(257)], /at most 256/],
    [
      'another letter in a group',
      ['on-behalf-of', named, 'on-behalf-of-groups', '\u00e4'],
      /printable ASCII/,
    ],
  ];
  for (const [what, headers, message] of cases)
    t.throws(() => readOnBehalfOf(headers), { code: 'INVALID_INPUT', message }, what);
});

t.test('a request that names nobody is refused, with and without authentication', async (t) => {
  for (const authenticate of [null, authenticateAnyone]) {
    const { rest, graphql, app } = await startService(t, { authenticate: () => authenticate });
    const known = authenticate ? headersOf(['rolewright-operators', 'rolewright-portals']) : {};
    const wrong = { ...known, 'on-behalf-of': 'jane' };
    t.match(await rest('GET', '/v1/accounts', undefined, wrong), {
      status: 400,
      json: { code: 'INVALID_INPUT', detail: /^On-Behalf-Of must be/ },
    });
    const answer = await app.inject({
      method: 'POST',
      url: '/graphql',
      payload: { query: '{ __typename }' },
      headers: wrong,
    });
    t.equal(answer.statusCode, 400);
    t.match(await graphql('{ __typename }'), { status: 200 });
  }
});

t.test('who it is: the caller, the person, and what both may do', async (t) => {
  const { rest, log } = await startService(t, { authenticate: () => authenticateAnyone });
  const caller = headersOf(['rolewright-operators', 'rolewright-portals']);
  const alone = await rest('GET', '/v1/caller', undefined, caller);
  t.match(alone, { status: 200, json: { onBehalfOf: null } });
  t.ok(alone.json.operations.includes('extendExecutionRole'));
  const person = {
    'on-behalf-of': `${portal}|user:default/jane`,
    'on-behalf-of-groups': 'rolewright-viewers',
  };
  const both = await rest('GET', '/v1/caller', undefined, { ...caller, ...person });
  t.match(both, { status: 200, json: { subject: 'rolewright-operators', onBehalfOf: jane } });
  t.notOk(both.json.operations.includes('extendExecutionRole'));
  t.ok(both.json.operations.includes('checkExecutionRole'));
  t.match(
    log.findLast(({ msg }) => msg === 'request'),
    { actor: 'rolewright-operators', onBehalfOf: jane },
    'the request log has both names',
  );
});
