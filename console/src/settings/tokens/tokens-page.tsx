import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { api } from '../../api.ts';
import { usePages } from '../../pages.ts';
import { usePermitted } from '../../session/permitted.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Done } from '../../ui/done.tsx';
import { Page } from '../../ui/page.tsx';
import { PagedTable } from '../../ui/table/paged-table.tsx';
import { EditDrawer, useEditing } from '../editing.tsx';
import { NewToken } from './new-token.tsx';
import { tokenColumns } from './token-columns.tsx';
import { TokenForm } from './token-form.tsx';

export default function TokensPage() {
  const may = usePermitted();
  const [create, revoke] = [may('createServiceToken'), may('revokeServiceToken')];
  const { isNew, close } = useEditing();
  const [done, setDone] = useState<string | null>(null);
  // In memory alone, until somebody says that it is stored.
  const [created, setCreated] = useState<{ name: string; secret: string } | null>(null);
  const pages = usePages(['service-tokens'], (page, options) => api().listServiceTokens(page, options));
  const columns = useMemo(
    () => tokenColumns({ revoke, onRevoked: ({ name }) => setDone(`The token ${name} is revoked.`) }),
    [revoke],
  );
  return (
    <Page
      title="Service tokens"
      actions={
        create && (
          <Link to="." search={(before) => ({ ...before, new: '1' })} className={buttonClass('primary')}>
            Create a token
          </Link>
        )
      }
    >
      {created && <NewToken key={created.name} {...created} onStored={() => setCreated(null)} />}
      <Done text={done} />
      <PagedTable
        what="the service tokens"
        pages={pages}
        columns={columns}
        rowId={({ id }) => id}
        empty={<p>No service tokens yet. {create && 'Create one for each machine that calls the API.'}</p>}
      />
      {create && isNew && (
        <EditDrawer title="Create a service token">
          <TokenForm
            onCreated={({ token, serviceToken: { name } }) => {
              close();
              if (token !== null) setCreated({ name, secret: token });
            }}
            onCancel={close}
          />
        </EditDrawer>
      )}
    </Page>
  );
}
