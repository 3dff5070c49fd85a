import { useQuery } from '@tanstack/react-query';
import { api } from '../../api.ts';
import { countText } from '../../counts.ts';
import { FaultNote } from '../../ui/fault.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Note } from '../../ui/note.tsx';
import mark from '../../ui/text/verdict.module.css';
import { verdicts } from '../../ui/text/verdict.tsx';
import { roleVerdicts } from '../filters/filters.ts';
import style from './trend.module.css';
import { areasOf, compliantShare, drawn, knownDays, scaleOf } from './trend-shape.ts';

const [width, height] = [1000, 160];
const dates = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const dateOf = (day: string | undefined) => (day ? dates.format(new Date(day)) : '');

/** How many roles were not compliant over the last 90 days. */
export default function Trend() {
  const { data, error, refetch } = useQuery({
    queryKey: ['trend'],
    queryFn: ({ signal }) => api().getPostureTrend({ days: 90 }, { signal }),
  });
  if (error) return <FaultNote error={error} onRetry={refetch} />;
  if (!data) return <Loading what="the trend" lines={4} />;
  const days = knownDays(data.days);
  if (days.length < 2)
    return (
      <Note>
        <p>The trend begins on the second day with a check. A schedule can check every night.</p>
      </Note>
    );
  const [first, last] = [days[0], days.at(-1)];
  const top = scaleOf(days);
  return (
    <figure>
      <div className={style.chart}>
        <span className={style.top}>{countText(top)}</span>
        <svg
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          className={style.areas}
          role="img"
          aria-label="Roles that are not compliant, by day. The table below has the numbers."
        >
          <path d={`M0 0H${width}M0 ${height / 2}H${width}`} className={style.grid} />
          {areasOf(days, width, height).map(({ verdict, path }) => (
            <path key={verdict} d={path} className={mark[verdict]} />
          ))}
        </svg>
        <span className={style.first}>{dateOf(first?.day)}</span>
        <span className={style.last}>today</span>
      </div>
      <figcaption className={style.caption}>
        {drawn.map((verdict) => (
          <span key={verdict} className={mark[verdict]}>
            <span aria-hidden="true">{verdicts[verdict].shape}</span> {verdicts[verdict].word}
          </span>
        ))}
        <span>
          Compliant: {percent(compliantShare(last))} today, {percent(compliantShare(first))} on{' '}
          {dateOf(first?.day)}.
        </span>
      </figcaption>
      <details>
        <summary>As a table</summary>
        <table className={style.table}>
          <thead>
            <tr>
              <th scope="col">Day</th>
              {roleVerdicts.map((verdict) => (
                <th key={verdict} scope="col">
                  <span aria-hidden="true" className={mark[verdict]}>
                    {verdicts[verdict].shape}
                  </span>{' '}
                  <span className={style.word}>{verdicts[verdict].word}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.toReversed().map(({ day, verdicts: counts }) => (
              <tr key={day}>
                <th scope="row">{dateOf(day)}</th>
                {roleVerdicts.map((verdict) => (
                  <td key={verdict}>
                    {countText((counts as Partial<Record<string, number>>)[verdict] ?? 0)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

const percent = (share: number | null) => (share === null ? 'no roles' : `${share} %`);
