import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, queries, type Shape } from '../../api.ts';
import { Button } from '../../ui/button.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { FaultNote } from '../../ui/fault.tsx';
import { Time } from '../../ui/time.tsx';
import { VerdictMark } from '../../ui/verdict.tsx';
import table from '../table.module.css';

type DeadLetter = Shape<'DeadLetter'>;

export function deadLetterColumns(can: {
  redeliver: boolean;
  onRedelivered: (letter: DeadLetter) => void;
}): Column<DeadLetter>[] {
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
  if (can.redeliver)
    columns.push({
      id: 'actions',
      header: 'Actions',
      meta: { size: '7rem' },
      cell: ({ row: { original } }) => <Redeliver letter={original} onRedelivered={can.onRedelivered} />,
    });
  return columns;
}

function Redeliver({
  letter,
  onRedelivered,
}: {
  letter: DeadLetter;
  onRedelivered: (letter: DeadLetter) => void;
}) {
  const sending = useMutation({
    mutationFn: () => api().redeliverDeadLetter({ id: letter.id }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['dead-letters'] });
      onRedelivered(letter);
    },
  });
  return (
    <>
      <Button
        look="small"
        busy={sending.isPending}
        onClick={() => sending.mutate()}
        aria-label={`Send again: ${letter.event.subject}`}
      >
        Send again
      </Button>
      {sending.error && <FaultNote error={sending.error} />}
    </>
  );
}
