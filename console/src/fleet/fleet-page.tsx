import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { Problem } from 'rolewright-client';
import { usePermitted } from '../session/permitted.ts';
import { Done } from '../ui/done.tsx';
import { FaultNote } from '../ui/fault.tsx';
import { Loading } from '../ui/loading.tsx';
import { Note } from '../ui/note.tsx';
import { Page } from '../ui/page.tsx';
import { DataTable } from '../ui/table/data-table.tsx';
import { CheckButton } from './check/check-button.tsx';
import { useFreshChecks } from './check/use-fresh-checks.ts';
import { FilterBar } from './filters/filter-bar.tsx';
import { roleColumns, roleId } from './roles-table.tsx';
import { type Fleet, useAccounts, useFleet, useRoles } from './use-fleet.ts';
import { VerdictBar } from './verdict-bar.tsx';
import { Views } from './views.tsx';

const Forbidden = lazy(() =>
  import('../ui/table/paged-table.tsx').then((module) => ({ default: module.Forbidden })),
);
const FirstRun = lazy(() => import('./first-run.tsx'));
const SweepPanel = lazy(() => import('./check/sweep-panel.tsx'));
const UnreachableTable = lazy(() => import('./unreachable-table.tsx'));

export function FleetPage() {
  const fleet = useFleet();
  const may = usePermitted();
  const roles = useRoles(fleet);
  const accounts = useAccounts(fleet.filters);
  if (roles.error instanceof Problem && roles.error.code === 'FORBIDDEN')
    return (
      <Page title="Fleet">
        <Suspense fallback={null}>
          <Forbidden what="the fleet" error={roles.error} />
          {may('changes') && (
            <p>
              You may read the <Link to="/history">history of all changes</Link>.
            </p>
          )}
        </Suspense>
      </Page>
    );
  const isFiltered = Object.keys(fleet.filters).length > 0;
  if (!isFiltered && accounts.data?.total === 0)
    return (
      <Page title="Fleet">
        <Suspense fallback={<Loading what="the fleet" />}>
          <FirstRun />
        </Suspense>
      </Page>
    );
  return (
    <Page title="Fleet" actions={<CheckButton fleet={fleet} />}>
      <Suspense fallback={null}>
        <SweepPanel />
      </Suspense>
      <VerdictBar
        counts={roles.first?.verdicts ?? null}
        unreachable={accounts.data?.unreachable ?? null}
        chosen={fleet.verdict}
      />
      <Views accounts={accounts} chosen={fleet.verdict} />
      <FilterBar {...fleet} oldestCheckAt={roles.first?.oldestCheckAt ?? null} isLoading={roles.isOld} />
      <Suspense fallback={<Loading what="the accounts" lines={8} />}>
        <Rows fleet={fleet} roles={roles} accounts={accounts} />
      </Suspense>
    </Page>
  );
}

function Rows({
  fleet: { filters, verdict },
  roles,
  accounts,
}: {
  fleet: Fleet;
  roles: ReturnType<typeof useRoles>;
  accounts: ReturnType<typeof useAccounts>;
}) {
  if (verdict === 'UNREACHABLE')
    return accounts.error ? (
      <FaultNote error={accounts.error} onRetry={accounts.refetch} />
    ) : accounts.data ? (
      <UnreachableTable accounts={accounts.data.items} />
    ) : (
      <Loading what="the accounts" lines={8} />
    );
  return <Roles {...{ filters, verdict, roles }} />;
}

function Roles({ filters, verdict, roles }: Fleet & { roles: ReturnType<typeof useRoles> }) {
  const { first, error } = roles;
  const { rows, news } = useFreshChecks(roles.rows);
  return (
    <>
      {error && <FaultNote error={error} onRetry={roles.retry} />}
      <Done text={news} />
      {roles.isPending && <Loading what="the roles" lines={8} />}
      {first && rows.length > 0 && (
        <div aria-busy={roles.isOld || undefined}>
          <DataTable
            caption="Roles"
            columns={roleColumns}
            rows={rows}
            total={verdict ? (first.verdicts[verdict] ?? rows.length) : first.total}
            hasMore={roles.hasMore}
            rowId={roleId}
            rowHeight={45}
            onEnd={roles.onEnd}
          />
        </div>
      )}
      {first && rows.length === 0 && !error && (
        <Note>
          <p>
            {verdict !== undefined || Object.keys(filters).length > 0
              ? 'No role matches these filters.'
              : 'No role has been checked yet. Check all accounts to see their verdicts.'}
          </p>
        </Note>
      )}
    </>
  );
}
