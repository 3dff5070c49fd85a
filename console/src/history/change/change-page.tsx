import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { api } from '../../api.ts';
import type { Search } from '../../app/search.ts';
import { closed, operationOf, permissions, searchOf } from '../../mend/operation.ts';
import { usePermitted } from '../../session/permitted.ts';
import { Button } from '../../ui/button.tsx';
import { FaultNote } from '../../ui/fault.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { type Change, canRevert, titleOf } from '../sentence.ts';
import { ProofButton } from './proof.tsx';
import { ChangeReport } from './report.tsx';

const Mend = lazy(() => import('../../mend/mend.tsx'));

export default function ChangePage() {
  const { changeId: id = '' } = useParams({ strict: false });
  const { data, error, refetch } = useQuery({
    queryKey: ['change', id],
    queryFn: ({ signal }) => api().getChange({ id }, { signal }),
    // An outcome comes within seconds, or within a minute of a crash.
    refetchInterval: ({ state }) => (state.data?.outcome === 'PENDING' ? 3000 : false),
  });
  // One page in all states, so that its heading, which has the focus, stays.
  return (
    <Page title={data ? titleOf(data) : 'Change'} actions={data && <Actions change={data} />}>
      {data && <ChangeReport change={data} />}
      {!data && error && <FaultNote error={error} onRetry={refetch} />}
      {!data && !error && <Loading what="the change" lines={12} />}
    </Page>
  );
}

function Actions({ change }: { change: Change }) {
  const { accountId, roleName, id } = change;
  const isPermitted = usePermitted(accountId);
  const navigate = useNavigate();
  const operation = operationOf(useSearch({ strict: false }), accountId, roleName);
  const show = (next: Search) =>
    navigate({ to: '.', search: (before: Search) => ({ ...before, ...next }), resetScroll: false });
  return (
    <>
      {isPermitted('changeProof') && <ProofButton change={change} />}
      {isPermitted(permissions.revert) && canRevert(change) && (
        <Button onClick={() => show(searchOf({ kind: 'revert', changeId: id }))}>Revert this change</Button>
      )}
      {operation && (
        <Suspense>
          <Mend key={JSON.stringify(operation)} operation={operation} onClose={() => show(closed)} />
        </Suspense>
      )}
    </>
  );
}
