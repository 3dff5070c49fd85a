import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { api } from '../../api.ts';
import { usePages } from '../../pages.ts';
import { usePermitted } from '../../session/permitted.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Done } from '../../ui/done.tsx';
import { FaultNote } from '../../ui/fault.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { PagedTable } from '../../ui/table/paged-table.tsx';
import { EditDrawer, useEditing } from '../editing.tsx';
import { useStartImport } from '../imports/use-start-import.ts';
import { isWrongFilter, ListFilters, useFilters } from '../list-filters.tsx';
import { accountColumns } from './account-columns.tsx';
import { draftOfAccount } from './account-draft.ts';
import { AccountForm } from './account-form.tsx';

const filterNames = [['label', 'Label, as team=payments']] as const;

export default function AccountsPage() {
  const may = usePermitted();
  const [edit, remove, mayImport] = [may('putAccount'), may('deleteAccount'), may('importAccounts')];
  const { isNew, edited, close } = useEditing();
  const [done, setDone] = useState<string | null>(null);
  const filters = useFilters(filterNames);
  // The same key as elsewhere where nothing is filtered.
  const pages = usePages(filters.label ? ['accounts', filters.label] : ['accounts'], (page, options) =>
    api().listAccounts({ ...page, ...(filters.label && { label: [filters.label] }) }, options),
  );
  // The first step of an import is a dry run. Its page has the second.
  const { starting, last } = useStartImport();
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
          {mayImport && last !== null && (
            <Link
              to="/settings/imports/$importId"
              params={{ importId: last }}
              className={buttonClass('plain')}
            >
              Last import
            </Link>
          )}
          {mayImport && (
            <Button onClick={() => starting.mutate(true)} busy={starting.isPending}>
              Preview an import
            </Button>
          )}
          {edit && (
            <Link to="." search={(before) => ({ ...before, new: '1' })} className={buttonClass('primary')}>
              Register an account
            </Link>
          )}
        </>
      }
    >
      <ListFilters key={filters.label ?? ''} filters={filterNames} error={pages.error} />
      {starting.error && <FaultNote error={starting.error} />}
      <Done text={done} />
      {isWrongFilter(pages.error) || (
        <PagedTable
          what="the accounts"
          pages={pages}
          columns={columns}
          rowId={({ accountId }) => accountId}
          empty={
            <p>
              {filters.label
                ? 'No account has this label.'
                : `No accounts yet. ${edit ? 'Register one, or import your organization.' : ''}`}
            </p>
          }
        />
      )}
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
