import t from 'tap';
import { createPermissions } from '#src/permissions/cedar.ts';
import { authenticateAnyone, headersOf } from '#test/support/callers.ts';
import { clusters, roleName, startService, type TestAccount } from '#test/support/service.ts';

// Policies may forbid a plan whose Fargate profiles are not known.

const everybody = 'permit (principal, action, resource);';
const asked: (boolean | null)[] = [];
const withPolicies = (policies: string) => {
  const permissions = createPermissions(policies);
  return startService(t, {
    authenticate: () => authenticateAnyone,
    deps: () => ({
      permissions: {
        ...permissions,
        allows: (caller, action, resource, about) => {
          if (action !== 'change' && action !== 'changes') asked.push(about.profilesKnown);
          return permissions.allows(caller, action, resource, about);
        },
      },
    }),
  });
};
const strict = await withPolicies(`${everybody}
  forbid (principal, action in Rolewright::Action::"write", resource)
  when { context has profilesKnown && !context.profilesKnown }
  unless { principal in Rolewright::Group::"on-call" };`);
const { rest, graphql, changes, world } = strict;

t.beforeEach(() => {
  asked.length = 0;
});

/** A role with two lines. EKS shows nothing of the account. */
async function given(where = strict): Promise<TestAccount> {
  const x = await where.account();
  x.seed(['a', 'b']);
  where.world.addFaults({
    fail: [
      {
        accountId: x.accountId,
        action: 'eks:ListFargateProfiles',
        code: 'AccessDeniedException',
        status: 403,
      },
    ],
  });
  return x;
}
const lineOf = ({ role }: TestAccount, name: string) => `${role}/clusters/us-west-2/${name}`;

t.test('a plan whose profiles are not known is forbidden, and logged as refused', async (t) => {
  const x = await given();
  const refused = {
    status: 403,
    json: {
      code: 'FORBIDDEN',
      detail:
        /^Permission denied: retractCluster in account \d+ while the Fargate profiles of the plan are not known\. Ask an administrator of Rolewright\. .*eks:ListFargateProfiles/,
    },
  };
  t.match(await rest('DELETE', `${lineOf(x, 'b')}?dryRun=true`), refused, 'a dry run');
  t.same(asked, [null, false], 'it is decided twice');
  t.same(await changes(x.accountId), [], 'a dry run is no attempt');
  t.match(await rest('DELETE', lineOf(x, 'b')), refused);
  t.match(await changes(x.accountId), [{ kind: 'RETRACT', outcome: 'FAILED', error: { code: 'FORBIDDEN' } }]);
  t.same(x.ledger(), []);
  t.equal(
    strict.log.filter(({ msg }) => msg === 'permission denied').length,
    2,
    'the log of the service too',
  );

  const { json } = await graphql(
    'mutation ($input: RetractClusterInput!) { retractCluster(input: $input) { change { id } } }',
    { input: { accountId: x.accountId, roleName, region: 'us-west-2', name: 'b' } },
  );
  t.match(json.errors[0].extensions, { code: 'FORBIDDEN' }, 'GraphQL');
});

t.test('who may is permitted', async (t) => {
  const x = await given();
  t.match(await rest('DELETE', lineOf(x, 'b'), undefined, headersOf(['on-call'])), {
    status: 200,
    json: { change: { effects: { fargateProfiles: null } } },
  });
});

t.test('known profiles, and plans that take no coverage away', async (t) => {
  const x = await given();
  t.match(await rest('POST', `${x.role}/extend`, { clusters: clusters('c') }), { status: 200 });
  t.same(asked, [null], 'it is decided once');
  world.clearFaults();
  asked.length = 0;
  t.match(await rest('DELETE', lineOf(x, 'c')), { status: 200 });
  t.same(asked, [null, true]);
});

t.test('a revert is judged by its own account and role', async (t) => {
  const x = await given();
  const { json } = await rest('POST', `${x.role}/extend`, { clusters: clusters('c') });
  t.match(await rest('POST', `/v1/changes/${json.change.id}/revert`, {}), {
    status: 403,
    json: { detail: new RegExp(`revertChange for change ${json.change.id} while`) },
  });
});

t.test('policies that do not name profilesKnown decide once', async (t) => {
  const plain = await withPolicies(everybody);
  const x = await given(plain);
  t.match(await plain.rest('DELETE', lineOf(x, 'b')), { status: 200 });
  t.same(asked, [null]);
});
