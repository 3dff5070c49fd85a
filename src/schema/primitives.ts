import Type, { type Static, type TSchema } from 'typebox';
import Format from 'typebox/format';

// Patterns and lengths are IAM's, EKS's and STS's own (botocore's service models; ../shared/facts/iam.md).
// `description` completes the sentence "must be …" in the error that a caller gets.

export const AccountId = Type.String({ pattern: '^\\d{12}$', description: 'an AWS account ID: 12 digits' });

export const partitions = [
  'aws',
  'aws-cn',
  'aws-us-gov',
  'aws-eusc',
  'aws-iso',
  'aws-iso-b',
  'aws-iso-e',
  'aws-iso-f',
] as const;
export type Partition = (typeof partitions)[number];
export const Partition = Type.Enum([...partitions], { $id: 'Partition', description: 'an AWS partition' });

/**
 * Which Regions a partition has. Source: the partitions of the AWS SDK (regionRegex). A Region that no
 * partition knows falls back to `aws` in the SDK.
 */
export const regionPatterns: Record<Partition, RegExp> = {
  aws: /^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/,
  'aws-cn': /^cn-\w+-\d+$/,
  'aws-us-gov': /^us-gov-\w+-\d+$/,
  'aws-eusc': /^eusc-(de)-\w+-\d+$/,
  'aws-iso': /^us-iso-\w+-\d+$/,
  'aws-iso-b': /^us-isob-\w+-\d+$/,
  'aws-iso-e': /^eu-isoe-\w+-\d+$/,
  'aws-iso-f': /^us-isof-\w+-\d+$/,
};

export const RoleName = Type.String({
  pattern: '^[A-Za-z0-9_+=,.@-]{1,64}$',
  description: 'an IAM role name: 1 to 64 letters, digits or _+=,.@- (without its path)',
});

// In these bounds a Region has 40 characters at most.
const oneRegion = '[a-z]{2,4}(-[a-z]{1,10}){1,3}-\\d{1,2}';
const region = `${oneRegion}|\\*`;
export const oneClusterName = '[0-9A-Za-z][A-Za-z0-9_-]{0,99}';
const clusterName = `${oneClusterName}|\\*`;

export const Region = Type.String({
  pattern: `^(${region})$`,
  description: 'an AWS Region such as us-west-2, or * for every Region',
});

export const ClusterName = Type.String({
  pattern: `^(${clusterName})$`,
  description:
    'an EKS cluster name: 1 to 100 letters, digits, - or _, beginning with a letter or digit; or * for every cluster',
});

/** Of a cluster that exists, so without `*`. */
export const OneRegion = Type.String({
  pattern: `^${oneRegion}$`,
  description: 'an AWS Region such as us-west-2',
});
export const OneClusterName = Type.String({
  pattern: `^${oneClusterName}$`,
  description: 'an EKS cluster name: 1 to 100 letters, digits, - or _, beginning with a letter or digit',
});

/** A cluster in one text, as in a query. */
export const ClusterText = Type.String({
  pattern: `^(${region})/(${clusterName})$`,
  description: 'REGION/NAME, as in us-west-2/my-cluster',
});
/** The same of a cluster that exists. */
export const OneClusterText = Type.String({
  pattern: `^${oneRegion}/${oneClusterName}$`,
  description: 'REGION/NAME, as in us-west-2/my-cluster',
});

export type Cluster = Static<typeof Cluster>;
export const Cluster = Type.Object(
  { region: Region, name: ClusterName },
  {
    $id: 'Cluster',
    description: 'an EKS cluster, by Region and name; each may be *',
    additionalProperties: false,
  },
);

/** People also write patterns such as `prod-*` into trust policies. */
export type ListedCluster = Static<typeof ListedCluster>;
export const ListedCluster = Type.Object(
  {
    region: Type.String({ description: 'the Region as the line has it, which may be a pattern' }),
    name: Type.String({ description: 'the cluster name as the line has it, which may be a pattern' }),
  },
  {
    $id: 'ListedCluster',
    description: 'A cluster as a line of a trust policy names it',
    additionalProperties: false,
  },
);

export const ListedClusterName = Type.Object(
  {
    region: Type.String({
      pattern: '^[a-z0-9*?-]{1,64}$',
      description: 'a Region as a line names it: letters, digits, - and the wildcards * and ?',
    }),
    name: Type.String({
      pattern: '^[0-9A-Za-z_*?-]{1,100}$',
      description: 'a cluster name as a line has it: letters, digits, -, _ and the wildcards * and ?',
    }),
  },
  {
    $id: 'ListedClusterName',
    description: 'a cluster as a line of a trust policy names it: region and name',
    additionalProperties: false,
  },
);

export const Clusters = Type.Array(Cluster, { minItems: 1, maxItems: 100, description: '1 to 100 clusters' });

export const Path = Type.String({
  pattern: '^/([!-~]+/)?$',
  maxLength: 512,
  description: 'an IAM path: it begins and ends with /, at most 512 printable ASCII characters',
});

export const Description = Type.String({
  pattern: '^[\\t\\n\\r\\x20-\\x7E\\xA1-\\xFF]*$',
  maxLength: 1000,
  description: 'at most 1000 characters of Latin-1 (IAM refuses typographic dashes and quotes)',
});

export const PolicyArn = Type.String({
  pattern: '^arn:aws[a-z-]*:iam::(aws|\\d{12}):policy/[!-~]+$',
  maxLength: 2048,
  description: 'the ARN of a managed policy: arn:PARTITION:iam::ACCOUNT-OR-aws:policy/NAME',
});

/** IAM allows 50 tags; the prefix aws: is reserved. */
export type Tags = Record<string, string>;
export const Tags = Type.Unsafe<Tags>(
  Type.Record(
    Type.String({ pattern: '^(?![aA][wW][sS]:)[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{1,128}$' }),
    Type.String({
      pattern: '^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{0,256}$',
      description: 'a tag value: at most 256 letters, digits, spaces or _.:/=+-@',
    }),
    {
      additionalProperties: false,
      maxProperties: 50,
      description:
        'at most 50 tags; keys of 1 to 128 letters, digits, spaces or _.:/=+-@, not beginning with aws:',
    },
  ),
);

export const labelKey = '[A-Za-z0-9][A-Za-z0-9_./-]{0,62}';
export type Labels = Record<string, string>;
export const Labels = Type.Unsafe<Labels>(
  Type.Record(
    Type.String({ pattern: `^${labelKey}$` }),
    Type.String({ maxLength: 256, description: 'at most 256 characters' }),
    {
      additionalProperties: false,
      maxProperties: 50,
      description:
        'at most 50 labels; keys of 1 to 63 letters, digits or _./-, beginning with a letter or digit',
    },
  ),
);

/** At least one character that is no blank. */
export const SearchText = Type.String({
  pattern: '\\S',
  maxLength: 200,
  description:
    'words to search for, of at most 200 characters in all; each must stand in one of the names, and letter case is ignored',
});

/** At least one letter or digit: a search for punctuation alone would find nothing. */
export const SearchWords = Type.String({
  pattern: '[0-9A-Za-z\\u00c0-\\u1fff\\u2070-\\u2fff\\u3040-\\uffff]',
  maxLength: 200,
  description:
    'words to search for, of at most 200 characters in all, with a letter or a digit; every word must be found, and letter case is ignored',
});

export const Reason = Type.String({ maxLength: 1000, description: 'at most 1000 characters' });

/**
 * Is it a time that a Date and PostgreSQL can keep? RFC 3339 also has leap seconds and a year 0, which they
 * cannot; 31 February is none in either, although Date.parse takes it for one.
 */
export function isTimestamp(text: string): boolean {
  const year = new Date(text).getUTCFullYear();
  return Format.IsDateTime(text) && year >= 1 && year <= 9999;
}
Format.Set('date-time', isTimestamp);
export const Timestamp = Type.String({
  format: 'date-time',
  description: 'a time as 2026-11-23T12:00:00.000Z',
});
Format.Set('date-or-time', (text) =>
  /^\d{4}-\d\d-\d\d$/.test(text) ? isTimestamp(`${text}T00:00:00Z`) : isTimestamp(text),
);
/** The beginning or end of a period. */
export const DateOrTime = Type.String({
  format: 'date-or-time',
  pattern:
    '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])([Tt ]([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?([Zz]|[+-]([01]\\d|2[0-3]):[0-5]\\d))?$',
  description: 'a time as 2026-11-23T12:00:00.000Z, or a date as 2026-11-23: its beginning in UTC',
});
export const Id = Type.String({
  minLength: 1,
  maxLength: 128,
  pattern: '^[A-Za-z0-9_.-]+$',
  description: 'an id as this service gave it',
});
export type JsonObject = Record<string, unknown>;
export const jsonObject = (description: string) =>
  Type.Unsafe<JsonObject>(Type.Object({}, { additionalProperties: true, description }));

/**
 * The shape or null. Without a `description` of its own it has that of the shape, unless the shape has a
 * name.
 */
export function nullable<S extends TSchema>(schema: S, description?: string) {
  const { $id, description: own } = schema as { $id?: string; description?: string };
  const text = description ?? ($id === undefined ? own : undefined);
  return Type.Union([schema, Type.Null()], text === undefined ? {} : { description: text });
}
