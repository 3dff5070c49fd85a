import type { Shape } from '../../api.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/form/field.tsx';
import { Note } from '../../ui/note.tsx';
import style from '../mend.module.css';
import type { Operation } from '../operation.ts';
import type { MendState } from '../use-mend.ts';
import { applyLabel, lossesOf, nothingToDo } from '../words.ts';
import { PlanView } from './plan-view.tsx';

/** The plan, what it takes away to be ticked, the reason, and the button that applies it. */
export function PlanReview({
  operation,
  result,
  mend,
}: {
  operation: Operation;
  result: Shape<'WriteResult'>;
  mend: MendState;
}) {
  const { draft, change, request, agreed, setAgreed } = mend;
  const { plan, lineKept } = result;
  const isIdle = plan.steps.length === 0;
  if (isIdle && operation.kind !== 'retract')
    return (
      <Note look="good">
        <p>{nothingToDo(request, lineKept)}</p>
      </Note>
    );
  const losses = lossesOf(plan);
  const isAgreed = losses.every((loss) => agreed.includes(loss));
  const agree = (loss: string, isTicked: boolean) =>
    setAgreed([...agreed.filter((one) => one !== loss), ...(isTicked ? [loss] : [])]);
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    if (isAgreed) mend.apply(result);
  };
  return (
    <>
      {isIdle ? (
        <p>{nothingToDo(request, lineKept)}</p>
      ) : (
        <PlanView plan={plan} agreed={agreed} onAgree={agree} />
      )}
      <form className={style.form} onSubmit={submit}>
        <TextField
          label="Reason"
          hint="It stands in the history. A ticket number helps, such as CHG-1042."
          value={draft.reason}
          maxLength={1000}
          onChange={({ target }) => change({ reason: target.value })}
        />
        {!isAgreed && (
          <p id="agree" className={style.quiet}>
            Tick each loss above to go on.
          </p>
        )}
        <div>
          <Button
            look={losses.length > 0 ? 'danger' : 'primary'}
            type="submit"
            disabled={!isAgreed}
            aria-describedby={isAgreed ? undefined : 'agree'}
          >
            {applyLabel(request, plan)}
          </Button>
        </div>
      </form>
    </>
  );
}
