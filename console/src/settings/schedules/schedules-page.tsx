import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { api } from '../../api.ts';
import { usePages } from '../../pages.ts';
import { usePermitted } from '../../session/permitted.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Done } from '../../ui/done.tsx';
import { FaultNote } from '../../ui/fault.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { PagedTable } from '../../ui/table/paged-table.tsx';
import { EditDrawer, useEditing } from '../editing.tsx';
import { scheduleColumns } from './schedule-columns.tsx';
import { draftOfSchedule, type ScheduledSweep } from './schedule-draft.ts';
import { ScheduleForm } from './schedule-form.tsx';

export default function SchedulesPage() {
  const may = usePermitted();
  const [edit, remove] = [may('putSchedule'), may('deleteSchedule')];
  const { isNew, edited, close } = useEditing();
  const [done, setDone] = useState<string | null>(null);
  const pages = usePages(['schedules'], (page, options) => api().listSchedules(page, options));
  const columns = useMemo(
    () => scheduleColumns({ edit, remove, onRemoved: (name) => setDone(`The schedule ${name} is deleted.`) }),
    [edit, remove],
  );
  const onSaved = ({ name }: { name: string }) => {
    setDone(`The schedule ${name} is stored.`);
    close();
  };
  return (
    <Page
      title="Schedules"
      actions={
        edit && (
          <Link to="." search={(before) => ({ ...before, new: '1' })} className={buttonClass('primary')}>
            Create a schedule
          </Link>
        )
      }
    >
      <Done text={done} />
      <PagedTable
        what="the schedules"
        pages={pages}
        columns={columns}
        rowId={({ name }) => name}
        empty={<p>No schedules yet. {edit && 'Create one that checks every account each night.'}</p>}
      />
      {edit && isNew && (
        <EditDrawer title="Create a schedule">
          <ScheduleForm current={null} onSaved={onSaved} onCancel={close} />
        </EditDrawer>
      )}
      {edit && edited !== undefined && (
        <EditDrawer title="Edit a schedule">
          <EditSchedule key={edited} name={edited} onSaved={onSaved} onCancel={close} />
        </EditDrawer>
      )}
    </Page>
  );
}

function EditSchedule({
  name,
  ...rest
}: { name: string } & Omit<React.ComponentProps<typeof ScheduleForm>, 'current'>) {
  const { data, error, refetch } = useQuery({
    queryKey: ['schedule', name],
    queryFn: ({ signal }) => api().getSchedule({ name }, { signal }),
  });
  if (error) return <FaultNote error={error} onRetry={refetch} />;
  if (!data) return <Loading what="the schedule" lines={8} />;
  const current = draftOfSchedule({ ...data, sweep: data.sweep as unknown as ScheduledSweep });
  return <ScheduleForm current={current} {...rest} />;
}
