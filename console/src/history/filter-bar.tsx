import { Button } from '../ui/button.tsx';
import { Chips } from '../ui/form/chips.tsx';
import { SelectField, TextField } from '../ui/form/field.tsx';
import { WordsField } from '../ui/form/words-field.tsx';
import { type FilterName, type Filters, filterLabels, filterText, kinds, outcomes } from './filters.ts';
import style from './history.module.css';

const any = ['', 'Any'] as const;
const fields: [name: FilterName, hint: string, attributes: Record<string, string>][] = [
  ['accountId', '12 digits', { inputMode: 'numeric', pattern: '\\d{12}' }],
  ['roleName', 'the whole name', {}],
  ['cluster', 'REGION/NAME', { pattern: '[^/]+/[^/]+' }],
  ['actor', 'the whole name', {}],
  ['since', 'from this day on, in UTC', { type: 'date' }],
  ['until', 'up to this day, in UTC', { type: 'date' }],
];

/** What the history is filtered by. It stands in the page's address. */
export function FilterBar({
  filters,
  onChange,
}: {
  filters: Filters;
  onChange: (next: Partial<Record<FilterName, string | undefined>>) => void;
}) {
  const set = Object.entries(filters) as [FilterName, string][];
  return (
    <>
      <search className={style.bar}>
        <div className={style.words}>
          <WordsField
            label="Words"
            placeholder="Ticket, person, role or cluster: whole words"
            value={filters.q ?? ''}
            onChange={(q) => onChange({ q })}
          />
        </div>
        <SelectField
          label="Kind"
          value={filters.kind ?? ''}
          options={[any, ...Object.entries(kinds)]}
          onChange={(event) => onChange({ kind: event.target.value })}
        />
        <SelectField
          label="Outcome"
          value={filters.outcome ?? ''}
          options={[any, ...Object.entries(outcomes)]}
          onChange={(event) => onChange({ outcome: event.target.value })}
        />
        <details className={style.more}>
          <summary>More filters</summary>
          <More key={JSON.stringify(filters)} filters={filters} onChange={onChange} />
        </details>
      </search>
      <Chips
        chips={set.map(([name, value]) => ({
          label: filterLabels[name],
          value: filterText(name, value),
          onRemove: () =>
            onChange({ [name]: undefined, ...(name === 'actor' && { actorIssuer: undefined }) }),
        }))}
        onClear={() => onChange(Object.fromEntries(set.map(([name]) => [name, undefined])))}
      />
    </>
  );
}

function More({ filters, onChange }: { filters: Filters; onChange: (next: Record<string, string>) => void }) {
  return (
    <form
      className={style.fields}
      onSubmit={(event) => {
        event.preventDefault();
        const values = [...new FormData(event.currentTarget)].map(([name, value]) => [
          name,
          String(value).trim(),
        ]);
        onChange(Object.fromEntries(values));
      }}
    >
      {fields.map(([name, hint, attributes]) => (
        <TextField
          key={name}
          name={name}
          label={filterLabels[name]}
          hint={hint}
          defaultValue={filters[name] ?? ''}
          {...attributes}
          // An address may have a time, which a field for dates does not show.
          {...((filters[name]?.length ?? 0) > 10 && attributes.type === 'date' && { type: 'text' })}
        />
      ))}
      <div>
        <Button type="submit">Filter</Button>
      </div>
    </form>
  );
}
