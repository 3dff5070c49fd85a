import t from 'tap';
import { home, keyOf, start } from './fixtures/sandbox.ts';

const scope = (service: string, key = keyOf(home).accessKeyId) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${key}/20261123/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=x`,
});
const iam = 'Version=2010-05-08';
const sts = 'Version=2011-06-15';

const refused: [string, string, Record<string, string>, string][] = [
  ['no signature', `Action=GetRole&${iam}&RoleName=R`, {}, 'MissingAuthenticationToken 403'],
  [
    'an unknown key',
    `Action=GetRole&${iam}&RoleName=R`,
    scope('iam', 'AKIAUNKNOWN'),
    'InvalidClientTokenId 403',
  ],
  [
    'a token beside a long-term key',
    `Action=GetRole&${iam}&RoleName=R`,
    { ...scope('iam'), 'x-amz-security-token': 'x' },
    'InvalidClientTokenId 403',
  ],
  ['an unknown action', `Action=GetRoles&${iam}`, scope('iam'), 'InvalidAction 400'],
  ['an action of the other service', `Action=AssumeRole&${sts}`, scope('iam'), 'InvalidAction 400'],
  ['an unknown version', 'Action=GetRole&Version=2000-01-01&RoleName=R', scope('iam'), 'InvalidAction 400'],
  ['no action', iam, scope('iam'), 'MissingAction 400'],
  ['no role name', `Action=GetRole&${iam}`, scope('iam'), 'ValidationError 400'],
  [
    'a list of four billion',
    `Action=TagRole&${iam}&RoleName=R&Tags.member.4000000000.Key=a`,
    scope('iam'),
    'ValidationError 400',
  ],
  [
    'a member of a text',
    `Action=GetRole&${iam}&RoleName=R&RoleName.member.1=R`,
    scope('iam'),
    'ValidationError 400',
  ],
  [
    'a body over a mebibyte',
    `Action=GetRole&${iam}&RoleName=${'R'.repeat(1_048_576)}`,
    scope('iam'),
    'RequestEntityTooLarge 413',
  ],
];

t.test('requests that are refused before an action runs', async (t) => {
  const { url } = await start(t);
  for (const [about, body, headers, expected] of refused) {
    const response = await fetch(url, { method: 'POST', body, headers });
    const text = await response.text();
    t.equal(`${/<Code>(.*)<\/Code>/.exec(text)?.[1]} ${response.status}`, expected, about);
    t.match(
      text,
      /^<ErrorResponse xmlns="https:\/\/(iam|sts)\.amazonaws\.com\/doc\/[\d-]+\/"><Error><Type>Sender<\/Type><Code>/,
    );
    t.ok(
      text.includes(`<RequestId>${response.headers.get('x-amzn-requestid')}</RequestId></ErrorResponse>`),
      'the request ID is in the header and in the body',
    );
  }
});

t.test('the shape of an answer', async (t) => {
  const { url } = await start(t);
  const response = await fetch(url, {
    method: 'POST',
    body: `Action=GetCallerIdentity&${sts}`,
    headers: scope('sts'),
  });
  const requestId = response.headers.get('x-amzn-requestid');
  t.equal(response.headers.get('content-type'), 'text/xml');
  t.equal(
    await response.text(),
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
      `<Arn>arn:aws:iam::${home}:user/admin</Arn><UserId>AIDA${home}ADMIN</UserId><Account>${home}</Account>` +
      `</GetCallerIdentityResult><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
  );
});

t.test(
  'the service follows from the scope, then the version, then the action; GET works, signed in the query too',
  async (t) => {
    const { url } = await start(t);
    const presigned = `X-Amz-Credential=${encodeURIComponent(`${keyOf(home).accessKeyId}/20261123/us-east-1/sts/aws4_request`)}`;
    const cases: [string, Record<string, string>, string][] = [
      [`Action=GetCallerIdentity&${sts}`, scope('sts'), 'GetCallerIdentityResponse'],
      [`Action=GetCallerIdentity&${sts}`, scope('execute-api'), 'GetCallerIdentityResponse'],
      [`Action=GetAccountSummary&${iam}`, scope('execute-api'), 'GetAccountSummaryResponse'],
      [`Action=GetCallerIdentity&${sts}&${presigned}`, {}, 'GetCallerIdentityResponse'],
    ];
    for (const [query, headers, root] of cases) {
      const response = await fetch(`${url}/?${query}`, { headers });
      t.match(await response.text(), new RegExp(`^<${root} `), `${query} ${headers.authorization}`);
    }
  },
);

t.test('calls are counted, accepted or not', async (t) => {
  const { url, world } = await start(t);
  for (const action of ['GetRole', 'GetRole', 'ListRoles']) {
    await fetch(url, {
      method: 'POST',
      body: `Action=${action}&${iam}&RoleName=none`,
      headers: scope('iam'),
    }).then((r) => r.text());
  }
  t.same(world.calls(), { [home]: { 'iam:GetRole': 2, 'iam:ListRoles': 1 } });
  t.same(world.calls('999999999999'), {});
  world.clearCalls(home);
  t.same(world.calls(), {});
});
