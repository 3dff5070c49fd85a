import type { Shape } from '../../api.ts';
import { SeverityMark } from '../findings/severity.tsx';
import style from '../roles.module.css';

/** What keeps pods of the clusters from Fargate, cluster by cluster. Nothing where all is well. */
export function ReadinessFindings({ answers }: { answers: Shape<'FargateReadiness'>[] }) {
  const faulty = answers.filter(({ findings }) => findings.length > 0);
  if (faulty.length === 0) return null;
  return (
    <ul className={style.readiness} aria-label="What EKS shows of the clusters">
      {faulty.map(({ region, clusterName, findings }) => (
        <li key={`${region}/${clusterName}`}>
          <details>
            <summary>
              {findings[0] && <SeverityMark severity={findings[0].severity} />} {region}/{clusterName}:{' '}
              {findings.length} {findings.length === 1 ? 'finding' : 'findings'}
            </summary>
            <ul className={style.findings}>
              {findings.map(({ code, severity, message, remedy }) => (
                <li key={code + message} className={style.finding}>
                  <div className={style.findingHead}>
                    <SeverityMark severity={severity} />
                    <code className={style.quiet}>{code}</code>
                  </div>
                  <p className={style.breaking}>{message}</p>
                  <p className={`${style.quiet} ${style.breaking}`}>{remedy}</p>
                </li>
              ))}
            </ul>
          </details>
        </li>
      ))}
    </ul>
  );
}
