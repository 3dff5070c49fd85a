import { randomInt } from 'node:crypto';
import t from 'tap';
import type { FargateReadiness } from '#src/schema/readiness.ts';
import { type ClusterWorld, motoWorld, sandboxWorld } from '#test/support/cluster-world.ts';
import { roleName, startService, trustOf } from '#test/support/service.ts';

// Readiness through REST, against the sandbox and against moto: the same worlds, the same findings. moto has
// no access entries, so its clusters are those of the ConfigMap.

const { MOTO_URL: motoUrl } = process.env;
const region = 'us-west-2';

type Seed = Omit<Parameters<ClusterWorld['putCluster']>[0], 'accountId' | 'region' | 'name'>;
const profiles = [{ name: 'default' }];
const policy = 'arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy';

/** The cluster's world, the line and the policies of the usual role, and what is found. */
const cases: [about: string, seed: Seed | null, line: string, attached: string[], expected: string][] = [
  ['a healthy cluster', { profiles }, 'shop', [policy], 'READY RBAC_UNVERIFIED'],
  ['a cluster without profiles', {}, 'shop', [policy], 'READY'],
  ['no cluster', null, 'shop', [policy], 'NOT_READY CLUSTER_NOT_FOUND'],
  ['a role for another cluster', { profiles }, 'other', [policy], 'NOT_READY ROLE_NOT_READY RBAC_UNVERIFIED'],
  ['a role without its policy', { profiles }, 'shop', [], 'NOT_READY ROLE_NOT_READY RBAC_UNVERIFIED'],
  [
    'a role that is gone',
    { profiles: [{ name: 'default', roleName: 'gone' }] },
    'shop',
    [policy],
    'NOT_READY ROLE_NOT_READY RBAC_UNVERIFIED',
  ],
  [
    'a role that nodes use',
    { profiles, nodegroups: [{ name: 'workers', roleName }] },
    'shop',
    [policy],
    'NOT_READY ROLE_USED_BY_NODES RBAC_UNVERIFIED',
  ],
  [
    'an issuer that is not in IAM',
    { profiles, oidcProvider: false },
    'shop',
    [policy],
    'READY IRSA_MISSING RBAC_UNVERIFIED',
  ],
];

for (const name of motoUrl === undefined ? ['sandbox'] : ['sandbox', 'moto'])
  t.test(name, async (t) => {
    const isMoto = name === 'moto' && motoUrl !== undefined;
    // moto reads every managed policy for each new account, which takes it seconds.
    const service = await startService(t, { requestTimeoutMs: 30_000, ...(isMoto && { endpoint: motoUrl }) });
    const world = isMoto ? motoWorld(motoUrl) : sandboxWorld(service.world);
    for (const [about, seed, line, attached, expected] of cases) {
      const account = await service.account({ accountId: String(randomInt(1e11, 1e12)) });
      const { accountId } = account;
      const trustText = JSON.stringify(trustOf([account.line(line)]));
      await world.putRole({ accountId, roleName, trustText, attached });
      if (seed)
        await world.putCluster({
          accountId,
          region,
          name: 'shop',
          authenticationMode: 'CONFIG_MAP',
          ...seed,
        });
      const { json } = await service.rest(
        'GET',
        `/v1/accounts/${accountId}/clusters/${region}/shop/fargate-readiness`,
      );
      t.equal(brief(json), expected, about);
    }
  });

const brief = ({ verdict, findings = [] }: FargateReadiness) =>
  [verdict, ...findings.map(({ code }) => code)].join(' ');
