import type { RoleSnapshot } from '../../schema/plan.ts';
import type { Tags } from '../../schema/primitives.ts';
import { canonical } from '../policy/document.ts';

// AWS treats some different texts as the same. Everything here ignores letter case; paths and trust policies
// are case-sensitive.

/** The key of a role. Names of IAM roles are unique regardless of letter case (IAM API, CreateRole). */
export const roleKeyOf = (roleName: string): string => roleName.toLowerCase();
export const isSameRole = (a: string, b: string): boolean => roleKeyOf(a) === roleKeyOf(b);

/**
 * IAM finds a managed policy regardless of the letter case of its ARN, and shows it as it was attached (seen
 * in awslabs/mcp#4101).
 */
const policyKey = (arn: string): string => arn.toLowerCase();
export const isSamePolicy = (a: string | null, b: string | null): boolean =>
  a === b || (a !== null && b !== null && policyKey(a) === policyKey(b));
export const hasPolicy = (arns: readonly string[], arn: string): boolean =>
  arns.some((one) => isSamePolicy(one, arn));
export const withoutPolicies = (arns: readonly string[], gone: readonly string[]): string[] =>
  arns.filter((arn) => !hasPolicy(gone, arn));
/** Each policy once, as it is written first. */
export const distinctPolicies = (arns: readonly string[]): string[] =>
  [...new Map(arns.toReversed().map((arn) => [policyKey(arn), arn])).values()].reverse();

/**
 * IAM ignores letter case in tag keys. Setting a tag again changes its value and the case of its key, and
 * adds no second tag (IAM user guide, tags; seen in aws/aws-cdk#26253).
 */
const tagKey = (key: string): string => key.toLowerCase();
const isSameTag = (a: string, b: string): boolean => tagKey(a) === tagKey(b);
/** The value of a tag. Undefined: there is none. */
export const tagIn = (tags: Tags, key: string): string | undefined =>
  Object.entries(tags).find(([one]) => isSameTag(one, key))?.[1];
export const hasTags = (tags: Tags, wanted: Tags): boolean =>
  Object.entries(wanted).every(([key, value]) => tagIn(tags, key) === value);
export const withoutTags = (tags: Tags, keys: readonly string[]): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.some((gone) => isSameTag(gone, key))));
export const withTags = (tags: Tags, added: Tags): Tags => ({
  ...withoutTags(tags, Object.keys(added)),
  ...added,
});
/** Only AWS can set or remove a tag with this prefix. */
export const isAwsTag = (key: string): boolean => tagKey(key).startsWith('aws:');
/** Keys that IAM treats as a repetition of an earlier one, so that it rejects the request. */
export const repeatedTags = (tags: Tags): { first: string; again: string }[] => {
  const keys = Object.keys(tags);
  return keys.flatMap((again, i) => {
    const first = keys.slice(0, i).find((one) => isSameTag(one, again));
    return first === undefined ? [] : [{ first, again }];
  });
};

/** AWS sets and removes its own tags by itself, so they do not count. */
const comparable = ({ trust, policies, tags }: RoleSnapshot) =>
  canonical([
    trust,
    policies.attached.map(policyKey).sort(),
    Object.fromEntries(
      Object.entries(tags).flatMap(([key, value]) => (isAwsTag(key) ? [] : [[tagKey(key), value]])),
    ),
  ]);
export const isSameSnapshot = (a: RoleSnapshot, b: RoleSnapshot): boolean => comparable(a) === comparable(b);
