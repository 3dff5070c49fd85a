import { keepPreviousData, type QueryKey, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

interface PageOf<Row> {
  items: Row[];
  nextCursor: string | null;
}

export interface Pages<Row, Page = PageOf<Row>> {
  rows: Row[];
  /** The first page, for what it says beside its items. */
  first: Page | undefined;
  hasMore: boolean;
  /** Loads the next page, unless one is being loaded. */
  onEnd: () => void;
  isPending: boolean;
  /** The rows are those of the filters before. */
  isOld: boolean;
  error: Error | null;
  retry: () => void;
}

/** A list of the API, page by page. `load` gets the page after a cursor; of none, the first. */
export function usePages<Row, Page extends PageOf<Row> = PageOf<Row>>(
  queryKey: QueryKey,
  load: (
    page: { cursor?: string; limit: number },
    options: { signal: AbortSignal },
  ) => PromiseLike<Page & PageOf<Row>>,
  {
    staleTime,
    keepsOld = false,
  }: {
    /** How long what was read counts as fresh, in ms. With Infinity the list never moves by itself. */
    staleTime?: number;
    /** While other filters load, the rows before stay. */
    keepsOld?: boolean;
  } = {},
): Pages<Row, Page> {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: async ({ pageParam, signal }) =>
      await load({ limit: 100, ...(pageParam !== null && { cursor: pageParam }) }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    ...(staleTime !== undefined && { staleTime }),
    ...(keepsOld && { placeholderData: keepPreviousData }),
  });
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  return {
    rows,
    first: query.data?.pages[0],
    isOld: query.isPlaceholderData,
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
