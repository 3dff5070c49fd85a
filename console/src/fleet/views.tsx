import { Link, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { one, type Search } from '../app/search.ts';
import { FaultNote } from '../ui/fault.tsx';
import { Loading } from '../ui/loading.tsx';
import type { ChosenVerdict } from './filters/filters.ts';
import style from './fleet.module.css';
import type { useAccounts } from './use-fleet.ts';

const AccountMap = lazy(() => import('./map/account-map.tsx'));
const Trend = lazy(() => import('./trend/trend.tsx'));

/** A link that adds to the address is not the current one. */
const exact = { exact: true };

/** A picture of the fleet: a map of the accounts, or the trend. The address says which. */
export function Views({
  accounts,
  chosen,
}: {
  accounts: ReturnType<typeof useAccounts>;
  chosen: ChosenVerdict | undefined;
}) {
  const search: Search = useSearch({ strict: false });
  const isTrend = one(search, 'view') === 'trend';
  const tab = (view: string | undefined, isShown: boolean, text: string) => (
    <Link
      to="/"
      search={(before) => ({ ...before, view })}
      activeOptions={exact}
      aria-current={isShown ? 'page' : undefined}
    >
      {text}
    </Link>
  );
  return (
    <section aria-label="Pictures">
      <nav className={style.tabs} aria-label="Pictures of the fleet">
        {tab(undefined, !isTrend, 'Map of accounts')}
        {tab('trend', isTrend, 'Last 90 days')}
      </nav>
      <div className={style.view}>
        <Suspense fallback={<Loading what="the picture" lines={4} />}>
          {isTrend ? (
            <Trend />
          ) : accounts.data ? (
            <AccountMap accounts={accounts.data.items} chosen={chosen} />
          ) : accounts.error ? (
            <FaultNote error={accounts.error} onRetry={accounts.refetch} />
          ) : (
            <Loading what="the accounts" lines={4} />
          )}
        </Suspense>
      </div>
    </section>
  );
}
