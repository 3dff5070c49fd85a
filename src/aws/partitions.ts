import type { Partition } from '../schema/primitives.ts';

/**
 * IAM has one control plane per partition, and this is the Region that signs for it. The SDK takes any Region
 * that it does not know for `aws`, so which Region belongs where is told here (iam.md, sections 3 and 6).
 */
const partitions: Record<Partition, { home: string; regions: RegExp }> = {
  aws: { home: 'us-east-1', regions: /^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/ },
  'aws-cn': { home: 'cn-north-1', regions: /^cn-\w+-\d+$/ },
  'aws-us-gov': { home: 'us-gov-west-1', regions: /^us-gov-\w+-\d+$/ },
  'aws-eusc': { home: 'eusc-de-east-1', regions: /^eusc-de-\w+-\d+$/ },
  'aws-iso': { home: 'us-iso-east-1', regions: /^us-iso-\w+-\d+$/ },
  'aws-iso-b': { home: 'us-isob-east-1', regions: /^us-isob-\w+-\d+$/ },
  'aws-iso-e': { home: 'eu-isoe-west-1', regions: /^eu-isoe-\w+-\d+$/ },
  'aws-iso-f': { home: 'us-isof-south-1', regions: /^us-isof-\w+-\d+$/ },
};

export const iamRegion = (partition: Partition): string => partitions[partition].home;

/** The service's own Region where it lies in the partition: STS is regional, and the nearest is the best. */
export const stsRegion = (partition: Partition, ownRegion: string | undefined): string =>
  ownRegion !== undefined && partitions[partition].regions.test(ownRegion) ? ownRegion : partitions[partition].home;
