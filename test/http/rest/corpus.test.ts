import t from 'tap';
import { readCases, sharedTables } from '#test/support/corpus.ts';
import { startService } from '#test/support/service.ts';

// test/domain/check/check.test.ts checks the same in the domain. Here the text is stored in AWS, and the
// service reads it.

interface Finding {
  code: string;
  severity: string;
}

const cases = sharedTables.flatMap(readCases);
t.equal(cases.length, 41 + 38);

// The cases have one account ID in several partitions: one AWS for each.
for (const partition of ['aws', 'aws-cn', 'aws-eusc'] as const)
  t.test(partition, async (t) => {
    const { rest, account, world } = await startService(t);
    const here = cases.filter((one) => one.partition === partition);
    t.ok(here.length > 0, 'there are cases');
    for (const accountId of new Set(here.map((one) => one.accountId)))
      await account({ accountId, partition });
    for (const { id, about, accountId, cluster, document, text, expect } of here)
      await t.test(`${id}: ${about}`, async (t) => {
        const trustText = text ?? JSON.stringify(document);
        const attached = [`arn:${partition}:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy`];
        world.putRole({ accountId, roleName: id, trustText, attached });
        const url = `/v1/accounts/${accountId}/execution-roles/${id}/check`;
        const { status, json } = await rest('POST', url, { clusters: [cluster] });
        t.equal(status, 200);
        const codes = (severity: string) =>
          (json.findings as Finding[]).filter((f) => f.severity === severity).map((f) => f.code);
        t.equal(json.verdict, expect.verdict, 'verdict');
        t.same(codes('ERROR').sort(), expect.errors.toSorted(), 'exactly these errors');
        for (const code of expect.warningsInclude) t.ok(codes('WARNING').includes(code), code);
        for (const code of expect.infosInclude) t.ok(codes('INFO').includes(code), code);
        t.equal(json.clusters[0].covered, expect.covered, 'covered');
        t.equal(world.role(accountId, id)?.trustText, trustText, 'a check changes nothing');
      });
  });
