import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { api } from '../api.ts';
import { permissions, searchOf } from '../mend/operation.ts';
import { usePermitted } from '../session/permitted.ts';
import { Button } from '../ui/button.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { useShortcut } from '../ui/shortcuts.ts';
import { MendDrawer, useShow } from './mend-drawer.tsx';
import { RoleFault } from './role-fault.tsx';
import { RoleHistory } from './role-history.tsx';
import { RoleReport } from './role-report.tsx';
import style from './roles.module.css';

export default function RolePage() {
  const { accountId = '', roleName = '' } = useParams({ strict: false });
  const show = useShow();
  const isPermitted = usePermitted(accountId);
  const role = useQuery({
    queryKey: ['role', accountId, roleName],
    queryFn: ({ signal }) => api().getExecutionRole({ accountId, roleName }, { signal }),
  });
  const mayExtend = isPermitted(permissions.extend) && role.data !== undefined;
  const check = () => void role.refetch();
  useShortcut('c', check);
  useShortcut('e', mayExtend ? () => show(searchOf({ kind: 'extend' })) : undefined);
  return (
    <Page
      title={roleName}
      actions={
        <>
          <Button onClick={check} busy={role.isFetching} aria-keyshortcuts="c">
            {role.isFetching ? 'Checking …' : 'Check again'}
          </Button>
          {mayExtend && (
            <Button look="primary" onClick={() => show(searchOf({ kind: 'extend' }))} aria-keyshortcuts="e">
              Add clusters
            </Button>
          )}
        </>
      }
    >
      <AccountName accountId={accountId} />
      {role.error && (
        <RoleFault
          error={role.error}
          accountId={accountId}
          onRetry={check}
          show={show}
          isPermitted={isPermitted}
        />
      )}
      {role.data ? (
        <RoleReport role={role.data} checkedAt={role.dataUpdatedAt} show={show} isPermitted={isPermitted} />
      ) : (
        role.isPending && (
          <div className={style.columns}>
            <Loading what="the role from AWS" lines={10} />
            <Loading what="its trust policy" lines={16} />
          </div>
        )
      )}
      {isPermitted('changes') && <RoleHistory accountId={accountId} roleName={roleName} />}
      <MendDrawer accountId={accountId} roleName={roleName} />
    </Page>
  );
}

/** Which account the role is in. */
function AccountName({ accountId }: { accountId: string }) {
  const account = useQuery({
    queryKey: ['account', accountId],
    queryFn: ({ signal }) => api().getAccount({ accountId }, { signal }),
    staleTime: 5 * 60_000,
  });
  return (
    <p className={style.account}>
      <span>
        In account{' '}
        <Link to="/roles/$accountId" params={{ accountId }}>
          {account.data ? `${account.data.name} (${accountId})` : accountId}
        </Link>
      </span>
    </p>
  );
}
