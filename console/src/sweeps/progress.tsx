import type { Shape } from '../api.ts';
import { countText, countWord } from '../counts.ts';
import mark from '../ui/text/verdict.module.css';
import { type Verdict, verdicts } from '../ui/text/verdict.tsx';
import style from './sweeps.module.css';
import { progressText } from './words.ts';

/** How far a sweep is, and the verdicts so far. */
export function Progress({ sweep }: { sweep: Shape<'Sweep'> }) {
  return (
    <div className={style.progress}>
      {sweep.endedAt === null && (
        <progress
          className={style.bar}
          max={Math.max(1, sweep.total)}
          value={sweep.done}
          aria-label="Accounts that are done"
        />
      )}
      <p>{progressText(sweep)}</p>
      <VerdictCounts counts={sweep.verdicts} />
    </div>
  );
}

export function VerdictCounts({ counts }: { counts: Partial<Record<string, number>> }) {
  const shown = (Object.keys(verdicts) as Verdict[]).filter((verdict) => (counts[verdict] ?? 0) > 0);
  if (shown.length === 0) return null;
  return (
    <ul className={style.counts} aria-label="Verdicts">
      {shown.map((verdict) => (
        <li key={verdict} className={mark[verdict]}>
          <span aria-hidden="true">{verdicts[verdict].shape}</span> <b>{countText(counts[verdict] ?? 0)}</b>{' '}
          {countWord(verdict, counts[verdict] ?? 0)}
        </li>
      ))}
    </ul>
  );
}
