import { Link } from '@tanstack/react-router';
import { api, queries, type Shape } from '../../api.ts';
import { buttonClass } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog/confirm-button.tsx';
import type { Column } from '../../ui/table/data-table.tsx';
import { Copyable } from '../../ui/text/copyable.tsx';
import { Labels } from '../../ui/text/labels.tsx';
import { Mark } from '../../ui/text/mark.tsx';
import { labelTexts } from '../lists.ts';
import table from '../table.module.css';

type Account = Shape<'Account'>;

const statuses = {
  ACTIVE: ['good', 'Active'],
  SUSPENDED: ['warning', 'Suspended'],
  CLOSED: ['quiet', 'Closed'],
} as const;

function StatusMark({ status }: Pick<Account, 'status'>) {
  const [look, word] = statuses[status];
  return <Mark look={look}>{word}</Mark>;
}

export function accountColumns(can: {
  edit: boolean;
  remove: boolean;
  onRemoved: (account: Account) => void;
}): Column<Account>[] {
  const columns: Column<Account>[] = [
    {
      id: 'account',
      header: 'Account',
      meta: { size: 'minmax(9rem, 1.5fr)' },
      cell: ({ row: { original: account } }) => (
        <span className={table.two}>
          <Link to="/roles/$accountId" params={{ accountId: account.accountId }}>
            {account.name}
          </Link>
          <code>{account.accountId}</code>
        </span>
      ),
    },
    {
      id: 'labels',
      header: 'Labels',
      meta: { size: 'minmax(8rem, 2fr)' },
      cell: ({ row: { original: account } }) => (
        <Labels name={`Labels of ${account.name}`} texts={labelTexts(account.labels)} />
      ),
    },
    {
      id: 'status',
      header: 'Status',
      meta: { size: '7rem' },
      cell: ({ row }) => <StatusMark status={row.original.status} />,
    },
    {
      id: 'memberRole',
      header: 'Member role',
      meta: { size: 'minmax(10rem, 2.5fr)' },
      cell: ({ row: { original: account } }) => (
        <Copyable text={account.memberRoleArn} name={`the member role of ${account.name}`} />
      ),
    },
  ];
  if (can.edit || can.remove)
    columns.push({
      id: 'actions',
      header: 'Actions',
      meta: { size: '9rem' },
      cell: ({ row: { original: account } }) => (
        <span className={table.actions}>
          {can.edit && (
            <Link
              to="."
              search={(before) => ({ ...before, edit: account.accountId })}
              className={buttonClass('small')}
              aria-label={`Edit ${account.name}`}
            >
              Edit
            </Link>
          )}
          {can.remove && <RemoveAccount account={account} onRemoved={can.onRemoved} />}
        </span>
      ),
    });
  return columns;
}

function RemoveAccount({ account, onRemoved }: { account: Account; onRemoved: (account: Account) => void }) {
  const { accountId, name } = account;
  return (
    <ConfirmButton
      look="small"
      aria-label={`Remove ${name}`}
      question={{
        title: `Remove ${name} from the registry?`,
        children: (
          <>
            <p>
              Rolewright no longer checks or changes roles in account {accountId}. Its labels and the ARN of
              its member role are forgotten.
            </p>
            <p>Nothing changes in AWS, and its history stays. An import registers it again, if it is open.</p>
          </>
        ),
        action: 'Remove the account',
        run: async () => {
          await api().deleteAccount({ accountId });
          await queries.invalidateQueries({ queryKey: ['accounts'] });
          onRemoved(account);
        },
      }}
    >
      Remove
    </ConfirmButton>
  );
}
