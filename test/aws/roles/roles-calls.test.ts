import t from 'tap';
import { decodeDocument } from '#src/aws/roles/roles.ts';
import type { PlannedStep } from '#src/domain/plan/steps/step.ts';
import { Fault } from '#src/fault.ts';
import { accountOf, assumed, callerOf, healthy, refusal } from '#test/support/scripted-aws.ts';
import { all, attach, intentFor, startScriptedRoles, updateTrust } from '#test/support/scripted-roles.ts';

// The calls to AWS, and their number. Their results are in roles.test.ts.

const tally = (calls: { action: string }[]) => {
  const counts: Record<string, number> = {};
  for (const { action } of calls) counts[action] = (counts[action] ?? 0) + 1;
  return counts;
};

t.test('a read is two IAM calls side by side, and at most one AssumeRole', async (t) => {
  const { promise: bothThere, resolve } = Promise.withResolvers<void>();
  let waiting = 0;
  const { aws, roles } = await startScriptedRoles(t, async (call) => {
    if (call.action === 'AssumeRole') return assumed();
    waiting += 1;
    if (waiting === 2) resolve();
    await bothThere; // neither is answered before the other was asked
    return healthy(call);
  });
  t.match(await roles.read(accountOf(), 'r', callerOf()), { roleName: 'r', inline: null });
  t.same(tally(aws.calls), { AssumeRole: 1, GetRole: 1, ListAttachedRolePolicies: 1 });
  await roles.read(accountOf(), 'r', callerOf());
  t.same(tally(aws.calls), { AssumeRole: 1, GetRole: 2, ListAttachedRolePolicies: 2 });
});

t.test('a whole read is three', async (t) => {
  const { aws, roles } = await startScriptedRoles(t);
  t.match(await roles.readWhole(accountOf(), 'r', callerOf()), { inline: [] });
  t.same(tally(aws.calls), { AssumeRole: 1, GetRole: 1, ListAttachedRolePolicies: 1, ListRolePolicies: 1 });
});

t.test('fifty reads at once assume the role once', async (t) => {
  const { aws, roles } = await startScriptedRoles(t);
  await Promise.all(Array.from({ length: 50 }, () => roles.read(accountOf(), 'r', callerOf())));
  t.same(tally(aws.calls), { AssumeRole: 1, GetRole: 50, ListAttachedRolePolicies: 50 });
});

t.test('a role that only one of the two calls shows counts as missing', async (t) => {
  for (const gone of ['GetRole', 'ListAttachedRolePolicies', 'ListRolePolicies']) {
    const { roles } = await startScriptedRoles(t, ({ action }) =>
      action === gone ? refusal(404, 'NoSuchEntity') : undefined,
    );
    t.equal(await roles.readWhole(accountOf(), 'r', callerOf()), null, gone);
  }
});

t.test('a session that AWS ended is renewed once, for reads and for writes', async (t) => {
  for (const code of ['ExpiredToken', 'ExpiredTokenException', 'InvalidClientTokenId']) {
    let assumptions = 0;
    const { aws, roles, write } = await startScriptedRoles(t, ({ action, headers }) => {
      if (action === 'AssumeRole') {
        assumptions += 1;
        return assumed({ token: `t${assumptions}` });
      }
      return ['t1', 't3'].includes(String(headers['x-amz-security-token'])) ? refusal(403, code) : undefined;
    });
    t.match(await roles.read(accountOf(), 'r', callerOf()), { roleName: 'r' }, code);
    t.equal(aws.count('AssumeRole'), 2, 'both calls of the read share the new session');
    await write(accountOf(), attach);
    t.equal(aws.count('AssumeRole'), 4);
    t.equal(aws.count('AttachRolePolicy'), 2);
  }
  const { aws, write } = await startScriptedRoles(t, ({ action }) =>
    action === 'AttachRolePolicy' ? refusal(403, 'ExpiredToken') : undefined,
  );
  await t.rejects(write(accountOf(), attach), { code: 'ACCOUNT_UNREACHABLE', isUncertain: false });
  t.equal(aws.count('AttachRolePolicy'), 2);
});

t.test('more attached policies than a page holds', async (t) => {
  const page = (arn: string, rest: string) => ({
    status: 200,
    xml: `<R><ListAttachedRolePoliciesResult><AttachedPolicies><member><PolicyArn>${arn}</PolicyArn></member></AttachedPolicies>${rest}</ListAttachedRolePoliciesResult></R>`,
  });
  const { roles } = await startScriptedRoles(t, ({ action, params }) => {
    if (action !== 'ListAttachedRolePolicies') return undefined;
    return params.get('Marker') === 'm1'
      ? page('arn:aws:iam::aws:policy/A', '<IsTruncated>false</IsTruncated>')
      : page('arn:aws:iam::aws:policy/B', '<IsTruncated>true</IsTruncated><Marker>m1</Marker>');
  });
  t.match(await roles.read(accountOf(), 'r', callerOf()), {
    attached: ['arn:aws:iam::aws:policy/A', 'arn:aws:iam::aws:policy/B'],
  });
});

/** A page of all roles, as IAM writes it. */
const listing = (names: string[], rest: string, trust = '%7B%7D') => ({
  status: 200,
  xml: `<R><GetAccountAuthorizationDetailsResult><RoleDetailList>${names
    .map(
      (name) =>
        `<member><Path>/</Path><RoleName>${name}</RoleName><RoleId>AROA2</RoleId><Arn>arn:aws:iam::111122223333:role/${name}</Arn><AssumeRolePolicyDocument>${trust}</AssumeRolePolicyDocument><RolePolicyList><member><PolicyName>z</PolicyName><PolicyDocument>%7B%7D</PolicyDocument></member><member><PolicyName>b</PolicyName></member></RolePolicyList></member>`,
    )
    .join('')}</RoleDetailList>${rest}</GetAccountAuthorizationDetailsResult></R>`,
});
const namesOf = async (found: Promise<{ roleName: string }[]>) =>
  (await found).map(({ roleName }) => roleName);

t.test(
  'roles are listed a thousand at a time, and a session that ends meanwhile is renewed for its page',
  async (t) => {
    let assumptions = 0;
    const { aws, roles } = await startScriptedRoles(t, ({ action, params, headers }) => {
      if (action === 'AssumeRole') {
        assumptions += 1;
        return assumed({ token: `t${assumptions}` });
      }
      if (params.get('Marker') === null)
        return listing(['a', 'b'], '<IsTruncated>true</IsTruncated><Marker>m+1/=</Marker>');
      if (headers['x-amz-security-token'] === 't1') return refusal(403, 'ExpiredToken');
      return listing(['c'], '<IsTruncated>false</IsTruncated><Marker>not to be used</Marker>');
    });
    t.same(await namesOf(roles.listAll(accountOf(), callerOf(), all)), ['a', 'b', 'c']);
    t.same(tally(aws.calls), { AssumeRole: 2, GetAccountAuthorizationDetails: 3 });
    const sent = aws.calls
      .filter(({ action }) => action !== 'AssumeRole')
      .map(({ params }) => Object.fromEntries(params));
    const page = {
      Action: 'GetAccountAuthorizationDetails',
      Version: '2010-05-08',
      'Filter.member.1': 'Role',
      MaxItems: '1000',
    };
    t.same(sent, [page, { ...page, Marker: 'm+1/=' }, { ...page, Marker: 'm+1/=' }]);
  },
);

t.test('a thousand roles whose documents came without percent-encoding, quotes and all', async (t) => {
  const { roles } = await startScriptedRoles(t, ({ action }) =>
    action === 'AssumeRole'
      ? undefined
      : listing(
          Array.from({ length: 1000 }, (_, i) => `r${i}`),
          '',
          '{&quot;a&quot;: &quot;100% &amp;&#x20;more&quot;}',
        ),
  );
  const found = await roles.listAll(accountOf(), callerOf(), all);
  t.equal(found.length, 1000);
  t.match(found.at(-1), {
    roleName: 'r999',
    trustText: '{"a": "100% & more"}',
    inline: ['b', 'z'],
    attached: [],
    description: null,
  });
});

t.test('a truncated list is an error', async (t) => {
  const cases = {
    'no list': { status: 200, xml: '<R><GetAccountAuthorizationDetailsResult/></R>' },
    'no marker': listing(['a'], '<IsTruncated>true</IsTruncated>'),
    'a role without a name': listing(['a', ''], ''),
    'not allowed': refusal(403, 'AccessDenied'),
  };
  for (const [what, answer] of Object.entries(cases)) {
    const { roles } = await startScriptedRoles(t, ({ action }) =>
      action === 'AssumeRole' ? undefined : answer,
    );
    const fault = { code: 'AWS_FAILED', message: /iam:GetAccountAuthorizationDetails/ };
    await t.rejects(namesOf(roles.listAll(accountOf(), callerOf(), all)), fault, what);
  }
});

t.test('the account’s quotas are read once an hour, however many callers need them', async (t) => {
  let time = 0;
  const { aws, roles } = await startScriptedRoles(t, undefined, { now: () => new Date(time) });
  const account = accountOf();
  t.equal(roles.knownQuotas(account), null);
  const got = await Promise.all([
    roles.quotas(account, callerOf()),
    roles.quotas(account, callerOf('another')),
  ]);
  t.match(got, [{ trustPolicySize: 4096, policiesPerRole: 20 }, { trustPolicySize: 4096 }]);
  t.equal(aws.count('GetAccountSummary'), 1);
  time = 3_599_999;
  t.match(roles.knownQuotas(account), { trustPolicySize: 4096 });
  t.equal(roles.knownQuotas(accountOf({ accountId: '999999999999' })), null);
  time = 3_600_000;
  t.equal(roles.knownQuotas(account), null);
  await roles.quotas(account, callerOf());
  t.equal(aws.count('GetAccountSummary'), 2);
});

t.test('quotas can be read afresh, and the answer is cached', async (t) => {
  let time = 0;
  let quota = 2048;
  let down = false;
  const summary = () =>
    `<R><GetAccountSummaryResult><SummaryMap><entry><key>AssumeRolePolicySizeQuota</key><value>${quota}</value></entry><entry><key>AttachedPoliciesPerRoleQuota</key><value>10</value></entry></SummaryMap></GetAccountSummaryResult></R>`;
  const { aws, roles } = await startScriptedRoles(
    t,
    ({ action }) =>
      action !== 'GetAccountSummary'
        ? undefined
        : down
          ? refusal(403, 'AccessDenied')
          : { status: 200, xml: summary() },
    { now: () => new Date(time) },
  );
  const account = accountOf();
  await roles.quotas(account, callerOf());
  quota = 4096;
  time = 1_000_000;
  t.match(await roles.quotas(account, callerOf()), { trustPolicySize: 2048 }, 'from the cache');
  t.match(await roles.quotas(account, callerOf(), false), { trustPolicySize: 2048 });
  t.match(await roles.quotas(account, callerOf(), true), { trustPolicySize: 4096 }, 'from AWS');
  time = 4_599_999;
  t.match(roles.knownQuotas(account), { trustPolicySize: 4096 }, 'an hour from then');
  t.match(await roles.quotas(account, callerOf()), { trustPolicySize: 4096 });
  t.equal(aws.count('GetAccountSummary'), 2);
  down = true;
  await t.rejects(roles.quotas(account, callerOf(), true), { code: 'AWS_FAILED' });
  t.match(roles.knownQuotas(account), { trustPolicySize: 4096 }, 'the cached value stays');
});

t.test('quotas are cached by account ID and partition', async (t) => {
  const { aws, roles } = await startScriptedRoles(t, ({ action, params }) =>
    action === 'AssumeRole'
      ? assumed({
          arn: `arn:${params.get('RoleArn')?.split(':')[1]}:sts::111122223333:assumed-role/RolewrightMember/s`,
        })
      : undefined,
  );
  const [one, other] = [accountOf(), accountOf({ partition: 'aws-cn' })];
  await roles.quotas(one, callerOf());
  t.equal(roles.knownQuotas(other), null);
  await roles.quotas(other, callerOf());
  t.equal(aws.count('GetAccountSummary'), 2);
});

t.test('an answer that lacks an essential member is an error', async (t) => {
  const { roles } = await startScriptedRoles(t, ({ action }) =>
    ['GetRole', 'GetAccountSummary'].includes(action)
      ? { status: 200, xml: `<${action}Response><${action}Result/></${action}Response>` }
      : undefined,
  );
  await t.rejects(roles.read(accountOf(), 'r', callerOf()), { code: 'AWS_FAILED' });
  await t.rejects(roles.quotas(accountOf(), callerOf()), { code: 'AWS_FAILED' });
});

t.test('the trust policy is decoded, and otherwise unchanged', async (t) => {
  const cases: [stored: string, text: string][] = [
    ['%7B%22a%22%3A%22b%20c%2Bd%25%22%7D', '{"a":"b c+d%"}'],
    ['{"a":"100%"}', '{"a":"100%"}'],
    ['{"a":"%41"}', '{"a":"%41"}'],
    ['\n{"a": 1, "a": 2}', '\n{"a": 1, "a": 2}'],
    ['%7B%22a%22%3A+1%7D', '{"a":+1}'],
    ['not%json', 'not%json'],
  ];
  for (const [stored, text] of cases) t.equal(decodeDocument(stored), text);
  const { roles } = await startScriptedRoles(t, (call) => healthy(call, '%7B%22a%22%3A%22b%20c%2Bd%22%7D'));
  t.match(await roles.read(accountOf(), 'r', callerOf()), { trustText: '{"a":"b c+d"}' });
});

t.test('each planned step is one call, with the planned parameters only', async (t) => {
  const policyArn = 'arn:aws:iam::aws:policy/P';
  const document = { Version: '2012-10-17', Statement: [] };
  const text = '{"Version":"2012-10-17","Statement":[]}';
  const bare = {
    roleName: 'r',
    path: '/',
    assumeRolePolicyDocument: document,
    description: null,
    tags: {},
    permissionsBoundary: null,
  };
  const cases: [step: PlannedStep, sent: Record<string, string>][] = [
    [
      { action: 'iam:CreateRole', text, detail: bare },
      { Path: '/', AssumeRolePolicyDocument: text },
    ],
    [
      {
        action: 'iam:CreateRole',
        text,
        detail: {
          ...bare,
          path: '/p/',
          description: 'd',
          tags: { a: '1', b: '' },
          permissionsBoundary: policyArn,
        },
      },
      {
        Path: '/p/',
        AssumeRolePolicyDocument: text,
        Description: 'd',
        'Tags.member.1.Key': 'a',
        'Tags.member.1.Value': '1',
        'Tags.member.2.Key': 'b',
        'Tags.member.2.Value': '',
        PermissionsBoundary: policyArn,
      },
    ],
    [
      { action: 'iam:UpdateAssumeRolePolicy', text, detail: { roleName: 'r', policyDocument: document } },
      { PolicyDocument: text },
    ],
    [{ action: 'iam:AttachRolePolicy', detail: { roleName: 'r', policyArn } }, { PolicyArn: policyArn }],
    [
      { action: 'iam:TagRole', detail: { roleName: 'r', tags: { a: '1' } } },
      { 'Tags.member.1.Key': 'a', 'Tags.member.1.Value': '1' },
    ],
    [
      { action: 'iam:PutRolePermissionsBoundary', detail: { roleName: 'r', permissionsBoundary: policyArn } },
      { PermissionsBoundary: policyArn },
    ],
    [{ action: 'iam:DetachRolePolicy', detail: { roleName: 'r', policyArn } }, { PolicyArn: policyArn }],
    [
      { action: 'iam:UntagRole', detail: { roleName: 'r', tagKeys: ['a', 'b c'] } },
      { 'TagKeys.member.1': 'a', 'TagKeys.member.2': 'b c' },
    ],
    [
      { action: 'iam:UpdateRoleDescription', detail: { roleName: 'r', description: 'd' } },
      { Description: 'd' },
    ],
  ];
  const { aws, write } = await startScriptedRoles(t);
  for (const [step, sent] of cases) {
    const action = step.action.slice('iam:'.length);
    t.same(await write(accountOf(), step), { awsRequestId: `req-${action}` });
    t.same(
      Object.fromEntries(aws.calls.at(-1)?.params ?? []),
      { Action: action, Version: '2010-05-08', RoleName: 'r', ...sent },
      step.action,
    );
  }
  t.same(aws.count('AssumeRole'), cases.length, 'and a session for each change');
});

t.test('a write that its intent does not name is not sent', async (t) => {
  const { aws, roles } = await startScriptedRoles(t);
  const account = accountOf();
  for (const intent of [
    intentFor(account, 'another'),
    intentFor(accountOf({ accountId: '999999999999' }), 'r'),
  ]) {
    await t.rejects(
      roles.write(intent, account, updateTrust, callerOf(), async () => {}),
      { name: 'Error', message: /^the intent is for / },
    );
  }
  t.equal(aws.calls.length, 0);
});

t.test('the lock is confirmed before each attempt of a write', async (t) => {
  let throttled = 2;
  const asked: number[] = [];
  const { aws, write } = await startScriptedRoles(t, ({ action }) =>
    action === 'AttachRolePolicy' && throttled-- > 0 ? refusal(400, 'Throttling') : undefined,
  );
  await write(
    accountOf(),
    attach,
    async () => void asked.push(aws.calls.filter(({ action }) => action === 'AttachRolePolicy').length),
  );
  t.same(asked, [0, 1, 2], 'before each attempt');
  const before = aws.count('AttachRolePolicy');
  const lost = new Fault('ROLE_BUSY', 'lost');
  await t.rejects(
    write(accountOf(), attach, () => Promise.reject(lost)),
    lost,
  );
  t.equal(aws.count('AttachRolePolicy'), before, 'nothing was sent');
});

t.test(
  'a change needs one more AssumeRole, however many steps it has, and none between the last read and the write',
  async (t) => {
    const { aws, roles } = await startScriptedRoles(t);
    const [account, caller] = [accountOf(), callerOf()];
    const intent = intentFor(account, 'r', updateTrust, attach);
    await roles.read(account, 'r', caller);
    await roles.openWriting(intent, account, caller);
    await roles.readTrust(account, 'r', caller);
    for (const step of [updateTrust, attach])
      await roles.write(intent, account, step, caller, async () => {});
    const actions = aws.calls.map(({ action }) => action);
    t.same(actions.slice(3), ['AssumeRole', 'GetRole', 'UpdateAssumeRolePolicy', 'AttachRolePolicy']);
    t.equal(aws.count('AssumeRole'), 2);
    await roles.write(intentFor(account, 'r', attach), account, attach, caller, async () => {});
    t.equal(aws.count('AssumeRole'), 3, 'the next change has its own');
  },
);

t.test('a source identity and tags are sent when the setting asks for them', async (t) => {
  const sent = async (sourceIdentity: boolean) => {
    const { aws, roles, write } = await startScriptedRoles(t, undefined, { sourceIdentity });
    await roles.read(accountOf(), 'r', callerOf());
    await write(accountOf(), attach);
    return aws.calls
      .filter(({ action }) => action === 'AssumeRole')
      .map(({ params }) =>
        [...params].filter(([name]) => /^(SourceIdentity|Tags)/.test(name)).map((pair) => pair.join(' ')),
      );
  };
  t.same(await sent(false), [[], []]);
  const common = [
    'SourceIdentity rolewright-anonymous',
    'Tags.member.1.Key account',
    'Tags.member.1.Value 111122223333',
  ];
  t.same(
    (await sent(true)).map((all) => all.sort()),
    [common, [...common, 'Tags.member.2.Key requestId', 'Tags.member.2.Value req-1']],
  );
});

t.test('the trust policy alone takes one call', async (t) => {
  const { aws, roles } = await startScriptedRoles(t);
  t.equal(await roles.readTrust(accountOf(), 'r', callerOf()), '{}');
  t.same(
    aws.calls.map(({ action }) => action),
    ['AssumeRole', 'GetRole'],
  );
});
