import t from 'tap';
import { Budget } from '#src/domain/patterns/budget.ts';
import { canBeRegion, isListedRegion, nearestRegion } from '#src/domain/patterns/regions.ts';
import { type Partition, partitions, regionPatterns } from '#src/schema/primitives.ts';

const where = (partition: Partition | null, ...extraRegions: string[]) => ({ partition, extraRegions });

interface SdkPartition {
  id: Partition;
  regions: Record<string, unknown>;
  regionRegex: string;
}

t.test('the Regions are those of the installed AWS SDK', async (t) => {
  // The partition data that the SDK's clients use has no public entry point.
  const data =
    '../../../node_modules/@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js';
  const { partitionsInfo } = (await import(new URL(data, import.meta.url).href)) as {
    partitionsInfo: { partitions: SdkPartition[] };
  };
  const sdk = partitionsInfo.partitions;
  t.same(sdk.map(({ id }) => id).sort(), [...partitions].sort());
  for (const { id, regions, regionRegex } of sdk) {
    const names = Object.keys(regions).filter((name) => !name.endsWith('-global'));
    for (const name of names) t.ok(isListedRegion(name, where(id)), `${name} is listed`);
    t.equal(regionPatterns[id].source.replaceAll('\\-', '-'), regionRegex.replaceAll('\\-', '-'), id);
  }
  const all = new Set(sdk.flatMap(({ regions }) => Object.keys(regions)));
  for (const name of ['us-wset-2', 'us-west-9', 'eu-north-2'])
    t.notOk(all.has(name) || isListedRegion(name, where(null)), name);
});

t.test('listed, or set by EXTRA_REGIONS', (t) => {
  t.notOk(isListedRegion('us-west-2', where('aws-cn')), 'in another partition');
  t.ok(isListedRegion('us-west-2', where(null)), 'in any');
  t.ok(isListedRegion('us-west-3', where('aws', 'us-west-3')));
  t.notOk(isListedRegion('us-west-3', where('aws-cn', 'us-west-3')), 'an extra one of another partition');
  t.end();
});

t.test('the nearest name', (t) => {
  const rows: [string, Partition | null, string][] = [
    ['us-wset-2', 'aws', 'us-west-2'],
    ['us-aest-1', 'aws', 'us-east-1'],
    ['us-west-22', 'aws', 'us-west-2'],
    ['eu-cental-1', 'aws', 'eu-central-1'],
    ['cn-nroth-1', 'aws-cn', 'cn-north-1'],
    ['cn-nroth-1', null, 'cn-north-1'],
    ['ap-southest-2', 'aws', 'ap-southeast-2'],
  ];
  for (const [region, partition, expected] of rows)
    t.equal(nearestRegion(region, where(partition)), expected, region);
  t.equal(nearestRegion('us-wset-3', where('aws', 'us-west-3')), 'us-west-3', 'an extra one');
  t.end();
});

t.test('can a pattern match a Region of the partition', (t) => {
  const rows: [string, Partition, boolean][] = [
    ['us-west-2', 'aws', true],
    ['us-wset-2', 'aws', true],
    ['us-west', 'aws', false],
    ['cn-north-1', 'aws', false],
    ['*', 'aws', true],
    ['us-*', 'aws', true],
    ['zz-*', 'aws', false],
    ['*-?', 'aws-cn', true],
    ['us-*', 'aws-us-gov', true],
    ['us-west-*', 'aws-us-gov', false],
    ['', 'aws', false],
  ];
  for (const [pattern, partition, expected] of rows)
    t.equal(canBeRegion(pattern, partition, new Budget()), expected, `${pattern} in ${partition}`);
  t.end();
});
