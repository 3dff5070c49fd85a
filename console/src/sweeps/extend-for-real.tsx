import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, queries, type Shape } from '../api.ts';
import { plural } from '../counts.ts';
import { listClusters } from '../mend/clusters.ts';
import { ConfirmButton } from '../ui/dialog/confirm-button.tsx';
import { FaultNote } from '../ui/fault.tsx';
import { Loading } from '../ui/loading.tsx';
import { Note } from '../ui/note.tsx';
import { accountsToExtend } from './result-words.ts';

/** After the dry run of an extension: what it would change, and a button that does it in exactly these accounts. */
export function ExtendForReal({ sweep }: { sweep: Shape<'Sweep'> }) {
  const navigate = useNavigate();
  const { id, clusters, roleName, reason } = sweep;
  const { data, error, refetch } = useQuery({
    queryKey: ['sweep-accounts', id],
    queryFn: async ({ signal }) => {
      const results: Shape<'SweepResult'>[] = [];
      for await (const result of api().listSweepResults({ id, format: 'ndjson' }, { signal }))
        results.push({ ...result, report: null });
      return accountsToExtend(results);
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error) return <FaultNote error={error} onRetry={refetch} />;
  if (!data) return <Loading what="what would change" lines={2} />;
  if (data.length === 0)
    return (
      <Note>
        <p>Nothing to extend: in no account would a role change.</p>
      </Note>
    );
  const start = async () => {
    const real = await api().startSweep({
      operation: 'EXTEND',
      select: { accountIds: data },
      clusters: clusters ?? [],
      ...(roleName !== null && { roleName }),
      ...(reason !== null && { reason }),
    });
    void queries.invalidateQueries({ queryKey: ['sweeps'] });
    void navigate({ to: '/sweeps/$sweepId', params: { sweepId: real.id } });
  };
  const action = `Extend the roles of ${plural(data.length, 'account')}`;
  return (
    <Note look="warning">
      <p>
        This was a dry run: nothing was written. Roles of {plural(data.length, 'account')} would get{' '}
        {listClusters(clusters ?? [])}. Read the results before you go on.
      </p>
      <ConfirmButton
        look="primary"
        question={{
          title: `${action}?`,
          children: (
            <p>
              Each role is read again first. Where somebody changed it meanwhile, the result says so. Every
              change is in the history and can be reverted there.
            </p>
          ),
          action,
          run: start,
        }}
      >
        {action} …
      </ConfirmButton>
    </Note>
  );
}
