import { type RouteRef, useRouteRef } from '@backstage/frontend-plugin-api';
import { EntityInfoCard } from '@backstage/plugin-catalog-react';
import { Box, Link, Skeleton, Text } from '@backstage/ui';
import type { Overview } from 'backstage-plugin-rolewright-common';
import { Facts } from '../text/facts.tsx';
import { Fault } from '../text/fault.tsx';
import { VerdictMark } from '../text/mark.tsx';
import { readable } from '../text/readable.ts';
import { Time } from '../text/time.tsx';
import { changeText, listClusters, readinessText } from '../text/words.ts';
import { useOverview } from '../use-overview.ts';

/** The role of an entity in short. `tab`: where the rest is. */
export function RoleCard({ tab }: { tab: RouteRef }) {
  const { overview, error, reload } = useOverview();
  const toTab = useRouteRef(tab);
  return (
    <EntityInfoCard
      title="Pod execution role"
      footerActions={overview && toTab && <Link href={toTab()}>Findings, history and more</Link>}
    >
      {error ? (
        <Fault error={error} onRetry={reload} />
      ) : overview ? (
        <RoleFacts overview={overview} />
      ) : (
        <Box aria-busy="true" aria-label="Loading the role" role="status">
          <Skeleton width="60%" height={20} />
          <Skeleton width="90%" height={20} style={{ marginTop: 'var(--bui-space-2)' }} />
        </Box>
      )}
    </EntityInfoCard>
  );
}

function RoleFacts({ overview }: { overview: Overview }) {
  const { verdict, sentence, clusters, readiness, readinessUnknown, changes } = overview;
  const [last] = changes ?? [];
  return (
    <div style={readable}>
      <Text as="p" style={{ margin: '0 0 var(--bui-space-3)' }}>
        <VerdictMark verdict={verdict} /> {sentence}
      </Text>
      <Facts
        facts={[
          ['Clusters', clusters.length > 0 ? listClusters(clusters) : 'None'],
          ['Ready on Fargate', readiness ? readinessText(readiness) : (readinessUnknown ?? 'Not asked.')],
          ...(changes === null
            ? []
            : [
                [
                  'Last change',
                  last ? (
                    <>
                      {changeText(last)}
                      <Text as="div" variant="body-small" color="secondary">
                        <Time at={last.at} />
                      </Text>
                    </>
                  ) : (
                    'None'
                  ),
                ] as const,
              ]),
        ]}
      />
    </div>
  );
}
