import { useMutation } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, queries, type Shape } from '../../api.ts';
import { usePages } from '../../pages.ts';
import { usePermitted } from '../../session/permitted.ts';
import { Done } from '../../ui/done.tsx';
import { FaultNote } from '../../ui/fault.tsx';
import { Page } from '../../ui/page.tsx';
import { PagedTable } from '../../ui/table/paged-table.tsx';
import { deadLetterColumns } from './dead-letter-columns.tsx';

export default function WebhooksPage() {
  const mayRedeliver = usePermitted()('redeliverDeadLetter');
  const pages = usePages(['dead-letters'], (page, options) => api().listDeadLetters(page, options));
  const sending = useMutation({
    mutationFn: (letter: Shape<'DeadLetter'>) => api().redeliverDeadLetter({ id: letter.id }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['dead-letters'] }),
  });
  const { mutate, data, error } = sending;
  const columns = useMemo(() => deadLetterColumns(mayRedeliver ? mutate : null), [mayRedeliver, mutate]);
  return (
    <Page title="Webhook">
      <p>
        The webhook tells a receiver each verdict that changes. An event that it did not accept for a day is
        here. Sent again, it keeps its ID and its time. Later events of its role may have arrived before it.
      </p>
      <Done
        text={
          data ? `The event of ${data.event.subject} is sent again. It is here again if that fails.` : null
        }
      />
      {error && <FaultNote error={error} />}
      <PagedTable
        what="the dead letters"
        pages={pages}
        columns={columns}
        rowId={({ id }) => id}
        empty={<p>No event waits here: the receiver accepted all, or no webhook is set up.</p>}
      />
    </Page>
  );
}
