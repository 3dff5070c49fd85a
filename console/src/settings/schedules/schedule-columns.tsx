import { Link } from '@tanstack/react-router';
import { nameOf } from '../../actor.ts';
import { api, queries, type Shape } from '../../api.ts';
import { buttonClass } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog/confirm-button.tsx';
import type { Column } from '../../ui/table/data-table.tsx';
import { shortTime, Time } from '../../ui/text/time.tsx';
import table from '../table.module.css';
import { cronInWords } from './cron.ts';
import { describeSweep, type ScheduledSweep } from './schedule-draft.ts';

type Schedule = Shape<'Schedule'>;

export function scheduleColumns(can: {
  edit: boolean;
  remove: boolean;
  onRemoved: (name: string) => void;
}): Column<Schedule>[] {
  const columns: Column<Schedule>[] = [
    {
      id: 'name',
      header: 'Schedule',
      meta: { size: 'minmax(8rem, 1fr)' },
      cell: ({ row: { original } }) => (
        <span className={table.two}>
          <strong>{original.name}</strong>
          <small>as {nameOf(original)}</small>
        </span>
      ),
    },
    {
      id: 'what',
      header: 'What',
      meta: { size: 'minmax(10rem, 2fr)' },
      // The API keeps the sweep as it was stored.
      cell: ({ row }) => describeSweep(row.original.sweep as unknown as ScheduledSweep),
    },
    {
      id: 'when',
      header: 'When',
      meta: { size: 'minmax(9rem, 1.5fr)' },
      cell: ({ row: { original } }) => <When schedule={original} />,
    },
    {
      id: 'next',
      header: 'Next run',
      meta: { size: '9rem' },
      cell: ({ row }) => (
        <span className={table.two}>
          <Time at={row.original.nextAt} />
          <small>{shortTime(row.original.nextAt)}</small>
        </span>
      ),
    },
    {
      id: 'last',
      header: 'Last sweep',
      meta: { size: 'minmax(8rem, 1fr)' },
      cell: ({ row: { original } }) => <Last schedule={original} />,
    },
  ];
  if (can.edit || can.remove)
    columns.push({
      id: 'actions',
      header: 'Actions',
      meta: { size: '9rem' },
      cell: ({ row: { original } }) => (
        <span className={table.actions}>
          {can.edit && (
            <Link
              to="."
              search={(before) => ({ ...before, edit: original.name })}
              className={buttonClass('small')}
              aria-label={`Edit ${original.name}`}
            >
              Edit
            </Link>
          )}
          {can.remove && <DeleteSchedule name={original.name} onRemoved={can.onRemoved} />}
        </span>
      ),
    });
  return columns;
}

function When({ schedule: { cron, timezone } }: { schedule: Schedule }) {
  const words = cronInWords(cron);
  return (
    <span className={table.two} title={cron}>
      {words ?? <code>{cron}</code>}
      <small>{timezone}</small>
    </span>
  );
}

function Last({ schedule }: { schedule: Schedule }) {
  const { lastSweepId, lastStartedAt, lastSkippedAt, lastSkipReason } = schedule;
  const wasSkipped = lastSkippedAt !== null && (lastStartedAt === null || lastSkippedAt > lastStartedAt);
  return (
    <span className={table.two}>
      {lastSweepId !== null && lastStartedAt !== null ? (
        <Link to="/sweeps/$sweepId" params={{ sweepId: lastSweepId }}>
          <Time at={lastStartedAt} />
        </Link>
      ) : (
        'none yet'
      )}
      {wasSkipped && (
        <small>
          Skipped <Time at={lastSkippedAt} />: {lastSkipReason}
        </small>
      )}
    </span>
  );
}

const DeleteSchedule = ({ name, onRemoved }: { name: string; onRemoved: (name: string) => void }) => (
  <ConfirmButton
    look="small"
    aria-label={`Delete ${name}`}
    question={{
      title: `Delete the schedule ${name}?`,
      children: (
        <p>
          It starts no more sweeps. A sweep that it has started goes on, and the results of its sweeps stay.
        </p>
      ),
      action: 'Delete the schedule',
      run: async () => {
        await api().deleteSchedule({ name });
        await queries.invalidateQueries({ queryKey: ['schedules'] });
        onRemoved(name);
      },
    }}
  >
    Delete
  </ConfirmButton>
);
