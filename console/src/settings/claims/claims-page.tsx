import { useMemo, useState } from 'react';
import { api } from '../../api.ts';
import { usePages } from '../../pages.ts';
import { usePermitted } from '../../session/permitted.ts';
import { Done } from '../../ui/done.tsx';
import { Page } from '../../ui/page.tsx';
import { PagedTable } from '../../ui/table/paged-table.tsx';
import { isWrongFilter, ListFilters, useFilters } from '../list-filters.tsx';
import { claimColumns } from './claim-columns.tsx';

const filterNames = [
  ['accountId', 'Account ID'],
  ['roleName', 'Role'],
  ['claimant', 'Claimant'],
] as const;

export default function ClaimsPage() {
  const end = usePermitted()('endClaim');
  const filters = useFilters(filterNames);
  const [done, setDone] = useState<string | null>(null);
  const pages = usePages(['claims', filters], (page, options) =>
    api().listClaims({ ...filters, ...page }, options),
  );
  const columns = useMemo(
    () =>
      claimColumns({
        end,
        onEnded: ({ claimant, cluster: { region, name } }) =>
          setDone(`${claimant} no longer claims ${region}/${name}. The line stays.`),
      }),
    [end],
  );
  return (
    <Page title="Claims">
      <p>A claim says who needs a cluster on a role. While there is one, no change takes the cluster away.</p>
      <ListFilters key={JSON.stringify(filters)} filters={filterNames} error={pages.error} />
      <Done text={done} />
      {isWrongFilter(pages.error) || (
        <PagedTable
          what="the claims"
          pages={pages}
          columns={columns}
          rowId={({ id }) => id}
          empty={
            <p>
              {Object.keys(filters).length > 0
                ? 'No claim matches these filters.'
                : 'No claims yet. Terraform and other clients claim a cluster when they add it with a claimant.'}
            </p>
          }
        />
      )}
    </Page>
  );
}
