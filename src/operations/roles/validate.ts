import { repeatedTags } from '../../domain/role/same.ts';
import type { Account } from '../../schema/account.ts';
import type { Tags } from '../../schema/primitives.ts';
import { escapePointer, invalidInput } from '../call/input.ts';
import { requestedPolicies } from '../guards/attachable-policies.ts';

/** Fault: INVALID_INPUT for a managed policy that no role of this account can have. */
export function requirePolicies(
  { partition, accountId }: Account,
  {
    permissionsBoundary,
    additionalPolicyArns,
  }: { permissionsBoundary?: string | undefined; additionalPolicyArns?: string[] | undefined },
): void {
  const prefixes = [`arn:${partition}:iam::aws:policy/`, `arn:${partition}:iam::${accountId}:policy/`];
  const given = [
    ...requestedPolicies(additionalPolicyArns),
    ...(permissionsBoundary === undefined
      ? []
      : [{ pointer: '/permissionsBoundary', arn: permissionsBoundary }]),
  ];
  const errors = given
    .filter(({ arn }) => !prefixes.some((prefix) => arn.startsWith(prefix)))
    .map(({ pointer }) => ({
      pointer,
      message: `must be a policy of AWS or of this account: ${prefixes.join('NAME or ')}NAME`,
    }));
  if (errors.length > 0) throw invalidInput(errors);
}

/** Fault: INVALID_INPUT for two tags that IAM takes for one. */
export function requireDistinctTags(tags: Tags = {}): void {
  const errors = repeatedTags(tags).map(({ first, again }) => ({
    pointer: `/tags/${escapePointer(again)}`,
    message: `must not stand beside ${first}: IAM ignores letter case in tag keys, so the two are one tag`,
  }));
  if (errors.length > 0) throw invalidInput(errors);
}
