import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, queries, type Shape } from '../../api.ts';
import { plural } from '../../counts.ts';
import { Button } from '../../ui/button.tsx';
import DialogBox from '../../ui/dialog/dialog-box.tsx';
import { FaultNote } from '../../ui/fault.tsx';
import { Loading } from '../../ui/loading.tsx';
import { selectOf } from '../filters/filters.ts';
import type { Fleet } from '../use-fleet.ts';

/** The most accounts that a sweep takes one by one. */
const most = 17_000;

/** Asks before a sweep checks what is filtered. */
export default function CheckDrawer({ fleet, onClose }: { fleet: Fleet; onClose: () => void }) {
  const navigate = useNavigate();
  const accounts = useChosen(fleet);
  const starting = useMutation({
    mutationFn: async (select: Shape<'SweepSelect'>) =>
      await api().startSweep({ operation: 'CHECK', select }),
    onSuccess: ({ id }) => {
      void queries.invalidateQueries({ queryKey: ['sweeps'] });
      onClose();
      void navigate({ to: '/', search: (before) => ({ ...before, sweep: id }), replace: true });
    },
  });
  const { data } = accounts;
  const select = data && (selectOf(fleet.filters, fleet.verdict) ?? { accountIds: data.ids });
  return (
    <DialogBox title="Check roles" onClose={onClose}>
      {accounts.error && <FaultNote error={accounts.error} onRetry={accounts.refetch} />}
      {accounts.isPending && <Loading what="the accounts" lines={2} />}
      {data && (
        <p>
          Every execution role of {plural(data.total, 'account')} is checked. Nothing is changed in AWS.{' '}
          {!select?.accountIds && 'Accounts that are closed or suspended are left out.'}
        </p>
      )}
      {data && select?.accountIds && data.total > most && (
        <p role="alert">
          These are more than {plural(most, 'account')}. Filter further, or remove all filters.
        </p>
      )}
      {starting.error && <FaultNote error={starting.error} />}
      {select && (
        <div>
          <Button
            look="primary"
            busy={starting.isPending}
            disabled={data.total === 0 || (select.accountIds !== undefined && data.total > most)}
            onClick={() => starting.mutate(select)}
          >
            Check {plural(data.total, 'account')}
          </Button>
        </div>
      )}
    </DialogBox>
  );
}

/** The accounts of what is filtered. */
function useChosen({ filters, verdict }: Fleet) {
  const query = { ...filters, ...(verdict && verdict !== 'UNREACHABLE' && { verdict }) };
  return useQuery({
    queryKey: ['posture', 'accounts', query],
    queryFn: ({ signal }) => api().getPostureAccounts(query, { signal }),
    select: ({ items, total, unreachable }) => ({
      ids: items
        .filter(({ error }) => verdict !== 'UNREACHABLE' || error !== null)
        .map(({ accountId }) => accountId),
      total: verdict === 'UNREACHABLE' ? unreachable : total,
    }),
  });
}
