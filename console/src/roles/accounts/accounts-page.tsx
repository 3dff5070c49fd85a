import { Link, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { Shape } from '../../api.ts';
import { one } from '../../app/search.ts';
import { useAccounts } from '../../fleet/use-fleet.ts';
import { errorText } from '../../fleet/words.ts';
import { WordsField } from '../../ui/form/words-field.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import type { Column } from '../../ui/table/data-table.tsx';
import { PagedTable } from '../../ui/table/paged-table.tsx';
import { Time } from '../../ui/text/time.tsx';
import { VerdictMark } from '../../ui/text/verdict.tsx';
import { useShow } from '../mend-drawer.tsx';
import style from '../roles.module.css';
import { readWords } from './find.ts';

const FirstRun = lazy(() => import('../../fleet/first-run.tsx'));

type Account = Shape<'AccountPosture'>;

const columns: Column<Account>[] = [
  {
    id: 'account',
    header: 'Account',
    meta: { size: 'minmax(0, 2fr)' },
    cell: ({
      row: {
        original: { accountId, name },
      },
    }) => (
      <Link to="/roles/$accountId" params={{ accountId }} className={style.breaking ?? ''}>
        {name}
      </Link>
    ),
  },
  {
    id: 'id',
    header: 'ID',
    meta: { size: '8rem' },
    cell: ({ row: { original } }) => <code>{original.accountId}</code>,
  },
  {
    id: 'roles',
    header: 'Known roles',
    meta: { size: '6rem' },
    cell: ({ row: { original } }) => original.roles,
  },
  {
    id: 'verdict',
    header: 'Worst verdict',
    meta: { size: '9.5rem' },
    cell: ({ row: { original } }) => {
      if (original.error !== null)
        return (
          <span title={errorText(original.error)}>
            <VerdictMark verdict="UNREACHABLE" />
          </span>
        );
      return original.verdict ? <VerdictMark verdict={original.verdict} /> : <span>None</span>;
    },
  },
  {
    id: 'checked',
    header: 'Last check',
    meta: { size: '8rem' },
    cell: ({ row: { original } }) => (original.checkedAt ? <Time at={original.checkedAt} /> : 'Never'),
  },
];

/** Finds an account by its name, its ID or a label. */
export default function AccountsPage() {
  const text = one(useSearch({ strict: false }), 'q') ?? '';
  const show = useShow();
  const { q, labels } = readWords(text);
  const accounts = useAccounts({ ...(q && { q }), ...(labels.length > 0 && { label: labels }) });
  const isFiltered = text.trim() !== '';
  if (!isFiltered && accounts.data?.total === 0)
    return (
      <Page title="Roles">
        <Suspense fallback={<Loading what="what to do first" />}>
          <FirstRun />
        </Suspense>
      </Page>
    );
  return (
    <Page title="Roles">
      <search className={style.search}>
        <WordsField
          label="Find an account"
          placeholder="Name, ID or label such as team=payments"
          value={text}
          onChange={(words) => show({ q: words || undefined })}
        />
      </search>
      <PagedTable
        what="the accounts"
        pages={{
          rows: accounts.data?.items ?? [],
          hasMore: false,
          onEnd: () => {},
          isPending: accounts.isPending,
          error: accounts.error,
          retry: () => void accounts.refetch(),
        }}
        columns={columns}
        rowId={({ accountId }) => accountId}
        empty={<p>No account fits. Look for a part of its name, for its ID or for a label.</p>}
      />
    </Page>
  );
}
