import t from 'tap';
import { roleName } from '#test/support/service.ts';
import { stage } from './run.ts';

t.test('role import-blocks: Terraform for each line that can be imported', async (t) => {
  const { service, run } = await stage(t);
  const account = await service.account();
  const { accountId } = account;
  t.match(await run(`role import-blocks ${accountId}`), { code: 0, out: '# No lines.\n', err: '' });
  account.seed(['w1', '*', 'prod-*']);
  const block = (label: string, cluster: string) => `import {
  to = rolewright_cluster_access.${label}
  id = "${accountId}/${roleName}/us-west-2/${cluster}"
}

resource "rolewright_cluster_access" "${label}" {
  account_id = "${accountId}"
  role_name  = "${roleName}"
  region     = "us-west-2"
  cluster    = "${cluster}"
}`;
  t.same(await run(`role import-blocks ${accountId} --role ${roleName}`), {
    code: 0,
    out: `${block(`${roleName}_us-west-2_w1`, 'w1')}\n\n${block(`${roleName}_us-west-2_all`, '*')}\n`,
    err: `Left out: the line us-west-2/prod-* of ${roleName} is a pattern.\n`,
  });
  t.match(await run(`role import-blocks ${accountId} --role none`), { code: 0, out: '# No lines.\n' });
  t.same(JSON.parse((await run(`role import-blocks ${accountId} --json`)).out), [
    { accountId, roleName, region: 'us-west-2', name: 'w1' },
    { accountId, roleName, region: 'us-west-2', name: '*' },
  ]);
});
