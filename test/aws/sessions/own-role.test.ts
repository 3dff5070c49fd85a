import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import t, { type Test } from 'tap';
import { startAwsSandbox } from '#dev/sandbox/aws/server.ts';
import { createAws } from '#src/aws/aws.ts';
import { refusal, useOwnCredentials } from '#test/support/scripted-aws.ts';
import { startScriptedRoles } from '#test/support/scripted-roles.ts';

const hub = '999999999999';

/** An adapter in a process whose credentials are those of a user, or of a session of RolewrightHub. */
async function start(t: Test, as: 'user' | 'role') {
  useOwnCredentials();
  delete process.env.AWS_SESSION_TOKEN;
  const { url: endpoint, world, close } = await startAwsSandbox();
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = process.env;
  world.putAccount({ accountId: hub, accessKeys: [{ accessKeyId, secretAccessKey }] });
  if (as === 'role') {
    const trust = { Statement: { Effect: 'Allow', Principal: { AWS: hub }, Action: 'sts:AssumeRole' } };
    world.putRole({
      accountId: hub,
      roleName: 'RolewrightHub',
      path: '/ops/',
      trustText: JSON.stringify(trust),
    });
    const sts = new STSClient({
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId, secretAccessKey },
    });
    const command = new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${hub}:role/ops/RolewrightHub`,
      RoleSessionName: 'task-1',
    });
    const { Credentials: keys } = await sts.send(command);
    process.env.AWS_ACCESS_KEY_ID = keys?.AccessKeyId;
    process.env.AWS_SECRET_ACCESS_KEY = keys?.SecretAccessKey;
    process.env.AWS_SESSION_TOKEN = keys?.SessionToken;
    sts.destroy();
  }
  const { roles, close: closeAws } = createAws({ now: () => new Date(), endpoint });
  t.teardown(() => {
    delete process.env.AWS_SESSION_TOKEN;
    closeAws();
    return close();
  });
  return { roles, world, asked: () => world.calls(hub)[hub]?.['sts:GetCallerIdentity'] ?? 0 };
}

t.test('the role of the process is read once, when it is first needed', async (t) => {
  for (const [as, expected] of [
    ['role', { accountId: hub, roleName: 'RolewrightHub' }],
    ['user', null],
  ] as const) {
    const { roles, asked } = await start(t, as);
    t.equal(asked(), 0);
    const all = await Promise.all([roles.ownRole('aws'), roles.ownRole('aws'), roles.ownRole('aws-cn')]);
    t.same([...all, await roles.ownRole('aws')], Array(4).fill(expected), as);
    t.equal(asked(), 2, 'of each partition once');
  }
});

t.test('a failure is a retryable fault, and is not cached', async (t) => {
  const { roles, world, asked } = await start(t, 'role');
  world.addFaults({ fail: [{ action: 'sts:GetCallerIdentity', code: 'AccessDenied', status: 403 }] });
  await t.rejects(roles.ownRole('aws'), {
    code: 'AWS_FAILED',
    retryable: true,
    message: /sts:GetCallerIdentity.*own role/,
  });
  world.clearFaults();
  t.match(await roles.ownRole('aws'), { roleName: 'RolewrightHub' });
  t.equal(asked(), 2);
});

t.test('throttling is reported as such, so that a sweep retries', async (t) => {
  const { roles, world } = await start(t, 'role');
  world.addFaults({ fail: [{ action: 'sts:GetCallerIdentity', code: 'Throttling', status: 400 }] });
  await t.rejects(roles.ownRole('aws'), { code: 'AWS_THROTTLED', retryable: true });
});

t.test('callers that AWS can name', async (t) => {
  const cases: [arn: string, expected: object | null | undefined][] = [
    [`arn:aws-cn:sts::${hub}:assumed-role/Hub/s`, { accountId: hub, roleName: 'Hub' }],
    [`arn:aws-us-gov:sts::${hub}:assumed-role/a+b=c,d.e@f-g_h/s@x`, { roleName: 'a+b=c,d.e@f-g_h' }],
    [`arn:aws:iam::${hub}:root`, null],
    [`arn:aws:iam::${hub}:user/path/admin`, null],
    [`arn:aws:sts::${hub}:user/moto`, null],
    [`arn:aws:sts::${hub}:federated-user/jane`, null],
    [`arn:aws:sts::${hub}:something-new/Hub/s`, undefined],
    ['', undefined],
  ];
  for (const [arn, expected] of cases) {
    const xml = `<GetCallerIdentityResponse><GetCallerIdentityResult>${arn && `<Arn>${arn}</Arn>`}</GetCallerIdentityResult></GetCallerIdentityResponse>`;
    const { roles } = await startScriptedRoles(t, () => ({ status: 200, xml }));
    if (expected === undefined)
      await t.rejects(roles.ownRole('aws'), { code: 'AWS_FAILED', retryable: true }, arn || 'nobody');
    else t.match(await roles.ownRole('aws'), expected, arn);
  }
  const { roles } = await startScriptedRoles(t, () => refusal(403, 'InvalidClientTokenId'));
  await t.rejects(roles.ownRole('aws'), { code: 'AWS_FAILED', retryable: true });
});
