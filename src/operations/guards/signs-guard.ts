import { looksLikeExecutionRole } from '../../domain/trust/discovery.ts';
import { sayOverride } from '../call/words.ts';
import type { Guard } from './guard.ts';

/** NOT_AN_EXECUTION_ROLE: nothing shows that the role is meant for pods on Fargate, so a change may be aimed at the wrong role. */
export const objectWithoutSigns: Guard = async ({ ledger }, { observed: { accountId, partition, role }, face }) => {
  const { roleName, roleId } = role;
  if (looksLikeExecutionRole(role, partition) || (await ledger.hasChanged(accountId, roleName, roleId))) return null;
  return {
    message: `${roleName} has no sign of a pod execution role: its trust policy does not name eks-fargate-pods.amazonaws.com, AmazonEKSFargatePodExecutionRolePolicy is not attached, its name is not a usual one, and this service has not changed it before. Check the name of the role, or ${sayOverride('NOT_AN_EXECUTION_ROLE', face)} to change this one.`,
  };
};
