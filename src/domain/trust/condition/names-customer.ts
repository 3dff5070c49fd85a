import { hasWildcard } from '../../patterns/prefix-match.ts';
import { type Comparison, componentsOf } from '../../role/arn.ts';

/** Does the pattern match only accounts, ARNs or IDs of customers? */
export function namesCustomer(
  pattern: string,
  comparison: Comparison,
  type: 'ACCOUNT' | 'ARN' | 'ID',
): boolean {
  const isExact = comparison === 'EXACT' || comparison === 'EXACT_IGNORING_CASE';
  if (isExact || !hasWildcard(pattern)) return true;
  if (type === 'ID') return /^(A[A-Z0-9]{15,}|\d{12})(:|$)/.test(pattern);
  const parts = type === 'ARN' ? componentsOf(pattern) : null;
  if (!parts || !/^\d{12}$/.test(parts[4])) return false;
  // A wildcard of StringLike matches colons, so one before the account could match the account too.
  return comparison === 'ARN' || !parts.slice(0, 4).some(hasWildcard);
}
