import { Link } from '@tanstack/react-router';
import type { Shape } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { Copyable } from '../ui/copyable.tsx';
import { Note } from '../ui/note.tsx';
import { VerdictMark } from '../ui/verdict.tsx';
import style from './mend.module.css';
import { Part } from './part.tsx';
import { Step } from './step.tsx';
import { doneText } from './words.ts';

/** What became of the change. */
export function DoneStep({ result, onClose }: { result: Shape<'WriteResult'>; onClose: () => void }) {
  const { change, report } = result;
  return (
    <Step title="Done" takesFocus>
      <Note look={change?.outcome === 'SUCCEEDED' || change === null ? 'good' : 'warning'}>
        <p role="status">{doneText(result)}</p>
        <p>
          The role is now: <VerdictMark verdict={report.verdict} />
        </p>
      </Note>
      {change && change.steps.length > 0 && (
        <Part title="Writes to AWS">
          {change.steps.map((step) => (
            <li key={step.action + step.at} className={style.write}>
              <span>
                {step.action}: {step.outcome === 'SUCCEEDED' ? 'done' : step.outcome.toLowerCase()}
              </span>
              {step.awsRequestId !== null && (
                <Copyable text={step.awsRequestId} name={`the request ID of ${step.action}`} />
              )}
            </li>
          ))}
        </Part>
      )}
      <div className={style.buttons}>
        <Button look="primary" onClick={onClose}>
          Back to the role
        </Button>
        {change && (
          <Link to="/history/$changeId" params={{ changeId: change.id }}>
            Show the change in the history
          </Link>
        )}
      </div>
    </Step>
  );
}
