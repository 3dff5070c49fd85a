import { useQuery } from '@tanstack/react-query';
import { api } from '../api.ts';

/**
 * What the caller may do, by the names of operations as docs/permissions.md has them, on one account or in general.
 * Nothing before the answer is there, so that what one may not do is never offered. The service judges each call
 * again.
 */
export function usePermitted(accountId?: string): (operation: string) => boolean {
  const { data } = useQuery({
    queryKey: ['caller', accountId ?? null],
    queryFn: ({ signal }) => api().getCaller(accountId === undefined ? {} : { accountId }, { signal }),
    staleTime: 5 * 60_000,
  });
  return (operation) => data?.operations.includes(operation as never) ?? false;
}
