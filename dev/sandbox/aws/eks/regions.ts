import type { Account } from '../model.ts';

/** The Regions of the partition `aws` that an account has to enable first. */
const optIn = new Set([
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'eu-central-2',
  'eu-south-1',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
]);

const partitionOf = (region: string) =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';

/** Do the account's credentials work in this Region? */
export const isEnabled = ({ partition, enabledRegions }: Account, region: string): boolean =>
  partitionOf(region) === partition && (!optIn.has(region) || enabledRegions.includes(region));
