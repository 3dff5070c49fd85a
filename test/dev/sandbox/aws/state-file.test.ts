import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import t from 'tap';
import { startAwsSandbox } from '#dev/sandbox/aws/server.ts';
import { failure, home, start, trust } from './fixtures/sandbox.ts';

t.test('a restart keeps accounts, keys, roles, policies, clusters and the ledger', async (t) => {
  const directory = t.testdir();
  const stateFile = join(directory, 'aws.json');
  const first = await start(t, { stateFile });
  first.world.putAccount({
    accountId: home,
    enabledRegions: ['eu-south-1'],
    quotas: { trustPolicySize: 4096 },
    policies: [{ policyName: 'Logging' }],
  });
  first.world.putCluster({
    accountId: home,
    region: 'us-west-2',
    name: 'shop',
    profiles: [{ name: 'default' }],
  });
  first.world.putOrganization({
    organizationId: 'o-0123456789',
    managementAccountId: home,
    members: [{ accountId: home, name: 'home' }],
  });
  await first.iam().send(
    new CreateRoleCommand({
      RoleName: 'Pods',
      AssumeRolePolicyDocument: trust,
      Tags: [{ Key: 'a', Value: 'b' }],
    }),
  );
  const before = first.world;
  await first.close();
  t.same(await readdir(directory), ['aws.json'], 'no draft stays behind');

  const second = await startAwsSandbox({ stateFile });
  t.same(second.world.account(home), before.account(home));
  t.same(second.world.organization(home), before.organization(home));
  t.match(second.world.organization(home), { members: [{ name: 'home', state: 'ACTIVE' }] });
  t.same(second.world.ledger(), before.ledger());
  await second.close();
  const third = await start(t, { stateFile });
  t.match((await third.iam().send(new GetRoleCommand({ RoleName: 'pods' }))).Role, {
    Tags: [{ Key: 'a', Value: 'b' }],
  });
  t.equal(
    await failure(
      third.iam().send(new CreateRoleCommand({ RoleName: 'Next', AssumeRolePolicyDocument: trust })),
    ),
    'succeeded',
  );
  t.same(
    third.world.ledger().map(({ seq }) => seq),
    [1, 2],
  );
  await third.close();
});

t.test('a write is saved soon, without a close', async (t) => {
  const stateFile = join(t.testdir(), 'aws.json');
  const { iam, close } = await start(t, { stateFile });
  await iam().send(new CreateRoleCommand({ RoleName: 'Pods', AssumeRolePolicyDocument: trust }));
  const saved = () => readFile(stateFile, 'utf8').catch(() => '');
  while (!(await saved()).includes('"Pods"')) await new Promise(setImmediate);
  t.match(JSON.parse(await saved()), { ledgerSeq: 1 });
  await close();
});

t.test('a file of another program is refused', async (t) => {
  const stateFile = join(t.testdir(), 'aws.json');
  await writeFile(stateFile, 'not JSON');
  await t.rejects(startAwsSandbox({ stateFile }), SyntaxError);
});
