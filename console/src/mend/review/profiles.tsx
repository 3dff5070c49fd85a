import type { Shape } from '../../api.ts';
import style from '../mend.module.css';
import { Part } from '../part.tsx';

/** The Fargate profiles that gain or lose the role, or why they are not known. */
export function Profiles({ effects }: { effects: Shape<'Effects'> }) {
  const { fargateProfiles, fargateProfilesUnknown, clustersGained, clustersLost } = effects;
  if (clustersGained.length + clustersLost.length === 0) return null;
  if (fargateProfiles && fargateProfiles.length > 0)
    return (
      <Part title="Fargate profiles">
        {fargateProfiles.map(({ region, clusterName, name, status, effect }) => (
          <li key={`${region}/${clusterName}/${name}`} className={effect === 'LOST' ? style.lost : undefined}>
            {name} of {region}/{clusterName} {effect === 'LOST' ? 'loses' : 'gains'} the role. It is {status}.
          </li>
        ))}
      </Part>
    );
  if (fargateProfiles) return <p className={style.quiet}>No Fargate profile with this role is affected.</p>;
  if (!fargateProfilesUnknown) return null;
  return (
    <p className={style.quiet}>Which Fargate profiles are affected is not known. {fargateProfilesUnknown}</p>
  );
}
