import { api, queries, type Shape } from '../../api.ts';
import { ConfirmButton } from '../../ui/dialog/confirm-button.tsx';
import type { Column } from '../../ui/table/data-table.tsx';
import { Labels } from '../../ui/text/labels.tsx';
import { Mark } from '../../ui/text/mark.tsx';
import { shortTime, Time } from '../../ui/text/time.tsx';
import table from '../table.module.css';
import { stateOfToken } from './token-state.ts';

type Token = Shape<'ServiceToken'>;

const states = {
  VALID: ['good', 'Valid'],
  EXPIRES_SOON: ['warning', 'Expires soon'],
  EXPIRED: ['quiet', 'Expired'],
  REVOKED: ['quiet', 'Revoked'],
} as const;

export function tokenColumns(can: { revoke: boolean; onRevoked: (token: Token) => void }): Column<Token>[] {
  const columns: Column<Token>[] = [
    {
      id: 'name',
      header: 'Token',
      meta: { size: 'minmax(8rem, 1.5fr)' },
      cell: ({ row: { original: token } }) => (
        <span className={table.two}>
          <strong>{token.name}</strong>
          <small>by {token.createdBy.subject}</small>
        </span>
      ),
    },
    {
      id: 'groups',
      header: 'Groups',
      meta: { size: 'minmax(9rem, 1.5fr)' },
      cell: ({ row: { original: token } }) => (
        <Labels name={`Groups of ${token.name}`} texts={token.groups} />
      ),
    },
    {
      id: 'limits',
      header: 'Limited to',
      meta: { size: 'minmax(9rem, 2fr)' },
      cell: ({ row }) => <Limits token={row.original} />,
    },
    {
      id: 'state',
      header: 'State',
      meta: { size: '8rem' },
      cell: ({ row }) => {
        const [look, word] = states[stateOfToken(row.original, Date.now())];
        return <Mark look={look}>{word}</Mark>;
      },
    },
    {
      id: 'expires',
      header: 'Expires',
      meta: { size: '9rem' },
      cell: ({ row }) => (
        <span className={table.two}>
          <Time at={row.original.expiresAt} />
          <small>{shortTime(row.original.expiresAt)}</small>
        </span>
      ),
    },
    {
      id: 'used',
      header: 'Last use',
      meta: { size: '7rem' },
      cell: ({ row: { original } }) => (original.lastUsedAt ? <Time at={original.lastUsedAt} /> : 'never'),
    },
  ];
  if (can.revoke)
    columns.push({
      id: 'actions',
      header: 'Actions',
      meta: { size: '5rem' },
      cell: ({ row: { original } }) =>
        ['VALID', 'EXPIRES_SOON'].includes(stateOfToken(original, Date.now())) && (
          <RevokeToken token={original} onRevoked={can.onRevoked} />
        ),
    });
  return columns;
}

function Limits({ token: { name, operations, accountIds } }: { token: Token }) {
  if (operations === null && accountIds === null) return 'no limit';
  return <Labels name={`Limits of ${name}`} texts={[...(operations ?? []), ...(accountIds ?? [])]} />;
}

const RevokeToken = ({ token, onRevoked }: { token: Token; onRevoked: (token: Token) => void }) => (
  <ConfirmButton
    look="small"
    aria-label={`Revoke ${token.name}`}
    question={{
      title: `Revoke the token ${token.name}?`,
      children: (
        <>
          <p>
            Its next request is refused. Its schedules start nothing more, and its sweeps begin no further
            account.
          </p>
          <p>This cannot be undone. The name is not free again.</p>
        </>
      ),
      action: 'Revoke the token',
      run: async () => {
        await api().revokeServiceToken({ id: token.id });
        await queries.invalidateQueries({ queryKey: ['service-tokens'] });
        onRevoked(token);
      },
    }}
  >
    Revoke
  </ConfirmButton>
);
