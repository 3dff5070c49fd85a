import { type QueryKey, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

interface PageOf<Row> {
  items: Row[];
  nextCursor: string | null;
}

export interface Pages<Row> {
  rows: Row[];
  hasMore: boolean;
  /** Loads the next page, unless one is being loaded. */
  onEnd: () => void;
  isPending: boolean;
  error: Error | null;
  retry: () => void;
}

/** A list of the API, page by page. `load` gets the page after a cursor; of none, the first. */
export function usePages<Row>(
  queryKey: QueryKey,
  load: (
    page: { cursor?: string; limit: number },
    options: { signal: AbortSignal },
  ) => PromiseLike<PageOf<Row>>,
  /** How long what was read counts as fresh, in ms. With Infinity the list never moves by itself. */
  { staleTime }: { staleTime?: number } = {},
): Pages<Row> {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: async ({ pageParam, signal }) =>
      await load({ limit: 100, ...(pageParam !== null && { cursor: pageParam }) }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    ...(staleTime !== undefined && { staleTime }),
  });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  return {
    rows,
    hasMore: query.hasNextPage,
    onEnd: () => {
      // A page that failed is loaded again when somebody asks for it.
      if (!query.isFetching && !query.isFetchNextPageError) void query.fetchNextPage();
    },
    isPending: query.isPending,
    error: query.error,
    retry: () => void (query.isFetchNextPageError ? query.fetchNextPage() : query.refetch()),
  };
}
