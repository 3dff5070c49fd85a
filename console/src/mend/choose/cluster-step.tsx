import { useEffect, useRef, useState } from 'react';
import { Problem } from 'rolewright-client';
import { Button } from '../../ui/button.tsx';
import { FaultNote } from '../../ui/fault.tsx';
import { TextField } from '../../ui/form/field.tsx';
import { errorsByField } from '../../ui/form/form-errors.ts';
import { Note } from '../../ui/note.tsx';
import { checkRow, clustersOf, clusterText, isEmpty, listClusters } from '../clusters.ts';
import style from '../mend.module.css';
import type { Operation } from '../operation.ts';
import { Step } from '../step.tsx';
import type { MendState } from '../use-mend.ts';
import { ClusterRows } from './cluster-rows.tsx';
import { PasteClusters } from './paste-clusters.tsx';
import { SeenClusters } from './seen-clusters.tsx';

/** Which clusters a change is about. */
export function ClusterStep({ operation, mend }: { operation: Operation; mend: MendState }) {
  const { draft, change, review, plan } = mend;
  // How often somebody tried to go on.
  const [tries, setTries] = useState(0);
  const isTried = tries > 0;
  const clusters = clustersOf(draft.rows);
  const form = useRef<HTMLFormElement>(null);
  const refused = refusedFields(plan.error, clusters.length);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each try and each refusal shows its first fault
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [tries, plan.error, draft.isReviewing]);
  if (draft.isReviewing)
    return (
      <Step key="chosen" title="Clusters">
        <p className={style.summary}>
          <span>{clusters.length > 0 ? listClusters(clusters) : 'None'}</span>
          {draft.sent === null && (
            <Button onClick={() => change({ isReviewing: false })}>Choose other clusters</Button>
          )}
        </p>
      </Step>
    );
  const isNameless = operation.kind === 'create' && !/^[A-Za-z0-9_+=,.@-]{1,64}$/.test(draft.roleName.trim());
  // Lines that go need no cluster beside them.
  const isShort = clusters.length === 0 && !operation.drop;
  const isWrong = isNameless || isShort || draft.rows.some((row) => !isEmpty(row) && hasFault(row));
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    setTries(tries + 1);
    if (!isWrong) review();
  };
  const add = (more: { region: string; name: string }[]) =>
    change({ rows: [...draft.rows.filter((row) => !isEmpty(row)), ...more] });
  return (
    <Step key="choice" title="Clusters" takesFocus={isTried}>
      <form ref={form} className={style.form} onSubmit={submit} noValidate>
        <Explanation operation={operation} />
        {operation.kind === 'create' && (
          <TextField
            label="Name of the role"
            value={draft.roleName}
            onChange={({ target }) => change({ roleName: target.value })}
            error={
              isTried && isNameless
                ? 'Write 1 to 64 letters, digits or _+=,.@-'
                : refused?.byField.get('/roleName')
            }
            spellCheck={false}
          />
        )}
        <ClusterRows
          rows={draft.rows}
          onChange={(rows) => change({ rows })}
          faults={draft.rows.map((row, index) => {
            const at = clusters.map(clusterText).indexOf(clusterText(row));
            const [region, name] = ['region', 'name'].map((field) =>
              refused?.byField.get(`/clusters/${at}/${field}`),
            );
            const mustBeChecked = isTried && (!isEmpty(row) || (isShort && index === 0));
            return { ...(region && { region }), ...(name && { name }), ...(mustBeChecked && checkRow(row)) };
          })}
        />
        <PasteClusters onAdd={add} />
        <SeenClusters operation={operation} chosen={clusters} onAdd={(cluster) => add([cluster])} />
        {refused && refused.others.length > 0 && <FaultNote error={plan.error} />}
        <div>
          <Button look="primary" type="submit">
            Review the change
          </Button>
        </div>
      </form>
    </Step>
  );
}

const hasFault = (row: { region: string; name: string }) => Object.keys(checkRow(row)).length > 0;

/** What the service said is wrong with the fields. Null: it took them. */
function refusedFields(error: unknown, count: number) {
  if (!(error instanceof Problem) || error.code !== 'INVALID_INPUT') return null;
  const clusters = Array.from({ length: count }, (_, index) => `/clusters/${index}`);
  return errorsByField(error.errors, [
    '/roleName',
    ...clusters.flatMap((one) => [`${one}/region`, `${one}/name`]),
  ]);
}

function Explanation({ operation }: { operation: Operation }) {
  const { onMismatch, drop, compact } = operation;
  const texts = [
    ...(drop ? [`The line of ${listClusters(drop)} goes. Name the clusters that need the role still.`] : []),
    ...(onMismatch === 'MERGE' ? ['What is wrong in the trust policy is mended. All else in it stays.'] : []),
    ...(onMismatch === 'REPLACE'
      ? [
          'The trust policy is written anew, for these clusters and those that have a line of their own. Whatever else stands in it goes.',
        ]
      : []),
    ...(compact ? ['Statements are merged, and lines that a wider line covers go.'] : []),
  ];
  if (texts.length === 0) return null;
  return (
    <Note>
      {texts.map((text) => (
        <p key={text}>{text}</p>
      ))}
    </Note>
  );
}
