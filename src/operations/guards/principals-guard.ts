import { lostPrincipals } from '../../domain/plan/lost-principals.ts';
import { sayOverride } from '../call/words.ts';
import type { Guard } from './guard.ts';

/** PRINCIPALS_LOST: the change takes others out of the trust policy, who could then no longer assume the role. */
export const objectForPrincipals: Guard = (_, { observed: { role }, planned: { kind, before, after }, face }) => {
  const lost = before ? lostPrincipals(before.trust, after.trust) : [];
  if (lost.length === 0) return null;
  const keep = kind === 'REVERT' ? 'Leave the role as it is' : 'Keep them with onMismatch MERGE';
  return {
    message: `${role.roleName} would no longer trust ${lost.join(', ')}. ${keep}, or ${sayOverride('PRINCIPALS_LOST', face)} to take them out.`,
  };
};
