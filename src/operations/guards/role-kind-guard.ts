import { requiredPoliciesOf, serviceOf } from '../../domain/role/check-context.ts';
import { looksLikeExecutionRole } from '../../domain/trust/discovery.ts';
import { formatOverride } from '../call/remedy-text.ts';
import type { Guard } from './guard.ts';

/**
 * NOT_AN_EXECUTION_ROLE: nothing shows that the role is of the kind that is asked for. The request may name
 * the wrong role.
 */
export const guardRoleKind: Guard = async ({ ledger }, { observed, face }) => {
  const { accountId, kind, role } = observed;
  const { roleName, roleId } = role;
  if (looksLikeExecutionRole(role, observed) || (await ledger.hasChanged(accountId, roleName, roleId)))
    return null;
  const required = requiredPoliciesOf(observed).map((arn) => `${arn.split('/').at(-1)} is not attached`);
  const signs = [
    `its trust policy does not name ${serviceOf(observed)}`,
    ...required,
    'its name is not a usual one',
  ];
  return {
    message: `${roleName} has no sign of a ${kind.noun}: ${signs.join(', ')}, and this service has not changed it before. Check the name of the role, or ${formatOverride('NOT_AN_EXECUTION_ROLE', face)} to change this one.`,
  };
};
