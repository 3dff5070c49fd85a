import { type Change, clusterText } from '../sentence.ts';
import style from './change.module.css';

/** What the change does to clusters, statements, principals and Fargate profiles. What is lost comes first. */
export function ChangeEffects({ change: { effects, outcome } }: { change: Change }) {
  if (effects === null) return <p className={style.quiet}>No plan was made.</p>;
  const { clustersGained, clustersLost, statementsRemoved, principalsRemoved = [] } = effects;
  const profiles = effects.fargateProfiles ?? [];
  const lists: [title: string, look: string | undefined, texts: string[]][] = [
    ['Clusters lost', style.lost, clustersLost.map(clusterText)],
    ['Principals removed', style.lost, principalsRemoved],
    [
      'Fargate profiles that lose the role',
      style.lost,
      profiles.filter(({ effect }) => effect === 'LOST').map(profileText),
    ],
    ['Clusters gained', style.gained, clustersGained.map(clusterText)],
    [
      'Fargate profiles that gain the role',
      style.gained,
      profiles.filter(({ effect }) => effect === 'GAINED').map(profileText),
    ],
  ];
  const shown = lists.filter(([, , texts]) => texts.length > 0);
  return (
    <>
      {outcome !== 'SUCCEEDED' && <p className={style.quiet}>As planned, had all of it succeeded:</p>}
      {shown.length === 0 && statementsRemoved.length === 0 && (
        <p className={style.quiet}>No cluster gains or loses the role.</p>
      )}
      {shown.map(([title, look, texts]) => (
        <div key={title} className={look}>
          <h3>{title}</h3>
          <ul className={style.texts}>
            {texts.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </div>
      ))}
      {statementsRemoved.length > 0 && (
        <details>
          <summary>
            {statementsRemoved.length === 1 ? 'One statement' : `${statementsRemoved.length} statements`}{' '}
            removed
          </summary>
          {statementsRemoved.map(({ pointer, statement }) => (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a long line is scrolled by keys
            <pre key={pointer} className={style.statement} tabIndex={0}>
              {pointer}: {JSON.stringify(statement, null, 2)}
            </pre>
          ))}
        </details>
      )}
      {effects.fargateProfilesUnknown && (
        <p className={style.quiet}>Fargate profiles are not known. {effects.fargateProfilesUnknown}</p>
      )}
    </>
  );
}

const profileText = ({ name, region, clusterName }: { name: string; region: string; clusterName: string }) =>
  `${name} in ${region}/${clusterName}`;
