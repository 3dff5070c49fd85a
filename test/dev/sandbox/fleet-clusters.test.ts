import { readFileSync } from 'node:fs';
import { ListClustersCommand } from '@aws-sdk/client-eks';
import { ListOpenIDConnectProvidersCommand } from '@aws-sdk/client-iam';
import t from 'tap';
import { externalId, fleet, hub, seedAws } from '#dev/sandbox/fleet.ts';
import { fieldAccountId, fleetClusters } from '#dev/sandbox/fleet-clusters.ts';
import { memberPolicy, oldMemberPolicy } from '#dev/sandbox/member-policy.ts';
import { assumeRole } from '#test/support/assume-role.ts';
import { failure, start } from './aws/fixtures/sandbox.ts';

/** The findings of one look at a cluster. The others need a history, or a cluster that is not there. */
const codes = [
  'ROLE_NOT_READY',
  'ROLE_USED_BY_NODES',
  'ACCESS_ENTRY_MISSING',
  'ACCESS_ENTRY_STALE',
  'PROFILE_UNHEALTHY',
  'RBAC_UNVERIFIED',
  'IRSA_MISSING',
];

t.test('each finding occurs once, and most clusters are healthy', (t) => {
  const findings = fleetClusters(0).map(({ finding }) => finding);
  t.same(findings.filter((finding) => finding !== null).sort(), codes.toSorted());
  t.ok(findings.filter((finding) => finding === null).length > codes.length);
  t.end();
});

t.test('member roles may look at the clusters, and the old one may not', async (t) => {
  const { eks, iam, sts, world } = await start(t);
  seedAws(world);
  const reached = fleet.filter(({ unreachable }) => !unreachable);
  for (const { accountId, partition } of reached) {
    const session = await assumeRole(sts(hub), {
      RoleArn: `arn:${partition}:iam::${accountId}:role/RolewrightMember`,
      ExternalId: externalId,
    });
    const own = fleetClusters(0).filter((cluster) => cluster.accountId === accountId);
    const region = own[0]?.region ?? (partition === 'aws' ? 'us-west-2' : 'cn-north-1');
    const list = eks(session, region).send(new ListClustersCommand({}));
    const providers = failure(iam(session).send(new ListOpenIDConnectProvidersCommand({})));
    if (accountId === fieldAccountId) {
      t.equal(await failure(list), 'AccessDeniedException 403', accountId);
      t.equal(await providers, 'AccessDenied 403', accountId);
    } else {
      t.same((await list).clusters, own.map(({ name }) => name).sort(), accountId);
      t.equal(await providers, 'succeeded', accountId);
    }
  }
});

t.test('the member roles allow what the template does', (t) => {
  const template = readFileSync('deploy/member-role.cfn.yaml', 'utf8');
  const actions = (text: string): string[] => JSON.parse(text).Statement.Action;
  const allowed = [...template.matchAll(/^ {18}- ((?:iam|eks):\w+)$/gm)].map(([, action]) => action);
  t.same(actions(memberPolicy).sort(), allowed.sort());
  const lost = actions(memberPolicy).filter((action) => !actions(oldMemberPolicy).includes(action));
  t.equal(lost.length, 9);
  t.match(lost.join(), /^(eks:\w+,){8}iam:ListOpenIDConnectProviders$/);
  t.end();
});
