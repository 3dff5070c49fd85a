import { Link } from '@tanstack/react-router';
import type { Shape } from '../api.ts';
import { Note } from '../ui/note.tsx';
import { type Column, DataTable } from '../ui/table/data-table.tsx';
import { Time } from '../ui/text/time.tsx';
import { VerdictMark } from '../ui/text/verdict.tsx';
import style from './fleet.module.css';
import { errorText } from './words.ts';

type Account = Shape<'AccountPosture'>;

const columns: Column<Account>[] = [
  {
    id: 'account',
    header: 'Account',
    cell: ({
      row: {
        original: { accountId, name },
      },
    }) => (
      <span className={style.account}>
        <Link to="/roles/$accountId" params={{ accountId }} className={style.cut ?? ''}>
          {name}
        </Link>
        <code>{accountId}</code>
      </span>
    ),
  },
  {
    id: 'why',
    header: 'Why it could not be read',
    meta: { size: 'minmax(0, 2fr)' },
    cell: ({ row: { original } }) => errorText(original.error ?? ''),
  },
  {
    id: 'verdict',
    header: 'Known before',
    meta: { size: '9.5rem' },
    cell: ({ row: { original } }) => (original.verdict ? <VerdictMark verdict={original.verdict} /> : '—'),
  },
  {
    id: 'checked',
    header: 'Last tried',
    meta: { size: '8rem' },
    cell: ({ row: { original } }) => original.checkedAt && <Time at={original.checkedAt} />,
  },
];

/** The accounts that the last check could not read. */
export default function UnreachableTable({ accounts }: { accounts: Account[] }) {
  const rows = accounts.filter(({ error }) => error !== null);
  if (rows.length === 0)
    return (
      <Note>
        <p>No account was unreachable at its last check.</p>
      </Note>
    );
  return (
    <DataTable caption="Unreachable accounts" columns={columns} rows={rows} rowId={(row) => row.accountId} />
  );
}
