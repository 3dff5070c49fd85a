import { type ClipboardEvent, useRef } from 'react';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/form/field.tsx';
import { parseClusters, type Row } from '../clusters.ts';
import { emptyRow } from '../draft.ts';
import style from '../mend.module.css';

/** Clusters by Region and name, a row each. Several that are pasted into a field become rows. */
export function ClusterRows({
  rows,
  onChange,
  faults,
}: {
  rows: Row[];
  onChange: (rows: Row[]) => void;
  faults: { region?: string; name?: string }[];
}) {
  const list = useRef<HTMLFieldSetElement>(null);
  /** The row comes into the page with the next frame. */
  const focusRow = (index: number) =>
    requestAnimationFrame(() =>
      list.current?.querySelectorAll<HTMLInputElement>('[data-field="region"]')[index]?.focus(),
    );
  const edit = (index: number, next: Partial<Row>) =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...next } : row)));
  const remove = (index: number) => {
    const left = rows.filter((_, at) => at !== index);
    onChange(left.length > 0 ? left : [emptyRow]);
    focusRow(Math.min(index, left.length - 1));
  };
  const onPaste = (index: number) => (event: ClipboardEvent) => {
    const { clusters, wrong } = parseClusters(event.clipboardData.getData('text'));
    if (clusters.length === 0 || wrong.length > 0) return;
    event.preventDefault();
    onChange([...rows.slice(0, index), ...clusters, ...rows.slice(index + 1)]);
  };
  return (
    <fieldset ref={list} className={style.rows}>
      <legend className="hidden">Clusters</legend>
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row has no other name
        <div key={index} className={style.row}>
          <TextField
            label="Region"
            data-field="region"
            value={row.region}
            onChange={({ target }) => edit(index, { region: target.value })}
            onPaste={onPaste(index)}
            error={faults[index]?.region}
            placeholder="us-west-2"
            spellCheck={false}
            autoCapitalize="none"
          />
          <TextField
            label="Cluster"
            value={row.name}
            onChange={({ target }) => edit(index, { name: target.value })}
            onPaste={onPaste(index)}
            error={faults[index]?.name}
            placeholder="my-cluster"
            spellCheck={false}
            autoCapitalize="none"
          />
          <Button
            look="plain"
            onClick={() => remove(index)}
            aria-label={`Remove ${row.region && row.name ? `${row.region}/${row.name}` : `row ${index + 1}`}`}
          >
            Remove
          </Button>
        </div>
      ))}
      <div>
        <Button
          onClick={() => {
            onChange([...rows, { region: rows.at(-1)?.region ?? '', name: '' }]);
            focusRow(rows.length);
          }}
        >
          Another cluster
        </Button>
      </div>
    </fieldset>
  );
}
