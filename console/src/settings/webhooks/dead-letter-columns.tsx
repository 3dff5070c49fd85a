import { Link } from '@tanstack/react-router';
import type { Shape } from '../../api.ts';
import { Button } from '../../ui/button.tsx';
import type { Column } from '../../ui/table/data-table.tsx';
import { Time } from '../../ui/text/time.tsx';
import { VerdictMark } from '../../ui/text/verdict.tsx';
import table from '../table.module.css';

type DeadLetter = Shape<'DeadLetter'>;

/** `redeliver`: sends an event again. Null: the caller may not. */
export function deadLetterColumns(redeliver: ((letter: DeadLetter) => void) | null): Column<DeadLetter>[] {
  const columns: Column<DeadLetter>[] = [
    {
      id: 'role',
      header: 'Role',
      meta: { size: 'minmax(12rem, 2fr)' },
      cell: ({ row }) => {
        const { accountId, roleName } = row.original.event.data;
        return (
          <span className={table.two}>
            <Link to="/roles/$accountId/$roleName" params={{ accountId, roleName }}>
              {roleName}
            </Link>
            <code>{accountId}</code>
          </span>
        );
      },
    },
    {
      id: 'change',
      header: 'Verdict',
      meta: { size: 'minmax(9rem, 1.5fr)' },
      cell: ({ row }) => {
        const { before, after } = row.original.event.data;
        return (
          <span className={table.two}>
            <VerdictMark verdict={after} />
            <small>
              was <VerdictMark verdict={before} />
            </small>
          </span>
        );
      },
    },
    {
      id: 'time',
      header: 'Changed',
      meta: { size: '7rem' },
      cell: ({ row }) => <Time at={row.original.event.time} />,
    },
    {
      id: 'fault',
      header: 'Last attempt',
      meta: { size: 'minmax(10rem, 2fr)' },
      cell: ({ row: { original } }) => (
        <span className={table.two}>
          {original.lastError ?? 'unknown'}
          <small>
            {original.attempts} attempts
            {original.deadAt !== null && (
              <>
                , the last <Time at={original.deadAt} />
              </>
            )}
          </small>
        </span>
      ),
    },
  ];
  if (redeliver)
    columns.push({
      id: 'actions',
      header: 'Actions',
      meta: { size: '7rem' },
      cell: ({ row: { original } }) => (
        <Button
          look="small"
          onClick={() => redeliver(original)}
          aria-label={`Send again: ${original.event.subject}`}
        >
          Send again
        </Button>
      ),
    });
  return columns;
}
