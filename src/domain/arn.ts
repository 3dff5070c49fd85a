import type { Cluster, Partition } from '../schema/primitives.ts';
import { caseless, glob, includes, intersects, type Language, literal, many, one, times } from './language.ts';

export const fargateService = 'eks-fargate-pods.amazonaws.com';
export const executionPolicyArn = (partition: Partition) => `arn:${partition}:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy`;

/** The line that covers one cluster, as the EKS user guide writes it. */
export const lineFor = (partition: Partition, accountId: string, { region, name }: Cluster) =>
  `arn:${partition}:eks:${region}:${accountId}:fargateprofile/${name}/*`;

/** How an operator compares: by ARN components, as one string with wildcards, or to the letter. */
export type Comparison = 'ARN' | 'STRING' | 'EXACT' | 'EXACT_IGNORING_CASE';

const digit = (c: string) => c >= '0' && c <= '9';
const letterOrDigit = (c: string) => /[0-9A-Za-z]/.test(c);
const nameCharacter = (c: string) => /[0-9A-Za-z_-]/.test(c);
const regionCharacter = (c: string) => /[a-z0-9-]/.test(c);
const hexDigit = (c: string) => /[0-9a-f]/.test(c);
const notColon = (c: string) => c !== ':';

const anyRegion = [...one(regionCharacter), ...many(regionCharacter)];
const anyName = [...one(letterOrDigit), ...many(nameCharacter)];
const uuid = [8, 4, 4, 4, 12].flatMap((length, i) => [...(i ? literal('-') : []), ...times(length, hexDigit)]);

/** The ARNs of every Fargate profile of a cluster; `*` as region or name stands for every one, account null for any account. */
export const profilesOf = (partition: Partition, accountId: string | null, { region, name }: Cluster): Language => [
  ...literal(`arn:${partition}:eks:`),
  ...(region === '*' ? anyRegion : literal(region)),
  ...literal(':'),
  ...(accountId === null ? times(12, digit) : literal(accountId)),
  ...literal(':fargateprofile/'),
  ...(name === '*' ? anyName : literal(name)),
  ...literal('/'),
  ...anyName,
  ...literal('/'),
  ...uuid,
];

/**
 * ARNs of other accounts: they differ from ours in some digit, so one language for each digit. `rest` is what their
 * resource part is made of: without colons, a `*` that is not held to one component cannot mistake it for an account.
 */
const foreignSources = (accountId: string, rest: (c: string) => boolean): Language[] =>
  [...accountId].map((ours, i) => [
    ...literal('arn:'),
    ...many(notColon),
    ...literal(':'),
    ...many(notColon),
    ...literal(':'),
    ...many(regionCharacter),
    ...literal(':'),
    ...times(i, digit),
    ...one((c) => digit(c) && c !== ours, ours),
    ...times(11 - i, digit),
    ...literal(':'),
    ...many(rest),
  ]);

/**
 * What an `aws:SourceArn` value matches. ArnLike compares six components apart: a wildcard in the first five never
 * crosses a colon, the sixth is the whole remainder. A value of fewer components is no ARN and matches nothing: null.
 */
export function matchedBy(value: string, comparison: Comparison): Language | null {
  if (comparison === 'EXACT') return literal(value);
  if (comparison === 'EXACT_IGNORING_CASE') return caseless(value);
  if (comparison === 'STRING') return glob(value);
  const parts = components(value);
  if (!parts) return null;
  const resource = parts.pop() as string;
  return [...glob(`${parts.join(':')}:`, notColon), ...glob(resource)];
}

/** Can the value match a source in another account? What is no ARN is judged as plain text: caution costs nothing here. */
export function reachesAnotherAccount(value: string, comparison: Comparison, accountId: string): boolean {
  const parts = components(value);
  const account = parts?.[4];
  if (account !== undefined && /^\d{12}$/.test(account)) {
    if (account !== accountId) return true;
    // The fifth component of whatever it matches is ours: no wildcard stands before it that could hold a colon.
    if (comparison === 'ARN' || !parts?.slice(0, 5).some((part) => /[*?]/.test(part))) return false;
  }
  const language = matchedBy(value, comparison);
  const rest = comparison === 'ARN' && language ? () => true : notColon;
  return foreignSources(accountId, rest).some((foreign) => intersects(language ?? glob(value), foreign));
}

/** What a line says of sources in this account, as one line; null where that cannot be written or is nothing. */
export function ownPart(value: string, comparison: Comparison, accountId: string): string | null {
  if (!reachesAnotherAccount(value, comparison, accountId)) return value;
  const parts = components(value);
  if (!parts || (comparison !== 'ARN' && comparison !== 'STRING')) return null;
  if (!includes(glob(parts[4] as string), literal(accountId))) return null;
  const own = [...parts.slice(0, 4), accountId, parts[5]].join(':');
  return reachesAnotherAccount(own, comparison, accountId) ? null : own;
}

const sixParts = /^([^:]*):([^:]*):([^:]*):([^:]*):([^:]*):(.*)$/s;
/** The six components of an ARN, or null. */
function components(value: string): string[] | null {
  return sixParts.exec(value)?.slice(1) ?? null;
}

/** The clusters that a line can be about at most, as it is written: `*` where it does not say. */
export const reachOf = (value: string): { region: string; name: string } => ({
  region: value.split(':')[3]?.match(/^[^/]+$/)?.[0] ?? '*',
  name: value.match(/:fargateprofile\/([^/]+)/)?.[1] ?? '*',
});

/** The cluster that a line is for, as it is written, where the line has the shape of a Fargate profile's ARN. */
export function clusterOf(value: string): { region: string; name: string } | null {
  const parts = components(value);
  const name = parts?.[5]?.match(/^fargateprofile\/([^/]+)(\/.*)?$/)?.[1];
  return parts && name !== undefined ? { region: parts[3] as string, name } : null;
}
