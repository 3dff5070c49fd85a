import { useState } from 'react';
import { Problem } from 'rolewright-client';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
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
  const [isTried, setTried] = useState(false);
  const clusters = clustersOf(draft.rows);
  if (draft.isReviewing)
    return (
      <Step title="Clusters">
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
    setTried(true);
    if (!isWrong) review();
  };
  const add = (more: { region: string; name: string }[]) =>
    change({ rows: [...draft.rows.filter((row) => !isEmpty(row)), ...more] });
  return (
    <Step title="Clusters" takesFocus={isTried}>
      <form className={style.form} onSubmit={submit} noValidate>
        <Explanation operation={operation} />
        {operation.kind === 'create' && (
          <TextField
            label="Name of the role"
            value={draft.roleName}
            onChange={({ target }) => change({ roleName: target.value })}
            error={isTried && isNameless ? 'Write 1 to 64 letters, digits or _+=,.@-' : undefined}
            spellCheck={false}
          />
        )}
        <ClusterRows
          rows={draft.rows}
          onChange={(rows) => change({ rows })}
          faults={draft.rows.map((row, index) => ({
            ...(isTried && (!isEmpty(row) || (isShort && index === 0)) ? checkRow(row) : {}),
            ...refusedFields(plan.error, clusters.map(clusterText).indexOf(clusterText(row))),
          }))}
        />
        <PasteClusters onAdd={add} />
        <SeenClusters operation={operation} chosen={clusters} onAdd={(cluster) => add([cluster])} />
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

/** What the service said is wrong with the fields of a cluster. */
function refusedFields(error: unknown, index: number): { region?: string; name?: string } {
  if (!(error instanceof Problem) || index < 0) return {};
  const of = (field: string) =>
    error.errors.find(({ pointer }) => pointer === `/clusters/${index}/${field}`)?.message;
  const [region, name] = [of('region'), of('name')];
  return { ...(region && { region }), ...(name && { name }) };
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
