import { Box, Skeleton } from '@backstage/ui';
import { Fault } from '../text/fault.tsx';
import { useOverview } from '../use-overview.ts';
import { RoleReport } from './role-report.tsx';

/** Everything about the role of an entity. */
export function RoleTab() {
  const { entityRef, overview, error, reload } = useOverview();
  if (error) return <Fault error={error} onRetry={reload} />;
  if (!overview)
    return (
      <Box role="status" aria-busy="true" aria-label="Loading the role">
        <Skeleton width="40%" height={24} />
        <Skeleton width="100%" height={160} style={{ marginTop: 'var(--bui-space-4)' }} />
      </Box>
    );
  return <RoleReport entityRef={entityRef} overview={overview} onExtended={reload} />;
}
