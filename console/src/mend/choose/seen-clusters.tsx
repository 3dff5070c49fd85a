import { useQuery } from '@tanstack/react-query';
import { api } from '../../api.ts';
import { usePermitted } from '../../session/permitted.ts';
import { Button } from '../../ui/button.tsx';
import { type Cluster, clusterText } from '../clusters.ts';
import style from '../mend.module.css';
import type { Operation } from '../operation.ts';

/** So many are offered at once. */
const most = 8;

/** Offers clusters that the history and the claims of the account name, and that the role does not have. */
export function SeenClusters({
  operation: { accountId, roleName, kind },
  chosen,
  onAdd,
}: {
  operation: Operation;
  chosen: Cluster[];
  onAdd: (cluster: Cluster) => void;
}) {
  const isPermitted = usePermitted(accountId);
  const changes = useQuery({
    queryKey: ['changes', 'clusters', accountId],
    queryFn: async ({ signal }) => await api().listChanges({ accountId, limit: 100 }, { signal }),
    enabled: isPermitted('changes'),
  });
  const claims = useQuery({
    queryKey: ['claims', 'clusters', accountId],
    queryFn: async ({ signal }) => await api().listClaims({ accountId, limit: 100 }, { signal }),
    enabled: isPermitted('claims'),
  });
  // The page has read the role.
  const role = useQuery({
    queryKey: ['role', accountId, roleName],
    queryFn: ({ signal }) => api().getExecutionRole({ accountId, roleName }, { signal }),
    enabled: kind !== 'create' && isPermitted('executionRole'),
  });
  const taken = new Set([...chosen, ...(role.data?.clusters ?? [])].map(clusterText));
  const seen = new Map<string, Cluster>();
  for (const cluster of [
    ...(changes.data?.items.flatMap(({ clusters }) => clusters) ?? []),
    ...(claims.data?.items.map(({ cluster }) => cluster) ?? []),
  ])
    if (!taken.has(clusterText(cluster))) seen.set(clusterText(cluster), cluster);
  if (seen.size === 0) return null;
  return (
    <div className={style.seen}>
      <span>Known in this account:</span>
      {[...seen].slice(0, most).map(([text, cluster]) => (
        <Button key={text} onClick={() => onAdd(cluster)} aria-label={`Add ${text}`}>
          + {text}
        </Button>
      ))}
    </div>
  );
}
