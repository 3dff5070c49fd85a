import { useQuery } from '@tanstack/react-query';
import { api, type Shape } from '../api.ts';

/** Who is signed in. Undefined before the answer is there. */
export function useCaller(accountId?: string): Shape<'Caller'> | undefined {
  return useQuery({
    queryKey: ['caller', accountId ?? null],
    queryFn: ({ signal }) => api().getCaller(accountId === undefined ? {} : { accountId }, { signal }),
    staleTime: 5 * 60_000,
  }).data;
}

/**
 * What the caller may do, by the names of operations as docs/permissions.md has them, on one account or in general.
 * Nothing before the answer is there, so that what one may not do is never offered. The service judges each call
 * again.
 */
export function usePermitted(accountId?: string): (operation: string) => boolean {
  const caller = useCaller(accountId);
  return (operation) => caller?.operations.includes(operation) ?? false;
}
