import t, { type Test } from 'tap';
import { createClients } from '#src/aws/clients.ts';
import { createSessions, sessionName } from '#src/aws/sessions/sessions.ts';
import type { Caller } from '#src/schema/caller.ts';
import {
  accountOf,
  assumed,
  callerOf,
  type Reply,
  refusal,
  startScriptedAws,
  useOwnCredentials,
} from '#test/support/scripted-aws.ts';

useOwnCredentials();
const noon = Date.parse('2026-11-23T12:00:00.000Z');
const minutes = (count: number) => count * 60_000;

const start = async (t: Test, answer: () => Reply) => {
  let time = noon;
  const aws = await startScriptedAws(answer);
  const clients = createClients({ endpoint: aws.url });
  t.teardown(() => {
    clients.close();
    return aws.close();
  });
  const sessions = createSessions({ clients, now: () => new Date(time) });
  return {
    aws,
    sessions,
    at: (ms: number) => {
      time = ms;
    },
  };
};

const callerFrom = (subject: string, issuer: string | null): Caller => ({
  ...callerOf(),
  actor: { subject, issuer },
});

t.test('the session name', (t) => {
  const cases: [subject: string, issuer: string | null, name: string | RegExp][] = [
    ['anonymous', null, 'rolewright-anonymous'],
    ['jane.doe+x=1,y@example.com', null, 'rolewright-jane.doe+x=1,y@example.com'],
    ['a'.repeat(53), null, `rolewright-${'a'.repeat(53)}`],
    ['a'.repeat(54), null, /^rolewright-a{44}-[0-9a-f]{8}$/],
    ['system:serviceaccount:ci:deployer', null, /^rolewright-system-serviceaccount-ci-deployer-[0-9a-f]{8}$/],
    ['Zoë', null, /^rolewright-Zo--[0-9a-f]{8}$/],
    ['a b', null, /^rolewright-a-b-[0-9a-f]{8}$/],
    ['', null, 'rolewright-'],
    ['jane', 'https://one.example', /^rolewright-jane-[0-9a-f]{8}$/],
    ['anonymous', 'https://one.example', /^rolewright-anonymous-[0-9a-f]{8}$/],
    ['team-anna-dd0b3583', null, /^rolewright-team-anna-dd0b3583-[0-9a-f]{8}$/],
    ['team-anna-DD0B3583', null, /^rolewright-team-anna-DD0B3583-[0-9a-f]{8}$/],
    ['team-anna-dd0b358', null, 'rolewright-team-anna-dd0b358'],
    ['dd0b3583', null, 'rolewright-dd0b3583'],
  ];
  for (const [subject, issuer, expected] of cases) {
    const name = sessionName({ subject, issuer });
    if (typeof expected === 'string') t.equal(name, expected);
    else t.match(name, expected);
    t.match(name, /^[\w+=,.@-]{2,64}$/, 'as STS allows');
  }
  t.end();
});

t.test('two callers never share a session name, whatever their subjects', (t) => {
  const [one, two] = ['https://one.example', 'https://two.example'];
  const callers: [subject: string, issuer: string | null][] = [
    ...[null, one, two].flatMap((issuer) =>
      ['anna', 'team/anna', 'team-anna', 'team anna'].map(
        (subject) => [subject, issuer] as [string, typeof issuer],
      ),
    ),
    [`${'a'.repeat(60)}1`, null],
    [`${'a'.repeat(60)}2`, null],
  ];
  // A session name used as a subject, without an issuer and with another one.
  const forged = callers.flatMap(([subject, issuer]) => {
    const shown = sessionName({ subject, issuer }).slice('rolewright-'.length);
    return shown === subject ? [] : [null, one].map((as) => [shown, as] as [string, typeof as]);
  });
  const all = [...callers, ...forged];
  t.equal(new Set(all.map(([subject, issuer]) => sessionName({ subject, issuer }))).size, all.length);
  t.end();
});

t.test('the request to STS', async (t) => {
  const { aws, sessions } = await start(t, () => assumed());
  await sessions.get(accountOf({ externalId: 'ext-1' }), callerOf('jane'));
  await sessions.get(accountOf(), callerOf('jane'));
  const sent = aws.calls.map(({ params }) => [
    params.get('RoleArn'),
    params.get('RoleSessionName'),
    params.get('DurationSeconds'),
    params.get('ExternalId'),
  ]);
  const arn = 'arn:aws:iam::111122223333:role/RolewrightMember';
  t.same(sent, [
    [arn, 'rolewright-jane', '3600', 'ext-1'],
    [arn, 'rolewright-jane', '3600', null],
  ]);
});

t.test('concurrent and later callers share one AssumeRole', async (t) => {
  const { aws, sessions } = await start(t, () => assumed());
  const got = await Promise.all(Array.from({ length: 50 }, () => sessions.get(accountOf(), callerOf())));
  t.equal(new Set(got).size, 1);
  t.equal(await sessions.get(accountOf(), callerOf()), got[0]);
  t.equal(aws.count('AssumeRole'), 1);
});

t.test('a session of its own for each account, role, external ID, caller and issuer', async (t) => {
  const { aws, sessions } = await start(t, () => assumed());
  const memberRoleArn = 'arn:aws:iam::111122223333:role/Other';
  await sessions.get(accountOf(), callerOf('jane'));
  await sessions.get(accountOf(), callerOf('joe'));
  await sessions.get(accountOf({ externalId: 'ext-1' }), callerOf('jane'));
  await sessions.get(accountOf({ memberRoleArn }), callerOf('jane'));
  await sessions.get(accountOf(), callerFrom('jane', 'https://one.example'));
  await sessions.get(accountOf(), callerFrom('jane', 'https://two.example'));
  t.equal(aws.count('AssumeRole'), 6);
});

t.test('it is renewed five minutes before it expires', async (t) => {
  const { aws, sessions, at } = await start(t, () => assumed({ expiresAt: new Date(noon + minutes(60)) }));
  const first = await sessions.get(accountOf(), callerOf());
  at(noon + minutes(55) - 1);
  t.equal(await sessions.get(accountOf(), callerOf()), first);
  at(noon + minutes(55));
  t.not(await sessions.get(accountOf(), callerOf()), first);
  t.equal(aws.count('AssumeRole'), 2);
});

t.test('a failure reaches all waiting callers, and the next call tries again', async (t) => {
  let healthy = false;
  const { aws, sessions } = await start(t, () => (healthy ? assumed() : refusal(403, 'AccessDenied')));
  const results = await Promise.allSettled(
    Array.from({ length: 5 }, () => sessions.get(accountOf(), callerOf())),
  );
  for (const result of results)
    t.match(result, { status: 'rejected', reason: { code: 'ACCOUNT_UNREACHABLE' } });
  t.equal(aws.count('AssumeRole'), 1);
  healthy = true;
  await t.resolves(sessions.get(accountOf(), callerOf()));
});

t.test('credentials of another account, or another partition, are refused', async (t) => {
  for (const arn of [
    'arn:aws:sts::999999999999:assumed-role/RolewrightMember/s',
    'arn:aws-cn:sts::111122223333:assumed-role/RolewrightMember/s',
  ]) {
    const { sessions } = await start(t, () => assumed({ arn }));
    await t.rejects(sessions.get(accountOf(), callerOf()), {
      code: 'ACCOUNT_UNREACHABLE',
      message: new RegExp(arn),
    });
  }
});

t.test(
  'a session is bound to its account, also when another account names the same member role',
  async (t) => {
    const { sessions } = await start(t, () => assumed());
    const account = accountOf();
    await sessions.get(account, callerOf());
    await t.rejects(sessions.get({ ...account, accountId: '999999999999' }, callerOf()), {
      code: 'ACCOUNT_UNREACHABLE',
    });
  },
);

t.test('an answer without credentials is no session', async (t) => {
  const { sessions } = await start(t, () => ({
    status: 200,
    xml: '<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>',
  }));
  await t.rejects(sessions.get(accountOf(), callerOf()), { code: 'AWS_FAILED' });
});
