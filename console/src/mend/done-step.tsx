import { Link } from '@tanstack/react-router';
import type { Shape } from '../api.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { Note } from '../ui/note.tsx';
import { Copyable } from '../ui/text/copyable.tsx';
import { VerdictMark } from '../ui/text/verdict.tsx';
import style from './mend.module.css';
import type { Kind } from './operation.ts';
import { Part } from './part.tsx';
import { Step } from './step.tsx';
import { doneText } from './words.ts';

/** What became of the change. */
export function DoneStep({
  kind,
  result,
  onForget,
  onClose,
}: {
  kind: Kind;
  result: Shape<'WriteResult'>;
  onForget: () => void;
  onClose: () => void;
}) {
  const { change, report } = result;
  const { accountId, roleName } = report;
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
        {kind === 'create' ? (
          <Link
            to="/roles/$accountId/$roleName"
            params={{ accountId, roleName }}
            onClick={onForget}
            className={buttonClass('primary')}
          >
            Open the role
          </Link>
        ) : (
          <Button look="primary" onClick={onClose}>
            Back to the page
          </Button>
        )}
        {change && (
          <Link to="/history/$changeId" params={{ changeId: change.id }} onClick={onForget}>
            Show the change in the history
          </Link>
        )}
      </div>
    </Step>
  );
}
