import { Problem } from 'rolewright-client';
import { Button } from '../../ui/button.tsx';
import { FaultNote } from '../../ui/fault.tsx';
import { Loading } from '../../ui/loading.tsx';
import style from '../mend.module.css';
import type { Operation } from '../operation.ts';
import { Step } from '../step.tsx';
import type { MendState } from '../use-mend.ts';
import { ChangeLink } from './change-link.tsx';
import { ChosenOverrides } from './chosen-overrides.tsx';
import { PlanReview } from './plan-review.tsx';
import { Refusal } from './refusal.tsx';
import { RoleChanged } from './role-changed.tsx';

/** What the change does, before it is applied. */
export function ReviewStep({ operation, mend }: { operation: Operation; mend: MendState }) {
  const { draft, plan, failure } = mend;
  if (draft.sent !== null)
    return (
      <Step title="Review" takesFocus>
        <Sent mend={mend} />
      </Step>
    );
  return (
    // Each review begins anew, and takes the focus.
    <Step key={mend.round} title="Review" takesFocus>
      {failure instanceof Problem && failure.code === 'ROLE_CHANGED' ? (
        <RoleChanged before={mend.reviewed} after={plan.data?.plan.before?.trust} />
      ) : (
        failure !== null && (
          <FaultNote error={failure}>
            <p>The role may have changed. Review it again before you go on.</p>
            <ChangeLink error={failure} />
          </FaultNote>
        )
      )}
      <ChosenOverrides mend={mend} />
      {plan.isFetching ? (
        <Loading what="the plan" lines={8} />
      ) : plan.error ? (
        <Refusal error={plan.error} mend={mend} />
      ) : (
        plan.data && <PlanReview operation={operation} result={plan.data} mend={mend} />
      )}
    </Step>
  );
}

/** A change whose answer is awaited. */
function Sent({ mend }: { mend: MendState }) {
  const { answer, isAsked } = mend;
  const reviewAgain = () => mend.review({ sent: null });
  if (answer.isFetching)
    return (
      <p role="status" className={style.sending}>
        Writing to AWS …
      </p>
    );
  if (answer.error)
    return (
      <FaultNote error={answer.error}>
        <p>To try again is safe: the change is applied once.</p>
        <div className={style.buttons}>
          <Button look="primary" onClick={mend.ask}>
            Try again
          </Button>
          <Button onClick={reviewAgain}>Review again</Button>
        </div>
      </FaultNote>
    );
  if (isAsked) return null;
  return (
    <>
      <p>This change was sent, and the page was left before the answer came.</p>
      <div className={style.buttons}>
        <Button look="primary" onClick={mend.ask}>
          Ask for the answer
        </Button>
        <Button onClick={reviewAgain}>Review again</Button>
      </div>
    </>
  );
}
