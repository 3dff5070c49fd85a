import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { api, queries, type Shape } from '../api.ts';
import { usePages } from '../pages.ts';
import { usePermitted } from '../session/permitted.ts';
import { EditDrawer, useEditing } from '../settings/editing.tsx';
import { buttonClass } from '../ui/button.tsx';
import { Page } from '../ui/page.tsx';
import { PagedTable } from '../ui/table/paged-table.tsx';
import { sweepColumns } from './sweep-columns.tsx';
import { SweepForm } from './sweep-form.tsx';

/** How often the list is read again while a sweep of it runs, in ms. */
const pollMs = 4000;

export default function SweepsPage() {
  const may = usePermitted();
  const navigate = useNavigate();
  const { isNew } = useEditing();
  const pages = usePages<Shape<'Sweep'>>(['sweeps', 'list'], (page, options) =>
    api().listSweeps(page, options),
  );
  const isRunning = pages.rows.some(({ endedAt }) => endedAt === null);
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => void queries.invalidateQueries({ queryKey: ['sweeps', 'list'] }), pollMs);
    return () => clearInterval(timer);
  }, [isRunning]);
  return (
    <Page
      title="Sweeps"
      actions={
        may('startSweep') && (
          <Link to="." search={{ new: '1' }} className={buttonClass('primary')}>
            Start a sweep
          </Link>
        )
      }
    >
      <p>A sweep does one thing in many accounts. Its results are kept for 90 days.</p>
      <PagedTable
        what="the sweeps"
        pages={pages}
        columns={sweepColumns}
        rowId={({ id }) => id}
        empty={<p>No sweeps yet. {may('startSweep') && 'Start one to check the roles of your accounts.'}</p>}
      />
      {isNew && may('startSweep') && (
        <EditDrawer title="Start a sweep">
          <SweepForm
            mayExtend={may('extendExecutionRole')}
            onStarted={({ id }) => void navigate({ to: '/sweeps/$sweepId', params: { sweepId: id } })}
          />
        </EditDrawer>
      )}
    </Page>
  );
}
