import type { ProfileEffect } from '../../schema/plan.ts';
import { formatOverride } from '../call/remedy-text.ts';
import type { Guard } from './guard.ts';

/** Maximum number of profiles that a message names. */
const maxNamed = 5;

/**
 * PROFILE_ACTIVE: the change takes the role from a Fargate profile that EKS starts pods with. Profiles that
 * are not known refuse nothing.
 */
export const guardProfiles: Guard = (_, { observed: { role }, planned: { effects }, face }) => {
  const active = (effects.fargateProfiles ?? []).filter(
    ({ status, effect }) => status === 'ACTIVE' && effect === 'LOST',
  );
  if (active.length === 0) return null;
  const more = active.length > maxNamed ? ` and ${active.length - maxNamed} more` : '';
  const [uses, them] =
    active.length === 1
      ? ['is ACTIVE and uses', 'the profile with DeleteFargateProfile']
      : ['are ACTIVE and use', 'the profiles with DeleteFargateProfile'];
  return {
    message: `${active.slice(0, maxNamed).map(describe).join(', ')}${more} ${uses} ${role.roleName}. EKS could start no more pods with it. Delete ${them} first. To change the role anyway, ${formatOverride('PROFILE_ACTIVE', face)}.`,
  };
};

const describe = ({ region, clusterName, name }: ProfileEffect) =>
  `Fargate profile ${name} of cluster ${region}/${clusterName}`;
