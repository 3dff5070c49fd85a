import {
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  paginateGetAccountAuthorizationDetails,
} from '@aws-sdk/client-iam';
import t from 'tap';
import { failure, fargatePolicy, home, start, trust } from './fixtures/sandbox.ts';

t.test('the summary shows the quotas of the account', async (t) => {
  const { iam, world } = await start(t);
  world.putAccount({ accountId: home, quotas: { trustPolicySize: 4096, policiesPerRole: 20 } });
  world.putRole({ accountId: home, roleName: 'Pods', trustText: trust });
  t.match((await iam().send(new GetAccountSummaryCommand({}))).SummaryMap, {
    AssumeRolePolicySizeQuota: 4096,
    AttachedPoliciesPerRoleQuota: 20,
    Roles: 1,
    RolesQuota: 1000,
  });
});

t.test('authorization details: whole roles, in pages', async (t) => {
  const { iam, world } = await start(t);
  const inline = '{ "Statement": [{"Sid": "a+b %"}] }';
  for (let i = 0; i < 120; i += 1) {
    world.putRole({ accountId: home, roleName: `R${String(i).padStart(3, '0')}`, trustText: trust });
  }
  const whole = {
    tags: { a: 'b' },
    attached: [fargatePolicy],
    inline: { logs: inline },
    permissionsBoundary: fargatePolicy,
  };
  world.putRole({ accountId: home, roleName: 'A', trustText: trust, description: 'not shown', ...whole });
  const pages = [];
  for await (const page of paginateGetAccountAuthorizationDetails({ client: iam() }, { Filter: ['Role'] }))
    pages.push(page);
  t.same(
    pages.map((page) => page.RoleDetailList?.length),
    [100, 21],
    'a page is 100 by default',
  );
  const detail = pages[0]?.RoleDetailList?.[0];
  t.match(detail, {
    RoleName: 'A',
    Tags: [{ Key: 'a', Value: 'b' }],
    AttachedManagedPolicies: [{ PolicyArn: fargatePolicy }],
    PermissionsBoundary: { PermissionsBoundaryArn: fargatePolicy },
  });
  t.equal(decodeURIComponent(detail?.AssumeRolePolicyDocument ?? ''), trust);
  t.equal(decodeURIComponent(detail?.RolePolicyList?.[0]?.PolicyDocument ?? ''), inline);
  t.notOk('Description' in (detail ?? {}));
  const users = await iam().send(new GetAccountAuthorizationDetailsCommand({ Filter: ['User'] }));
  t.match(users, { RoleDetailList: [], IsTruncated: false });
  for (const MaxItems of [0, 1001]) {
    t.equal(
      await failure(iam().send(new GetAccountAuthorizationDetailsCommand({ MaxItems }))),
      'ValidationError 400',
    );
  }
});
