import {
  GetAccountAuthorizationDetailsCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, type AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import t, { type Test } from 'tap';
import { createClients } from '#src/aws/clients.ts';
import { toFault } from '#src/aws/faults/faults.ts';
import { createQueryClient } from '#src/aws/query/client.ts';
import { createPace } from '#src/aws/retries/pace.ts';
import { readRetries } from '#src/aws/retries/retries.ts';
import {
  accountOf,
  assumed,
  type Reply,
  refusal,
  startScriptedAws,
  useOwnCredentials,
} from '#test/support/scripted-aws.ts';

// The fast path, compared with the SDK call by call.

Math.random = () => 0;
useOwnCredentials();

const account = accountOf();
const expiresAt = new Date('2026-11-24T13:00:00.000Z');
const credentials = { accessKeyId: 'ASIA1', secretAccessKey: 'secret', sessionToken: 'to/ken+=' };
const retries = () => readRetries(createPace({ now: Date.now, after: setTimeout, atOnce: 10 }));
const page = { MaxItems: 1000, Marker: undefined };
const assume: AssumeRoleCommandInput = {
  RoleArn: account.memberRoleArn,
  RoleSessionName: 'rolewright-jane@example.com',
  DurationSeconds: 3600,
  Policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*&=+ %"}]}',
  ExternalId: 'e=x/t:1',
  SourceIdentity: 'rolewright-jane',
  Tags: [
    { Key: 'account', Value: '111122223333' },
    { Key: 'requestId', Value: 'a b+c' },
  ],
};

const clientsOf = (t: Test, endpoint: string, requestTimeoutMs = 30_000) => {
  const clients = createClients({ endpoint, requestTimeoutMs });
  t.teardown(() => clients.close());
  const sts = clients.sts('aws');
  const iam = clients.iam('aws', credentials, retries());
  const session = { credentials, retries: retries() };
  return {
    'sts:AssumeRole': {
      lean: () => clients.hot.assumeRole('aws', sts, assume),
      sdk: () => sts.send(new AssumeRoleCommand(assume)),
    },
    'iam:GetAccountAuthorizationDetails': {
      lean: () => clients.hot.accountPage('aws', session, page),
      sdk: () => iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['Role'], ...page })),
    },
    'iam:GetRole': {
      lean: () => clients.hot.role('aws', session, 'R+=,.@-'),
      sdk: () => iam.send(new GetRoleCommand({ RoleName: 'R+=,.@-' })),
    },
    'iam:ListAttachedRolePolicies': {
      lean: () => clients.hot.attachedPolicies('aws', session, 'r', 'm/+='),
      sdk: () => iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'r', Marker: 'm/+=' })),
    },
  };
};

type Action = keyof ReturnType<typeof clientsOf>;
const actions: Action[] = [
  'sts:AssumeRole',
  'iam:GetAccountAuthorizationDetails',
  'iam:GetRole',
  'iam:ListAttachedRolePolicies',
];

/** The result for the caller: the used members of the answer, or the fault. */
const outcomeOf = (action: string, call: () => Promise<object>) =>
  call().then(
    (answer) => ({ answer: usedOf(answer as Record<string, unknown>) }),
    (error: unknown) => {
      const { code, message, details, retryable, isUncertain } = toFault(
        { action, account, write: false },
        error,
      );
      return { code, message, details, retryable, isUncertain };
    },
  );

type Detail = Record<string, unknown> & {
  [list in 'RolePolicyList' | 'AttachedManagedPolicies' | 'Tags']?: Record<string, unknown>[];
};
const usedOf = (answer: Record<string, unknown>) => {
  const {
    Credentials: given,
    AssumedRoleUser: user,
    RoleDetailList,
    Role,
    AttachedPolicies,
    IsTruncated = false,
    Marker,
  } = answer;
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = (given ?? {}) as Record<string, unknown>;
  return {
    credentials: [AccessKeyId, SecretAccessKey, SessionToken, Expiration],
    user: (user as { Arn?: string } | undefined)?.Arn,
    next: [IsTruncated, Marker],
    policies: ((AttachedPolicies ?? []) as Record<string, unknown>[]).map(({ PolicyArn }) => PolicyArn),
    roles: ((RoleDetailList ?? (Role === undefined ? undefined : [Role])) as Detail[] | undefined)?.map(
      (role) => ({
        plain: ['Path', 'RoleName', 'RoleId', 'Arn', 'AssumeRolePolicyDocument', 'Description'].map(
          (name) => role[name],
        ),
        boundary: (role.PermissionsBoundary as { PermissionsBoundaryArn?: string } | undefined)
          ?.PermissionsBoundaryArn,
        inline: (role.RolePolicyList ?? []).map(({ PolicyName }) => PolicyName),
        attached: (role.AttachedManagedPolicies ?? []).map(({ PolicyArn }) => PolicyArn),
        tags: (role.Tags ?? []).map(({ Key, Value }) => [Key, Value]),
      }),
    ),
  };
};

const result = (action: string, xml: string): Reply => ({
  status: 200,
  xml: `<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response xmlns="https://x/">\n  <${action}Result>${xml}</${action}Result>\n  <ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></${action}Response>`,
});
const role = `<Path>/a/</Path><RoleName>R&amp;D</RoleName><RoleId>AROA1</RoleId><Arn>arn:aws:iam::111122223333:role/a/R</Arn>
  <CreateDate>2026-01-01T00:00:00Z</CreateDate><AssumeRolePolicyDocument>%7B%22a%22%3A%22&lt;b%20c&gt;%22%7D</AssumeRolePolicyDocument>
  <InstanceProfileList/><RolePolicyList><member><PolicyName>logs</PolicyName><PolicyDocument>%7B%7D</PolicyDocument></member></RolePolicyList>
  <AttachedManagedPolicies><member><PolicyName>A</PolicyName><PolicyArn>arn:aws:iam::aws:policy/A</PolicyArn></member><member><PolicyName>B</PolicyName><PolicyArn>arn:aws:iam::aws:policy/B</PolicyArn></member></AttachedManagedPolicies>
  <PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType><PermissionsBoundaryArn>arn:aws:iam::111122223333:policy/P</PermissionsBoundaryArn></PermissionsBoundary>
  <Tags><member><Key>team</Key><Value>a "b" ü</Value></member><member><Key>empty</Key><Value></Value></member></Tags>`;
const policies =
  '<member><PolicyName>A</PolicyName><PolicyArn>arn:aws:iam::aws:policy/A</PolicyArn></member>';
const full = (action: string, count: number, rest: string): Reply => {
  if (action === 'AssumeRole') return assumed({ expiresAt });
  if (action === 'GetRole')
    return result(
      action,
      `<Role>${role.replace(/<InstanceProfileList[\s\S]*<.AttachedManagedPolicies>/, '')}<Description>for &lt;Fargate&gt;</Description><RoleLastUsed/></Role>`,
    );
  const [list, one] =
    action === 'ListAttachedRolePolicies'
      ? ['AttachedPolicies', policies]
      : ['RoleDetailList', `<member>${role}</member>`];
  return result(action, `<${list}>${one.repeat(count)}</${list}>${rest}`);
};

const replies: Record<string, Reply | ((action: string) => Reply)> = {
  'what was asked for': (action) => full(action, 1, '<IsTruncated>false</IsTruncated>'),
  'a page of two': (action) => full(action, 2, '<IsTruncated>true</IsTruncated><Marker>m/+=</Marker>'),
  'an empty list': (action) =>
    result(action, '<RoleDetailList/><AttachedPolicies/><IsTruncated>false</IsTruncated>'),
  'nothing at all': (action) => result(action, ''),
  denied: refusal(403, 'AccessDenied', 'User: x is not authorized to perform: y &amp; z'),
  throttled: refusal(400, 'Throttling', 'Rate exceeded'),
  'throttled by status': refusal(429, 'SlowDown'),
  'a session that has ended': refusal(403, 'ExpiredToken', 'ended'),
  'bad input': refusal(400, 'ValidationError', '1 validation error detected'),
  'a code unheard of': refusal(418, 'Teapot', 'short and stout'),
  'a failure': refusal(500, 'ServiceFailure', 'oops'),
  'a failure of the gateway': { status: 502, xml: '<html><body>Bad Gateway</body></html>' },
  'a refusal by the gateway': { status: 403, xml: 'no' },
  'a page of something else': { status: 200, xml: '<html><body>welcome' },
  'an answer cut short': { status: 200, xml: '<AssumeRoleResponse><AssumeRoleResult><Credentials>' },
  'no answer': 'HANG',
  'no end of the answer': 'HANG_IN_BODY',
  'a reset': 'RESET',
};

t.test('the fast path and the SDK give the same answers and faults', async (t) => {
  const ask = async (reply: (typeof replies)[string], action: Action, path: 'lean' | 'sdk') => {
    const aws = await startScriptedAws(({ action }) => (typeof reply === 'function' ? reply(action) : reply));
    t.teardown(() => aws.close());
    const clients = clientsOf(t, aws.url, reply === 'HANG' || reply === 'HANG_IN_BODY' ? 500 : undefined);
    return { outcome: await outcomeOf(action, clients[action][path]), calls: aws.calls.length };
  };
  // Concurrent, because time-outs and throttling take time.
  await Promise.all(
    Object.entries(replies).flatMap(([what, reply]) =>
      actions.map(async (action) => {
        const [ours, theirs] = await Promise.all([ask(reply, action, 'lean'), ask(reply, action, 'sdk')]);
        t.same(ours, theirs, `${what}: ${action}`);
      }),
    ),
  );
});

t.test('the fast path and the SDK send the same requests', async (t) => {
  const aws = await startScriptedAws(({ action }) => result(action, ''));
  t.teardown(() => aws.close());
  for (const [action, { lean, sdk }] of Object.entries(clientsOf(t, aws.url))) {
    await outcomeOf(action, lean);
    await outcomeOf(action, sdk);
    const [ours, theirs] = aws.calls.splice(0).map(({ params, headers }) => ({
      params: Object.fromEntries(params),
      token: headers['x-amz-security-token'],
      scope: headers.authorization?.replace(/, SignedHeaders.*/, ''),
      type: headers['content-type'],
      host: headers.host,
    }));
    t.same(ours, theirs, action);
  }
});

t.test("a wrong clock is corrected once, by AWS's answer", async (t) => {
  const days: string[] = [];
  const isLate = (date: unknown) =>
    String(date).slice(0, 8) !== new Date().toISOString().slice(0, 10).replaceAll('-', '');
  const aws = await startScriptedAws(({ headers }) => {
    days.push(String(headers['x-amz-date']).slice(0, 8));
    return isLate(headers['x-amz-date'])
      ? refusal(403, 'RequestExpired', 'the clock')
      : result('GetX', '<A>b</A>');
  });
  const client = createQueryClient({
    userAgent: 'x',
    timeoutMs: 2000,
    connections: 1,
    now: () => new Date(Date.now() - 40 * 86_400_000),
  });
  t.teardown(() => {
    client.close();
    return aws.close();
  });
  const { host, origin } = new URL(aws.url);
  const endpoint = { origin, host, region: 'us-east-1', service: 'iam' };
  const call = { endpoint, action: 'GetX', version: '1', parameters: {}, credentials, retries: retries() };
  t.same(await client.send(call), { A: 'b' });
  t.equal(days.length, 2);
  t.same(await client.send(call), { A: 'b' });
  t.equal(days.length, 3, 'from then on at once');
});

t.test("when the clock is right, AWS's complaint about it is not retried", async (t) => {
  const aws = await startScriptedAws(() => refusal(403, 'SignatureDoesNotMatch', 'the secret is wrong'));
  t.teardown(() => aws.close());
  t.match(await outcomeOf('sts:AssumeRole', clientsOf(t, aws.url)['sts:AssumeRole'].lean), {
    code: 'ACCOUNT_UNREACHABLE',
  });
  t.equal(aws.calls.length, 1);
});
