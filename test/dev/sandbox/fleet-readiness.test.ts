import t from 'tap';
import { externalId, fleet, seedAws } from '#dev/sandbox/fleet.ts';
import { fieldAccountId, fleetClusters } from '#dev/sandbox/fleet-clusters.ts';
import { serviceAccountId, startService } from '#test/support/service.ts';

// What fleet-clusters.ts says of each cluster is what the service finds.

t.test('readiness of the fleet', async (t) => {
  const { rest, world } = await startService(t);
  seedAws(world);
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = process.env;
  world.putAccount({ accountId: serviceAccountId, accessKeys: [{ accessKeyId, secretAccessKey }] });
  for (const { accountId, name, partition } of fleet)
    await rest('PUT', `/v1/accounts/${accountId}`, { name, partition, externalId });
  for (const { accountId, region, name, finding } of fleetClusters(0)) {
    const { status, json } = await rest(
      'GET',
      `/v1/accounts/${accountId}/clusters/${region}/${name}/fargate-readiness`,
    );
    const codes = json.findings?.map(({ code }: { code: string }) => code);
    t.equal(status, 200, name);
    if (accountId === fieldAccountId)
      t.match(json, { verdict: 'UNKNOWN', findings: [{ message: /eks:DescribeCluster/ }] }, name);
    else t.same(codes, finding === null ? [] : [finding], name);
  }
  const { json } = await rest('GET', `/v1/accounts/${fieldAccountId}/execution-roles`);
  t.match(json, { items: [{ verdict: 'COMPLIANT' }] }, 'an old member role is enough for what worked before');
});
