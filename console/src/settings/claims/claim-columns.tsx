import { Link } from '@tanstack/react-router';
import { api, queries, type Shape } from '../../api.ts';
import { ConfirmButton } from '../../ui/dialog/confirm-button.tsx';
import type { Column } from '../../ui/table/data-table.tsx';
import { Time } from '../../ui/text/time.tsx';
import table from '../table.module.css';

type Claim = Shape<'Claim'>;

const clusterOf = ({ cluster: { region, name } }: Claim) => `${region}/${name}`;

export function claimColumns(can: { end: boolean; onEnded: (claim: Claim) => void }): Column<Claim>[] {
  const columns: Column<Claim>[] = [
    {
      id: 'role',
      header: 'Role',
      meta: { size: 'minmax(12rem, 2fr)' },
      cell: ({ row: { original } }) => (
        <span className={table.two}>
          <Link
            to="/roles/$accountId/$roleName"
            params={{ accountId: original.accountId, roleName: original.roleName }}
          >
            {original.roleName}
          </Link>
          <code>{original.accountId}</code>
        </span>
      ),
    },
    {
      id: 'cluster',
      header: 'Cluster',
      meta: { size: 'minmax(9rem, 1.5fr)' },
      cell: ({ row }) => clusterOf(row.original),
    },
    {
      id: 'claimant',
      header: 'Claimant',
      meta: { size: 'minmax(9rem, 1.5fr)' },
      cell: ({ row: { original } }) => (
        <span className={table.two}>
          {original.claimant}
          {original.actor.subject !== original.claimant && <small>by {original.actor.subject}</small>}
        </span>
      ),
    },
    {
      id: 'since',
      header: 'Since',
      meta: { size: '7rem' },
      cell: ({ row }) => <Time at={row.original.since} />,
    },
  ];
  if (can.end)
    columns.push({
      id: 'actions',
      header: 'Actions',
      meta: { size: '5rem' },
      cell: ({ row: { original } }) => <EndClaim claim={original} onEnded={can.onEnded} />,
    });
  return columns;
}

function EndClaim({ claim, onEnded }: { claim: Claim; onEnded: (claim: Claim) => void }) {
  const { claimant, roleName } = claim;
  const cluster = clusterOf(claim);
  return (
    <ConfirmButton
      look="small"
      aria-label={`End the claim of ${claimant} on ${cluster}`}
      question={{
        title: `End the claim of ${claimant}?`,
        children: (
          <>
            <p>
              {claimant} says that it needs the cluster {cluster} on the role {roleName}. You end this in its
              place.
            </p>
            <p>
              <strong>The line stays:</strong> the role goes on covering the cluster. Without a claim, others
              can take it away. If {claimant} still runs, it may claim it again.
            </p>
          </>
        ),
        action: 'End the claim',
        run: async () => {
          await api().endClaim({ id: claim.id });
          await queries.invalidateQueries({ queryKey: ['claims'] });
          onEnded(claim);
        },
      }}
    >
      End
    </ConfirmButton>
  );
}
