import type { Shape } from '../shape.ts';

type Code = Shape<'FindingCode'>;

/** What an error of a role means, to follow the word of its verdict and a colon. */
export const meanings: Partial<Record<Code, string>> = {
  ROLE_MISSING: 'the account has no role with this name',
  POLICY_NOT_ATTACHED: 'the policy by which pods pull their images is not attached',
  SERVICE_NOT_TRUSTED: 'Fargate cannot use this role',
  SOURCE_ARN_MISSING: 'any cluster of any account can use this role',
  SOURCE_ARN_FOREIGN: 'clusters of another account can use this role',
  CLUSTER_NOT_LISTED: 'a cluster is not covered',
  DENIED: 'a Deny statement keeps clusters out',
  PRINCIPAL_ANYONE: 'anybody can use this role',
  NO_CLUSTER_COVERED: 'no cluster can use this role',
};

/** From the heaviest. Errors that are not here follow. */
const heaviest: Code[] = [
  'ROLE_MISSING',
  'PRINCIPAL_ANYONE',
  'SOURCE_ARN_MISSING',
  'SOURCE_ARN_FOREIGN',
  'SERVICE_NOT_TRUSTED',
];
const rank = (code: Code) => (heaviest.includes(code) ? heaviest.indexOf(code) : heaviest.length);

/** Orders codes from the heaviest. */
export const byWeight = (one: Code, other: Code): number => rank(one) - rank(other);
