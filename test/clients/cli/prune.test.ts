import t from 'tap';
import { roleName } from '#test/support/service.ts';
import { stage } from './run.ts';

t.test('ready and prune: dry by default, then applied', async (t) => {
  const { service, run } = await stage(t);
  const { accountId, ...account } = await service.account();
  account.seed(['kept', 'old']);
  for (const name of ['kept', 'old'])
    service.world.putCluster({ accountId, region: 'us-west-2', name, profiles: [{ name: 'default' }] });
  const of = `${accountId} us-west-2/old`;
  t.match(await run(`ready ${of}`), {
    code: 0,
    out: /^READY: us-west-2\/old in .*\n[\s\S]* default +ACTIVE +COMPLIANT/,
  });
  t.match(await run(`ready ${accountId} us-west-2/kept --json`), { code: 0, out: /"verdict": "READY"/ });
  t.match(await run(`prune ${accountId} ${roleName}`), { code: 0, out: /^Nothing has to be done\.\n/ });
  service.world.deleteCluster(accountId, 'us-west-2', 'old');
  t.match(await run(`ready ${of}`), { code: 1, out: /^NOT_READY: [\s\S]*ERROR CLUSTER_NOT_FOUND: / });
  t.match(await run(`prune ${accountId} ${roleName}`), {
    code: 1,
    out: /-.*fargateprofile\/old\/\*[\s\S]*It would be iam:UpdateAssumeRolePolicy/,
  });
  t.match(account.trust(), /fargateprofile\/old/);
  t.match(await run(`prune ${accountId} ${roleName} --apply --reason CHG-9`), {
    code: 0,
    out: /Change \S+ SUCCEEDED: iam:UpdateAssumeRolePolicy/,
  });
  t.notMatch(account.trust(), /fargateprofile\/old/);
  t.match(await run('ready 1'), { code: 2, err: /Missing argument: REGION\/NAME/ });
});
