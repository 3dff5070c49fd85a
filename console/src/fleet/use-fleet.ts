import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { api, type Shape } from '../api.ts';
import type { Search } from '../app/search.ts';
import { usePages } from '../pages.ts';
import { type ChosenVerdict, type Filters, filtersOf, verdictOf } from './filters/filters.ts';

export interface Fleet {
  filters: Filters;
  verdict: ChosenVerdict | undefined;
}

/** The filters of the page's address. The same object for the same address. */
export function useFleet(): Fleet {
  const search: Search = useSearch({ strict: false });
  const key = JSON.stringify([filtersOf(search), verdictOf(search) ?? null]);
  return useMemo(() => {
    const [filters, verdict] = JSON.parse(key) as [Filters, ChosenVerdict | null];
    return { filters, verdict: verdict ?? undefined };
  }, [key]);
}

/** The roles of these filters, with the counts of all verdicts. */
export function useRoles({ filters, verdict }: Fleet) {
  const query = { ...filters, ...(verdict && verdict !== 'UNREACHABLE' && { verdict }) };
  return usePages<Shape<'RolePosture'>, Shape<'Posture'>>(
    ['posture', query],
    (page, options) => api().getPosture({ ...query, ...page }, options),
    { keepsOld: true },
  );
}

/** The accounts of these filters, all at once, whatever their verdict. */
export function useAccounts(filters: Filters) {
  return useQuery({
    queryKey: ['posture', 'accounts', filters],
    queryFn: ({ signal }) => api().getPostureAccounts(filters, { signal }),
    placeholderData: keepPreviousData,
  });
}
