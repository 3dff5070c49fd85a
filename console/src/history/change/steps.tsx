import { Note } from '../../ui/note.tsx';
import { Copyable } from '../../ui/text/copyable.tsx';
import { exactTime } from '../../ui/text/time.tsx';
import { VerdictMark } from '../../ui/text/verdict.tsx';
import type { Change } from '../sentence.ts';
import style from './change.module.css';

/** The AWS writes that were tried, with AWS's own request IDs; and those that were planned, but not tried. */
export function ChangeSteps({ change: { steps, planned, outcome } }: { change: Change }) {
  const untried = outcome === 'PENDING' ? [] : planned.slice(steps.length);
  if (steps.length === 0 && planned.length === 0)
    return (
      <p className={style.quiet}>
        {outcome === 'FAILED'
          ? 'Nothing. It was refused before AWS was asked.'
          : 'Nothing. Only a claim changed, which is kept here.'}
      </p>
    );
  return (
    <>
      {steps.length > 0 && (
        <ol className={style.steps}>
          {steps.map(({ action, outcome, awsRequestId, at }) => (
            <li key={`${action} ${at} ${awsRequestId}`} className={style.step}>
              <code>{action}</code>
              <VerdictMark verdict={outcome} />
              {awsRequestId === null ? (
                <span className={style.quiet}>no request ID</span>
              ) : (
                <Copyable text={awsRequestId} name="AWS’s request ID" />
              )}
              <time dateTime={at}>{exactTime(at)}</time>
            </li>
          ))}
        </ol>
      )}
      {steps.length === 0 && outcome === 'PENDING' && <p>No answer of AWS has been recorded yet.</p>}
      {untried.length > 0 && (
        <Note>
          <p>Planned, but not tried: {untried.map(({ action }) => action).join(', ')}.</p>
        </Note>
      )}
      {planned.length > 0 && (
        <details>
          <summary>What was planned, in full</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long line is scrolled by keys */}
          <pre className={style.statement} tabIndex={0}>
            {JSON.stringify(planned, null, 2)}
          </pre>
        </details>
      )}
    </>
  );
}
