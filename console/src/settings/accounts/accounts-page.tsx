import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { api } from '../../api.ts';
import { usePages } from '../../pages.ts';
import { usePermitted } from '../../session/permitted.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Done } from '../../ui/done.tsx';
import { FaultNote } from '../../ui/fault.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { PagedTable } from '../../ui/paged-table.tsx';
import { EditDrawer, useEditing } from '../editing.tsx';
import { StartImport } from '../imports/start-import.tsx';
import { accountColumns } from './account-columns.tsx';
import { draftOfAccount } from './account-draft.ts';
import { AccountForm } from './account-form.tsx';

export default function AccountsPage() {
  const may = usePermitted();
  const [edit, remove, mayImport] = [may('putAccount'), may('deleteAccount'), may('importAccounts')];
  const { isNew, edited, close } = useEditing();
  const [done, setDone] = useState<string | null>(null);
  const pages = usePages(['accounts'], (page, options) => api().listAccounts(page, options));
  const columns = useMemo(
    () =>
      accountColumns({ edit, remove, onRemoved: ({ name }) => setDone(`${name} is no longer registered.`) }),
    [edit, remove],
  );
  const onSaved = ({ name }: { name: string }) => {
    setDone(`${name} is registered.`);
    close();
  };
  return (
    <Page
      title="Accounts"
      actions={
        <>
          {mayImport && <StartImport />}
          {edit && (
            <Link to="." search={(before) => ({ ...before, new: '1' })} className={buttonClass('primary')}>
              Register an account
            </Link>
          )}
        </>
      }
    >
      <Done text={done} />
      <PagedTable
        what="the accounts"
        pages={pages}
        columns={columns}
        rowId={({ accountId }) => accountId}
        empty={<p>No accounts yet. {edit && 'Register one, or import your organization.'}</p>}
      />
      {edit && isNew && (
        <EditDrawer title="Register an account">
          <AccountForm current={null} onSaved={onSaved} onCancel={close} />
        </EditDrawer>
      )}
      {edit && edited !== undefined && (
        <EditDrawer title="Edit an account">
          <EditAccount key={edited} accountId={edited} onSaved={onSaved} onCancel={close} />
        </EditDrawer>
      )}
    </Page>
  );
}

function EditAccount({
  accountId,
  ...rest
}: { accountId: string } & Omit<React.ComponentProps<typeof AccountForm>, 'current'>) {
  const { data, error, refetch } = useQuery({
    queryKey: ['account', accountId],
    queryFn: ({ signal }) => api().getAccount({ accountId }, { signal }),
  });
  if (error) return <FaultNote error={error} onRetry={refetch} />;
  if (!data) return <Loading what="the account" lines={8} />;
  return <AccountForm current={draftOfAccount(data)} {...rest} />;
}
