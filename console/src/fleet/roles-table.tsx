import { Link } from '@tanstack/react-router';
import type { Shape } from '../api.ts';
import type { Column } from '../ui/table/data-table.tsx';
import { Time } from '../ui/text/time.tsx';
import { VerdictMark } from '../ui/text/verdict.tsx';
import style from './fleet.module.css';
import { whyOf } from './words.ts';

export type Role = Shape<'RolePosture'>;
export const roleId = ({ accountId, roleName }: Role) => `${accountId}/${roleName.toLowerCase()}`;

export const roleColumns: Column<Role>[] = [
  {
    id: 'account',
    header: 'Account',
    meta: { size: 'minmax(9rem, 1.25fr)' },
    cell: ({ row: { original } }) => <AccountCell id={original.accountId} name={original.accountName} />,
  },
  {
    id: 'role',
    header: 'Role',
    meta: { size: 'minmax(0, 1.5fr)' },
    cell: ({
      row: {
        original: { accountId, roleName },
      },
    }) => (
      <Link to="/roles/$accountId/$roleName" params={{ accountId, roleName }} className={style.cut ?? ''}>
        {roleName}
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
    meta: { size: 'minmax(0, 1.75fr)' },
    cell: ({ row: { original } }) => whyOf(original.findings),
  },
  {
    id: 'checked',
    header: 'Checked',
    meta: { size: '8rem' },
    cell: ({ row: { original } }) => <Time at={original.checkedAt} />,
  },
];

export function AccountCell({ id, name }: { id: string; name: string | null }) {
  return (
    <span className={style.account}>
      {name !== null && (
        <span className={style.name} title={name}>
          {name}
        </span>
      )}
      <code>{id}</code>
    </span>
  );
}
