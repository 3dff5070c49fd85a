import { type Partition, partitions, regionPatterns } from '../../schema/primitives.ts';
import type { Budget } from './budget.ts';
import { intersects } from './compare-languages.ts';
import { type Language, many, one } from './language.ts';
import { hasWildcard } from './prefix-match.ts';

/**
 * AWS's Regions by partition. Source: the partition data of the AWS SDK for JavaScript, @aws-sdk/core 3.981.0
 * (2026-11-30). regions.test.ts compares the two. EXTRA_REGIONS adds newer ones.
 */
const listed: Record<Partition, readonly string[]> = {
  aws: [
    ...[
      'af-south-1',
      'ap-east-1',
      'ap-east-2',
      'ap-northeast-1',
      'ap-northeast-2',
      'ap-northeast-3',
      'ap-south-1',
      'ap-south-2',
    ],
    ...[
      'ap-southeast-1',
      'ap-southeast-2',
      'ap-southeast-3',
      'ap-southeast-4',
      'ap-southeast-5',
      'ap-southeast-6',
      'ap-southeast-7',
    ],
    ...[
      'ca-central-1',
      'ca-west-1',
      'eu-central-1',
      'eu-central-2',
      'eu-north-1',
      'eu-south-1',
      'eu-south-2',
      'eu-west-1',
    ],
    ...[
      'eu-west-2',
      'eu-west-3',
      'il-central-1',
      'me-central-1',
      'me-south-1',
      'me-west-1',
      'mx-central-1',
      'sa-east-1',
    ],
    ...['sa-west-1', 'us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
  ],
  'aws-cn': ['cn-north-1', 'cn-northwest-1'],
  'aws-us-gov': ['us-gov-east-1', 'us-gov-west-1'],
  'aws-eusc': ['eusc-de-east-1'],
  'aws-iso': ['us-iso-east-1', 'us-iso-west-1'],
  'aws-iso-b': ['us-isob-east-1', 'us-isob-west-1'],
  'aws-iso-e': ['eu-isoe-west-1'],
  'aws-iso-f': ['us-isof-east-1', 'us-isof-south-1'],
};

const partitionOf = new Map(
  partitions.flatMap((partition) => listed[partition].map((region) => [region, partition])),
);

interface Where {
  /** Null: any partition. */
  partition: Partition | null;
  extraRegions: readonly string[];
}

/** Is the Region on AWS's list or in EXTRA_REGIONS? */
export function isListedRegion(region: string, { partition, extraRegions }: Where): boolean {
  if (partition === null)
    return partitions.some((one) => isListedRegion(region, { partition: one, extraRegions }));
  return (
    partitionOf.get(region) === partition ||
    (extraRegions.includes(region) && isOfPartition(region, partition))
  );
}

export const isOfPartition = (region: string, partition: Partition): boolean =>
  regionPatterns[partition].test(region);

/** The listed Region with the most similar name. */
export function nearestRegion(region: string, { partition, extraRegions }: Where): string {
  const within = partition === null ? partitions : [partition];
  const all = within.flatMap((one) => [
    ...listed[one],
    ...extraRegions.filter((region) => isOfPartition(region, one)),
  ]);
  return all.map((name) => ({ name, far: distance(name, region) })).reduce((a, b) => (b.far < a.far ? b : a))
    .name;
}

/**
 * The number of characters to insert, delete, replace or swap with their neighbour (optimal string
 * alignment).
 */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1];
      const isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const edits = [
        (last[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (last[j - 1] as number) + (isSame ? 0 : 1),
      ];
      row.push(Math.min(...edits, ...(isSwapped ? [(before[j - 2] as number) + 1] : [])));
    }
    before = last;
    last = row;
  }
  return last[other.length] as number;
}

const digits = '0123456789';
const word = `${digits}abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_`;

/** How the names of a partition's Regions begin, as in regionPatterns. */
const starts: Record<Partition, readonly string[]> = {
  aws: ['us', 'eu', 'ap', 'sa', 'ca', 'me', 'af', 'il', 'mx'],
  'aws-cn': ['cn'],
  'aws-us-gov': ['us-gov'],
  'aws-eusc': ['eusc-de'],
  'aws-iso': ['us-iso'],
  'aws-iso-b': ['us-isob'],
  'aws-iso-e': ['eu-isoe'],
  'aws-iso-f': ['us-isof'],
};
const languageOf = (start: string): Language => [
  `${start}-`,
  one(word),
  many(word),
  '-',
  one(digits),
  many(digits),
];
const languages = new Map(
  Object.entries(starts).map(([partition, some]) => [partition, some.map(languageOf)]),
);

/** Can the pattern match a Region of the partition, whether it is listed or not? */
export function canBeRegion(pattern: string, partition: Partition, budget: Budget): boolean {
  if (!hasWildcard(pattern)) return isOfPartition(pattern, partition);
  return (
    pattern === '*' ||
    (languages.get(partition) ?? []).some((language) => intersects(pattern, language, budget))
  );
}
