import t from 'tap';
import { iamRegion, stsRegion } from '#src/aws/partitions.ts';
import { type Partition, partitions } from '#src/schema/primitives.ts';

const cases: [partition: Partition, ownRegion: string | undefined, sts: string][] = [
  ['aws', undefined, 'us-east-1'],
  ['aws', 'eu-central-1', 'eu-central-1'],
  ['aws', 'us-gov-west-1', 'us-east-1'],
  ['aws', 'us-iso-east-1', 'us-east-1'],
  ['aws', 'cn-north-1', 'us-east-1'],
  ['aws', '', 'us-east-1'],
  ['aws-cn', 'eu-central-1', 'cn-north-1'],
  ['aws-cn', 'cn-northwest-1', 'cn-northwest-1'],
  ['aws-us-gov', 'us-gov-east-1', 'us-gov-east-1'],
  ['aws-us-gov', 'us-east-1', 'us-gov-west-1'],
  ['aws-eusc', 'eu-central-1', 'eusc-de-east-1'],
  ['aws-iso', 'us-isob-east-1', 'us-iso-east-1'],
];

for (const [partition, own, region] of cases) {
  t.equal(stsRegion(partition, own), region, `STS for ${partition} from ${own}`);
}
for (const partition of partitions) {
  t.equal(
    stsRegion(partition, iamRegion(partition)),
    iamRegion(partition),
    `IAM's Region of ${partition} lies in it`,
  );
}
