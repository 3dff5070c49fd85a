import { lazy, Suspense } from 'react';
import type { Shape } from '../../api.ts';
import { Checkbox } from '../../ui/form/field.tsx';
import { Loading } from '../../ui/loading.tsx';
import style from '../mend.module.css';
import { Part } from '../part.tsx';
import { clusterWords, lossesOf, stepText } from '../words.ts';
import { Profiles } from './profiles.tsx';

const Diff = lazy(() => import('../../ui/diff/diff.tsx'));
const pretty = (snapshot: Shape<'RoleSnapshot'> | null) =>
  snapshot === null ? '' : JSON.stringify(snapshot.trust, null, 2);

/** What a plan does. `onAgree`: each loss has to be ticked. Without it the losses are shown. */
export function PlanView({
  plan,
  agreed = [],
  onAgree,
}: {
  plan: Shape<'Plan'>;
  agreed?: string[];
  onAgree?: (loss: string, isTicked: boolean) => void;
}) {
  const { effects, before, after } = plan;
  const losses = lossesOf(plan);
  const hasDiff = pretty(before) !== pretty(after);
  return (
    <>
      {losses.length > 0 && (
        <Part title="Loses" look={style.loses}>
          {losses.map((loss) => (
            <li key={loss}>
              {onAgree ? (
                <Checkbox
                  label={loss}
                  checked={agreed.includes(loss)}
                  onChange={({ target }) => onAgree(loss, target.checked)}
                />
              ) : (
                loss
              )}
            </li>
          ))}
        </Part>
      )}
      {effects.clustersGained.length > 0 && (
        <Part title="Gains" look={style.gains}>
          {effects.clustersGained.map((cluster) => (
            <li key={`${cluster.region}/${cluster.name}`}>{clusterWords(cluster)} can use the role.</li>
          ))}
        </Part>
      )}
      {effects.statementsRemoved.length > 0 && (
        <Part title="Removes" look={style.removes}>
          {effects.statementsRemoved.map(({ pointer, statement }) => (
            <li key={pointer}>
              <details>
                <summary>The statement at {pointer}</summary>
                <pre className={style.source}>{JSON.stringify(statement, null, 2)}</pre>
              </details>
            </li>
          ))}
        </Part>
      )}
      <Profiles effects={effects} />
      <Part title="Writes to AWS">
        {plan.steps.map((step) => (
          <li key={step.action + JSON.stringify(step.detail)}>{stepText(step)}</li>
        ))}
      </Part>
      {hasDiff && (
        <section className={style.part} aria-label="Trust policy, before and after">
          <h4>Trust policy</h4>
          <Suspense fallback={<Loading what="the difference" lines={8} />}>
            <Diff before={pretty(before)} after={pretty(after)} />
          </Suspense>
        </section>
      )}
    </>
  );
}
