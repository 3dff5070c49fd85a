import { useNavigate, useSearch } from '@tanstack/react-router';
import { type SubmitEvent, useState } from 'react';
import { Problem } from 'rolewright-client';
import { one, type Search } from '../../app/search.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { errorsByField } from '../../ui/form-errors.ts';
import style from './claim-filters.module.css';

const filters = [
  ['accountId', 'Account ID'],
  ['roleName', 'Role'],
  ['claimant', 'Claimant'],
] as const;
type Filters = Partial<Record<(typeof filters)[number][0], string>>;

/** The filters that stand in the address. */
export function useClaimFilters(): Filters {
  const search: Search = useSearch({ strict: false });
  return Object.fromEntries(
    filters.flatMap(([name]) => {
      const value = one(search, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** `error`: of the list, which names a filter that is wrong. */
export function ClaimFilters({ error }: { error: Error | null }) {
  const chosen = useClaimFilters();
  const navigate = useNavigate();
  const [values, setValues] = useState(chosen);
  const { byField } = errorsByField(
    error instanceof Problem ? error.errors : [],
    filters.map(([name]) => `/${name}`),
  );
  const show = (next: Filters) => void navigate({ to: '.', search: { ...next } });
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
