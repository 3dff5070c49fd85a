import { useMemo, useState } from 'react';
import { Problem } from 'rolewright-client';
import { api } from '../../api.ts';
import { usePages } from '../../pages.ts';
import { usePermitted } from '../../session/permitted.ts';
import { Done } from '../../ui/done.tsx';
import { Page } from '../../ui/page.tsx';
import { PagedTable } from '../../ui/paged-table.tsx';
import { claimColumns } from './claim-columns.tsx';
import { ClaimFilters, useClaimFilters } from './claim-filters.tsx';

export default function ClaimsPage() {
  const end = usePermitted()('endClaim');
  const filters = useClaimFilters();
  const [done, setDone] = useState<string | null>(null);
  const pages = usePages(['claims', filters], (page, options) =>
    api().listClaims({ ...filters, ...page }, options),
  );
  // The filters say what is wrong with them.
  const isInvalid = pages.error instanceof Problem && pages.error.code === 'INVALID_INPUT';
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
      <ClaimFilters key={JSON.stringify(filters)} error={pages.error} />
      <Done text={done} />
      {isInvalid || (
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
