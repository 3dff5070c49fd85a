import { useQueries, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api, type Shape } from '../../api.ts';
import { one, type Search } from '../../app/search.ts';
import { Button } from '../../ui/button.tsx';
import { FaultNote } from '../../ui/fault.tsx';
import { DataTable } from '../../ui/table/data-table.tsx';
import style from '../roles.module.css';
import { Coverage } from './coverage.tsx';
import { columnsWith, type LineCells } from './line-columns.tsx';
import { askableClusters, lineRows } from './line-rows.ts';
import { ReadinessFindings } from './readiness.tsx';

const table = { plain: columnsWith(false), ready: columnsWith(true) };

/** The lines of the trust policy: whom each lets in, who claims it, and, once asked for, which profiles use it. */
export function LinesTable({
  role,
  isPermitted,
}: {
  role: Shape<'ExecutionRole'>;
  isPermitted: (operation: string) => boolean;
}) {
  const { accountId, roleName } = role;
  const isAsked = one(useSearch({ strict: false }), 'readiness') === 'yes';
  const navigate = useNavigate();
  const mayAsk = isPermitted('fargateReadiness');
  const claims = useQuery({
    queryKey: ['claims', 'role', accountId, roleName],
    queryFn: async ({ signal }) => await api().listClaims({ accountId, roleName, limit: 100 }, { signal }),
    enabled: isPermitted('claims'),
  });
  const rows = lineRows(role.trust.lines, claims.data?.items ?? [], accountId);
  const clusters = askableClusters(rows);
  const readiness = useQueries({
    queries: (isAsked && mayAsk ? clusters : []).map(({ region, name }) => ({
      queryKey: ['readiness', accountId, region, name],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        api().getFargateReadiness({ accountId, region, name }, { signal }),
      staleTime: 60_000,
    })),
  });
  const isAsking = readiness.some(({ isFetching }) => isFetching);
  const ask = () => {
    if (isAsked) for (const each of readiness) void each.refetch();
    else navigate({ to: '.', search: (before: Search) => ({ ...before, readiness: 'yes' }), replace: true });
  };
  const cells = rows.map(
    (row): LineCells => ({
      ...row,
      roleArn: role.roleArn,
      mayRetract: isPermitted('retractCluster') && row.isExact,
      readiness:
        readiness[clusters.findIndex(({ region, name }) => region === row.region && name === row.name)],
    }),
  );
  return (
    <section className={style.part} aria-labelledby="clusters">
      <div className={style.partHead}>
        <h2 id="clusters">Clusters</h2>
        {mayAsk && clusters.length > 0 && (
          <Button onClick={ask} busy={isAsking}>
            {isAsking ? 'Asking EKS …' : isAsked ? 'Ask EKS again' : askLabel(clusters.length)}
          </Button>
        )}
      </div>
      {claims.error && <FaultNote error={claims.error} onRetry={() => void claims.refetch()} />}
      {rows.length === 0 ? (
        <p className={style.quiet}>The trust policy has no line for a cluster.</p>
      ) : (
        <DataTable
          caption="The lines of the trust policy"
          columns={isAsked && mayAsk ? table.ready : table.plain}
          rows={cells}
          rowId={({ pattern }) => pattern}
        />
      )}
      <ReadinessFindings answers={readiness.flatMap(({ data }) => data ?? [])} />
      {isPermitted('checkExecutionRole') && <Coverage role={role} isPermitted={isPermitted} />}
    </section>
  );
}

const askLabel = (count: number) =>
  count === 1 ? 'Ask EKS about this cluster' : `Ask EKS about these ${count} clusters`;
