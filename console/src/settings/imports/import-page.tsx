import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Problem } from 'rolewright-client';
import { api, queries, type Shape } from '../../api.ts';
import { usePages } from '../../pages.ts';
import { usePermitted } from '../../session/permitted.ts';
import { Button } from '../../ui/button.tsx';
import { FaultNote } from '../../ui/fault.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Note } from '../../ui/note.tsx';
import { Page } from '../../ui/page.tsx';
import { Forbidden, PagedTable } from '../../ui/table/paged-table.tsx';
import { Facts } from '../../ui/text/facts.tsx';
import { Time } from '../../ui/text/time.tsx';
import { importColumns } from './import-columns.tsx';
import { describeImport } from './import-words.ts';
import { useStartImport } from './use-start-import.ts';

const pollMs = 1000;

/** An import: how far it is, what it did to each account, and after a dry run the button that does it. */
export default function ImportPage() {
  const { importId = '' } = useParams({ strict: false });
  const { data, error, refetch } = useQuery({
    queryKey: ['import', importId],
    queryFn: ({ signal }) => api().getAccountImport({ id: importId }, { signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'RUNNING' ? pollMs : false),
  });
  return (
    <Page title={data?.dryRun ? 'Preview of an import' : 'Import of accounts'}>
      {error instanceof Problem && error.code === 'FORBIDDEN' ? (
        <Forbidden what="this import" error={error} />
      ) : error ? (
        <FaultNote error={error} onRetry={refetch} />
      ) : data ? (
        <Import of={data} />
      ) : (
        <Loading what="the import" lines={6} />
      )}
      <p>
        <Link to="/settings/accounts">All accounts</Link>
      </p>
    </Page>
  );
}

function Import({ of }: { of: Shape<'AccountImport'> }) {
  const mayImport = usePermitted()('importAccounts');
  const { starting } = useStartImport();
  const { id, state, dryRun, error } = of;
  const hasEnded = state !== 'RUNNING';
  // What it changed is complete once it has ended.
  const pages = usePages(['import', id, 'changes', state], (page, options) =>
    api().listAccountImportChanges({ id, ...page }, options),
  );
  useEffect(() => {
    if (hasEnded && !dryRun) void queries.invalidateQueries({ queryKey: ['accounts'] });
  }, [hasEnded, dryRun]);
  const look = state === 'FAILED' ? 'bad' : hasEnded && !dryRun ? 'good' : 'normal';
  const changes = of.added + of.changed + of.closed;
  return (
    <>
      <Note look={look}>
        <p role="status">{describeImport(of)}</p>
        {error && <p>{error.detail}</p>}
        {hasEnded && dryRun && state === 'DONE' && mayImport && (
          <Button
            look="primary"
            onClick={() => starting.mutate(false)}
            busy={starting.isPending}
            disabled={changes === 0}
          >
            Import {of.total === 1 ? 'this account' : `these ${of.total} accounts`}
          </Button>
        )}
        {state === 'FAILED' && mayImport && (
          <Button onClick={() => starting.mutate(dryRun)} busy={starting.isPending}>
            {dryRun ? 'Preview again' : 'Import the rest'}
          </Button>
        )}
      </Note>
      {starting.error && <FaultNote error={starting.error} />}
      <Facts
        facts={[
          ['Listed', of.total],
          ['Unchanged', of.unchanged],
          ...(of.untagged > 0 ? [['Tags not readable', of.untagged] as const] : []),
          ['Started', <Started key="started" of={of} />],
          ...(of.endedAt ? [['Ended', <Time key="ended" at={of.endedAt} />] as const] : []),
        ]}
      />
      {(hasEnded || pages.rows.length > 0) && (
        <PagedTable
          what="what the import does to each account"
          pages={pages}
          columns={importColumns}
          rowId={({ accountId }) => accountId}
          empty={<p>Every account is registered as the organization has it.</p>}
        />
      )}
    </>
  );
}

const Started = ({ of: { createdAt, actor } }: { of: Shape<'AccountImport'> }) => (
  <>
    <Time at={createdAt} /> by {actor.subject}
  </>
);
