import { findLostPrincipals } from '../../domain/plan/effects/lost-principals.ts';
import { serviceOf } from '../../domain/role/check-context.ts';
import { formatOverride } from '../call/remedy-text.ts';
import type { Guard } from './guard.ts';

/**
 * PRINCIPALS_LOST: the change removes other principals from the trust policy, so that they can no longer
 * assume the role.
 */
export const guardPrincipals: Guard = (_, { observed, planned: { kind, before, after }, face }) => {
  const { role } = observed;
  const lost = before ? findLostPrincipals(before.trust, after.trust, serviceOf(observed)) : [];
  if (lost.length === 0) return null;
  const keep = kind === 'REVERT' ? 'Leave the role as it is' : 'Keep them with onMismatch MERGE';
  return {
    message: `${role.roleName} would no longer trust ${lost.join(', ')}. ${keep}, or ${formatOverride('PRINCIPALS_LOST', face)} to remove them.`,
  };
};
