import { useNavigate, useSearch } from '@tanstack/react-router';
import { type SubmitEvent, useState } from 'react';
import { Problem } from 'rolewright-client';
import { one, type Search } from '../app/search.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/form/field.tsx';
import { errorsByField } from '../ui/form/form-errors.ts';
import style from './list-filters.module.css';

/** A filter of a list: its name in the address and in the API, and its label. */
export type Filter = readonly [name: string, label: string];

/** The filters that stand in the address. */
export function useFilters<const Name extends string>(
  filters: readonly (readonly [name: Name, label: string])[],
): Partial<Record<Name, string>> {
  const search: Search = useSearch({ strict: false });
  return Object.fromEntries(
    filters.flatMap(([name]) => {
      const value = one(search, name);
      return value === undefined ? [] : [[name, value]];
    }),
  ) as Partial<Record<Name, string>>;
}

/** Fields that filter a list. `error`: of the list, which names a filter that is wrong. */
export function ListFilters({ filters, error }: { filters: readonly Filter[]; error: Error | null }) {
  const chosen: Record<string, string | undefined> = useFilters(filters);
  const navigate = useNavigate();
  const [values, setValues] = useState(chosen);
  const errors = error instanceof Problem ? error.errors : [];
  const { byField } = errorsByField(
    // A filter has one value here, also where the API takes several.
    errors.map((one) => ({ ...one, pointer: one.pointer.replace(/\/\d+$/, '') })),
    filters.map(([name]) => `/${name}`),
  );
  const show = (next: typeof values) => void navigate({ to: '.', search: { ...next } });
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    show(values);
  };
  return (
    <search>
      <form className={style.filters} onSubmit={onSubmit} noValidate>
        {filters.map(([name, label]) => (
          <TextField
            key={name}
            label={label}
            value={values[name] ?? ''}
            onChange={({ target }) => setValues({ ...values, [name]: target.value.trim() })}
            error={byField.get(`/${name}`)}
            spellCheck={false}
            autoComplete="off"
          />
        ))}
        <Button type="submit">Filter</Button>
        {Object.keys(chosen).length > 0 && (
          <Button
            look="plain"
            onClick={() => {
              setValues({});
              show({});
            }}
          >
            Show all
          </Button>
        )}
      </form>
    </search>
  );
}

/** The filters say what is wrong with them: the list has nothing to add. */
export const isWrongFilter = (error: Error | null): boolean =>
  error instanceof Problem && error.code === 'INVALID_INPUT';
