import { Link } from '@tanstack/react-router';
import { countText, countWord } from '../counts.ts';
import mark from '../ui/text/verdict.module.css';
import { verdicts } from '../ui/text/verdict.tsx';
import style from './bar.module.css';
import { type ChosenVerdict, roleVerdicts } from './filters/filters.ts';

/**
 * How many roles have which verdict, each with a link that filters. `unreachable`: accounts. What is null is not
 * known: a count must not look like zero.
 */
export function VerdictBar({
  counts,
  unreachable,
  chosen,
}: {
  counts: Partial<Record<string, number>> | null;
  unreachable: number | null;
  chosen: ChosenVerdict | undefined;
}) {
  const shown = roleVerdicts.map((verdict) => ({ verdict, count: counts && (counts[verdict] ?? 0) }));
  return (
    <section aria-label="Roles by verdict">
      <div className={style.bar} aria-hidden="true">
        {shown
          .filter(({ count }) => (count ?? 0) > 0)
          .map(({ verdict, count }) => (
            <span
              key={verdict}
              className={`${style.part} ${mark[verdict]}`}
              style={{ flexGrow: count ?? 0 }}
            />
          ))}
      </div>
      <ul className={style.counts}>
        {shown.map(({ verdict, count }) => (
          <Count key={verdict} verdict={verdict} count={count} isChosen={chosen === verdict} />
        ))}
        {unreachable !== null && (unreachable > 0 || chosen === 'UNREACHABLE') && (
          <Count verdict="UNREACHABLE" count={unreachable} isChosen={chosen === 'UNREACHABLE'} />
        )}
      </ul>
    </section>
  );
}

function Count({
  verdict,
  count,
  isChosen,
}: {
  verdict: ChosenVerdict;
  count: number | null;
  isChosen: boolean;
}) {
  return (
    <li>
      <Link
        to="/"
        search={(before) => ({ ...before, verdict: isChosen ? undefined : verdict })}
        className={style.count ?? ''}
        activeOptions={{ exact: true }}
        aria-current={isChosen ? 'true' : undefined}
        title={isChosen ? 'Show all verdicts' : undefined}
      >
        <span aria-hidden="true" className={mark[verdict]}>
          {verdicts[verdict].shape}
        </span>
        <span>
          <b>{count === null ? '–' : countText(count)}</b> {countWord(verdict, count ?? 0)}
        </span>
      </Link>
    </li>
  );
}
