import { type Partition, regionPatterns } from '../schema/primitives.ts';

/** IAM has one control plane per partition. Requests to it are signed for this Region. */
const homes: Record<Partition, string> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-eusc': 'eusc-de-east-1',
  'aws-iso': 'us-iso-east-1',
  'aws-iso-b': 'us-isob-east-1',
  'aws-iso-e': 'eu-isoe-west-1',
  'aws-iso-f': 'us-isof-south-1',
};

export const iamRegion = (partition: Partition): string => homes[partition];

/** STS is regional, so the service's own Region is best, if it is in the partition. */
export const stsRegion = (partition: Partition, ownRegion: string | undefined): string =>
  ownRegion !== undefined && regionPatterns[partition].test(ownRegion) ? ownRegion : homes[partition];
