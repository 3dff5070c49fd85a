import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { Search } from '../app/search.ts';
import { closed, operationOf } from '../mend/operation.ts';

const Mend = lazy(() => import('../mend/mend.tsx'));

/** Changes the address of the page that is open. */
export function useShow(): (change: Search) => void {
  const navigate = useNavigate();
  return (change) => void navigate({ to: '.', search: (before: Search) => ({ ...before, ...change }) });
}

/** The drawer that the address opens, such as ?mend=extend. `roleName` is empty where a role is still to be named. */
export function MendDrawer({ accountId, roleName }: { accountId: string; roleName: string }) {
  const operation = operationOf(useSearch({ strict: false }), accountId, roleName);
  const show = useShow();
  if (!operation) return null;
  return (
    <Suspense>
      <Mend key={JSON.stringify(operation)} operation={operation} onClose={() => show(closed)} />
    </Suspense>
  );
}
