import { type InfiniteData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '../api.ts';
import { usePages } from '../pages.ts';
import type { Filters } from './filters.ts';
import { mergeNews } from './news.ts';
import type { Change } from './sentence.ts';

const newsMs = 20_000;
const newsLimit = 20;

/**
 * The changes that the filters select, as they were when the page was opened. Newer ones are counted, not shown:
 * nothing moves under the reader. Outcomes of changes that are shown are kept up to date.
 */
export function useChanges(filters: Filters) {
  const client = useQueryClient();
  const queryKey = ['changes', filters];
  const pages = usePages(queryKey, (page, options) => api().listChanges({ ...filters, ...page }, options), {
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { data: newest } = useQuery({
    queryKey: ['newest-changes', filters],
    queryFn: async ({ signal }) =>
      (await api().listChanges({ ...filters, limit: newsLimit }, { signal })).items,
    enabled: !pages.isPending && pages.error === null,
    refetchInterval: newsMs,
    staleTime: newsMs,
    // Without it a first answer would come at once, for what has just been read.
    initialData: [],
    initialDataUpdatedAt: Date.now(),
  });
  const { rows, news } = useMemo(() => mergeNews(pages.rows, newest), [pages.rows, newest]);
  const hasMoreNew = news.length >= newsLimit;
  const showNew = () => {
    // Between these and those that are shown there are others.
    if (hasMoreNew) return client.resetQueries({ queryKey });
    client.setQueryData<InfiniteData<{ items: Change[] }>>(queryKey, (data) => {
      const [first, ...rest] = data?.pages ?? [];
      return data && first && { ...data, pages: [{ ...first, items: [...news, ...first.items] }, ...rest] };
    });
  };
  return { pages: { ...pages, rows }, newCount: news.length, hasMoreNew, showNew };
}
