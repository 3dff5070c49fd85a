import { componentsOf } from './arn.ts';
import type { CheckContext } from './check-context.ts';
import { Effort } from './effort.ts';
import { hasWildcard, matchesText } from './quick.ts';
import { canBeRegion } from './regions.ts';
import { canBeAccount, type SourceValue } from './source.ts';
import { visible } from './visible.ts';

/** Says which part of a line keeps it from ever matching a Fargate profile of the account's partition. */
export function explainDeadLine(
  { value, comparison }: SourceValue,
  { partition, accountId }: Pick<CheckContext, 'partition' | 'accountId'>,
): string {
  const isExact = comparison === 'EXACT' || comparison === 'EXACT_IGNORING_CASE';
  if (isExact && hasWildcard(value)) return 'under this operator * and ? stand for themselves';
  const odd = /[^!-~]/.exec(value)?.[0];
  const parts = componentsOf(value);
  if (!value.startsWith('arn:') && !matchesText((parts ?? [value])[0], 'arn'))
    return `it is not an ARN${odd === undefined ? '' : `, and has the character ${visible(odd)}`}`;
  if (!parts) return `it has ${value.split(':').length} of the six components of an ARN`;
  const [, ofPartition, service, region, account, resource] = parts;
  if (!matchesText(ofPartition, partition)) return `its partition is ${named(ofPartition)}, and the account is in partition ${partition}`;
  if (!matchesText(service, 'eks')) return `its service is ${named(service)}, and a Fargate profile's is eks`;
  if (!canBeRegion(region, partition, new Effort())) return `its Region is ${named(region)}, and partition ${partition} has no such Region`;
  if (!canBeAccount(account)) return `its account is ${named(account)}${digitsOf(account)}`;
  if (!matchesText(account, accountId)) return `its account is ${named(account)}, and another condition keeps all but ${accountId} out`;
  if (odd !== undefined) return `its resource has the character ${visible(odd)}, and a Fargate profile's has none such`;
  if (resource.startsWith('cluster/')) return "it is a cluster's own ARN, and EKS names the profile's";
  return `its resource is ${named(resource)}, and a Fargate profile's is fargateprofile/CLUSTER/PROFILE/UUID`;
}

const named = (part: string) => (part === '' ? 'empty' : visible(part));

const digitsOf = (account: string) =>
  /^\d+$/.test(account) ? `, which has ${account.length} digits, and an account has 12` : ', and an account has 12 digits';
