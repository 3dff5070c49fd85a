import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { api, queries, type Shape } from '../api.ts';
import { one, type Search } from '../app/search.ts';
import { usePages } from '../pages.ts';
import { SelectField } from '../ui/form/field.tsx';
import { PagedTable } from '../ui/table/paged-table.tsx';
import { type Verdict, verdicts } from '../ui/text/verdict.tsx';
import { resultColumns } from './result-columns.tsx';
import { outcomeOf } from './result-words.ts';
import style from './sweeps.module.css';

/** The results of a sweep, as they come. The filter reads on until it has found enough. */
export function Results({ sweep }: { sweep: Shape<'Sweep'> }) {
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const { id, operation, done, endedAt } = sweep;
  const pages = usePages<Shape<'SweepResult'>>(['sweep-results', id], (page, options) =>
    api().listSweepResults({ id, ...page }, options),
  );
  useNewResults(id, done, endedAt);
  const names = useNames();
  const columns = useMemo(
    () => resultColumns(operation, (accountId) => names?.get(accountId) ?? null),
    [operation, names],
  );
  const outcome = one(search, 'verdict');
  const rows = outcome ? pages.rows.filter((result) => outcomeOf(result) === outcome) : pages.rows;
  const { hasMore, onEnd } = pages;
  useEffect(() => {
    if (outcome && rows.length < 50 && hasMore) onEnd();
  }, [outcome, rows.length, hasMore, onEnd]);
  const outcomes = [
    ...Object.entries(sweep.verdicts).map(
      ([verdict]) => [verdict, verdicts[verdict as Verdict].word] as const,
    ),
    ...(sweep.failed > 0 ? [['FAILED', 'With an error'] as const] : []),
  ];
  return (
    <>
      <h2>Results</h2>
      <div className={style.filter}>
        <SelectField
          label="Verdict"
          value={outcome ?? ''}
          options={[['', 'All'], ...outcomes]}
          onChange={({ target }) =>
            void navigate({
              to: '.',
              search: (before) => ({ ...before, verdict: target.value || undefined }),
            })
          }
        />
      </div>
      <PagedTable
        what="the results"
        pages={{
          ...pages,
          rows,
          isPending: pages.isPending || (rows.length === 0 && hasMore && !pages.error),
        }}
        columns={columns}
        rowId={({ seq }) => String(seq)}
        empty={<p>{endedAt === null ? 'No results yet.' : 'No result matches.'}</p>}
      />
    </>
  );
}

/** Reads the results again while they come, at most every two seconds, and at the end. */
function useNewResults(id: string, done: number, endedAt: string | null): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step of the sweep
  useEffect(() => {
    const timer = setTimeout(
      () => void queries.invalidateQueries({ queryKey: ['sweep-results', id] }, { cancelRefetch: false }),
      endedAt === null ? 2000 : 0,
    );
    return () => clearTimeout(timer);
  }, [id, Math.floor(done / 50), endedAt]);
}

/** The names of the accounts. A result has none. */
function useNames(): ReadonlyMap<string, string> | undefined {
  const { data } = useQuery({
    queryKey: ['posture', 'accounts', {}],
    queryFn: ({ signal }) => api().getPostureAccounts({}, { signal }),
    staleTime: 5 * 60_000,
  });
  return useMemo(() => data && new Map(data.items.map(({ accountId, name }) => [accountId, name])), [data]);
}
