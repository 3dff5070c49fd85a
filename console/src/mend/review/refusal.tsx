import { Problem } from 'rolewright-client';
import { Button } from '../../ui/button.tsx';
import { FaultNote } from '../../ui/fault.tsx';
import { Checkbox } from '../../ui/form/field.tsx';
import { Time } from '../../ui/text/time.tsx';
import { listClusters } from '../clusters.ts';
import style from '../mend.module.css';
import { isOverridable, overrideStatement, plainDetail } from '../refusals.ts';
import type { MendState } from '../use-mend.ts';
import { clusterWords } from '../words.ts';
import { ChangeLink } from './change-link.tsx';
import { PatchView } from './patch-view.tsx';
import { PlanView } from './plan-view.tsx';

/** Why the change is refused, what would help, and the plan that was refused. */
export function Refusal({ error, mend }: { error: unknown; mend: MendState }) {
  if (!(error instanceof Problem)) return <FaultNote error={error} onRetry={() => mend.review()} />;
  const { code, plan, patch, suggestion, claims } = error;
  return (
    <>
      <FaultNote
        error={error}
        // What has to wait, or to sign in, has words of its own.
        detail={error.retryable || code === 'UNAUTHENTICATED' ? undefined : plainDetail(error.detail)}
        onRetry={error.retryable ? () => mend.review() : undefined}
      >
        <ChangeLink error={error} />
        {claims && claims.length > 0 && (
          <ul className={style.list}>
            {claims.map((claim) => (
              <li key={claim.id}>
                {clusterWords(claim.cluster)}: {claim.claimant} needs it, since <Time at={claim.since} />.
              </li>
            ))}
          </ul>
        )}
        {isOverridable(code) && (
          <Checkbox
            checked={false}
            onChange={() => mend.review({ overrides: [...mend.draft.overrides, code] })}
            label={overrideStatement(code, patch?.tool)}
          />
        )}
        {code === 'TRUST_MISMATCH' && <MismatchChoice mend={mend} />}
        {code === 'ROLE_CHANGED' && mend.request.kind === 'revert' && !mend.draft.undoesLater && (
          <Button onClick={() => mend.review({ undoesLater: true })}>Undo the later changes as well</Button>
        )}
        {suggestion && (
          <div className={style.list}>
            <p>
              {listClusters(suggestion.clusters)} would fit: {suggestion.size} of {suggestion.quota}{' '}
              characters.
            </p>
            {suggestion.alsoLetsIn.length > 0 && (
              <p>
                {suggestion.alsoLetsIn.length === 1 ? 'That line lets' : 'Those lines let'} in{' '}
                {listClusters(suggestion.alsoLetsIn)} as well.
              </p>
            )}
            <div>
              <Button
                onClick={() =>
                  mend.review({
                    rows: suggestion.clusters,
                    isCompact: suggestion.compact || mend.draft.isCompact,
                  })
                }
              >
                Review what fits
              </Button>
            </div>
          </div>
        )}
      </FaultNote>
      {patch && <PatchView patch={patch} />}
      {plan && <PlanView plan={plan} />}
    </>
  );
}

function MismatchChoice({ mend }: { mend: MendState }) {
  return (
    <div className={style.buttons}>
      <Button onClick={() => mend.review({ onMismatch: 'MERGE' })}>Mend what is wrong, keep all else</Button>
      <Button onClick={() => mend.review({ onMismatch: 'REPLACE' })}>Write the trust policy anew</Button>
    </div>
  );
}
