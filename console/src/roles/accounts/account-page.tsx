import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { api, type Shape } from '../../api.ts';
import { permissions, searchOf } from '../../mend/operation.ts';
import { usePages } from '../../pages.ts';
import { usePermitted } from '../../session/permitted.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { useShortcut } from '../../ui/shortcuts.ts';
import type { Column } from '../../ui/table/data-table.tsx';
import { PagedTable } from '../../ui/table/paged-table.tsx';
import { Labels } from '../../ui/text/labels.tsx';
import { VerdictMark } from '../../ui/text/verdict.tsx';
import { verdictWhy } from '../findings/verdict-why.ts';
import { MendDrawer, useShow } from '../mend-drawer.tsx';
import style from '../roles.module.css';
import { AccountFault } from './account-fault.tsx';

type Role = Shape<'ExecutionRole'>;

const columns: Column<Role>[] = [
  {
    id: 'role',
    header: 'Role',
    meta: { size: 'minmax(0, 3fr)' },
    cell: ({ row: { original } }) => (
      <Link
        to="/roles/$accountId/$roleName"
        params={{ accountId: original.accountId, roleName: original.roleName }}
        className={style.breaking ?? ''}
      >
        {original.roleName}
      </Link>
    ),
  },
  {
    id: 'verdict',
    header: 'Verdict',
    meta: { size: '9.5rem' },
    cell: ({ row: { original } }) => <VerdictMark verdict={original.verdict} />,
  },
  {
    id: 'why',
    header: 'Why',
    meta: { size: 'minmax(0, 4fr)' },
    cell: ({ row: { original } }) => capitalize(verdictWhy(original)),
  },
  {
    id: 'room',
    header: 'Room for',
    meta: { size: '7rem' },
    cell: ({ row: { original } }) =>
      `${original.trust.linesLeft} more ${original.trust.linesLeft === 1 ? 'line' : 'lines'}`,
  },
];
const capitalize = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** An account and its execution roles, as they are in AWS now. */
export default function AccountPage() {
  const { accountId = '' } = useParams({ strict: false });
  const show = useShow();
  const isPermitted = usePermitted(accountId);
  const account = useQuery({
    queryKey: ['account', accountId],
    queryFn: ({ signal }) => api().getAccount({ accountId }, { signal }),
  });
  const roles = usePages<Role>(['roles', accountId], (page, options) =>
    api().listExecutionRoles({ accountId, ...page }, options),
  );
  const mayCreate = isPermitted(permissions.create) && account.data !== undefined && !roles.error;
  useShortcut('c', roles.retry);
  return (
    <Page
      title={account.data?.name ?? accountId}
      actions={
        <>
          <Button onClick={roles.retry} aria-keyshortcuts="c">
            Check again
          </Button>
          {mayCreate && (
            <Button look="primary" onClick={() => show(searchOf({ kind: 'create' }))}>
              Create a role
            </Button>
          )}
        </>
      }
    >
      <div className={style.account}>
        <span>Account {accountId}</span>
        {account.data && Object.keys(account.data.labels).length > 0 && (
          <Labels
            name="Labels"
            texts={Object.entries(account.data.labels).map(([key, value]) => `${key}=${value}`)}
          />
        )}
      </div>
      {roles.error ? (
        <AccountFault error={roles.error} onRetry={roles.retry} />
      ) : (
        <PagedTable
          what="the execution roles of the account"
          pages={roles}
          columns={columns}
          rowId={({ id }) => id}
          empty={<p>The account has no execution role yet.</p>}
        />
      )}
      <MendDrawer accountId={accountId} roleName="" />
    </Page>
  );
}
