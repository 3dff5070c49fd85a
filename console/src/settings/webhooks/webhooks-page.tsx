import { useMemo, useState } from 'react';
import { api } from '../../api.ts';
import { usePages } from '../../pages.ts';
import { usePermitted } from '../../session/permitted.ts';
import { Done } from '../../ui/done.tsx';
import { Page } from '../../ui/page.tsx';
import { PagedTable } from '../../ui/paged-table.tsx';
import { deadLetterColumns } from './dead-letter-columns.tsx';

export default function WebhooksPage() {
  const redeliver = usePermitted()('redeliverDeadLetter');
  const [done, setDone] = useState<string | null>(null);
  const pages = usePages(['dead-letters'], (page, options) => api().listDeadLetters(page, options));
  const columns = useMemo(
    () =>
      deadLetterColumns({
        redeliver,
        onRedelivered: ({ event }) =>
          setDone(`The event of ${event.subject} is sent again. It is here again if that fails.`),
      }),
    [redeliver],
  );
  return (
    <Page title="Webhook">
      <p>
        The webhook tells a receiver each verdict that changes. An event that it did not accept for a day is
        here. Sent again, it keeps its ID and its time. Later events of its role may have arrived before it.
      </p>
      <Done text={done} />
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
