import { Box, Flex, Grid, Link, Text } from '@backstage/ui';
import type { Overview } from 'backstage-plugin-rolewright-common';
import { ExtendButton } from '../extend/extend-button.tsx';
import { Facts } from '../text/facts.tsx';
import { VerdictMark } from '../text/mark.tsx';
import { ChangeList } from './change-list.tsx';
import { ClusterList } from './cluster-list.tsx';
import { FindingList } from './finding-list.tsx';
import { Section } from './section.tsx';

export function RoleReport({
  entityRef,
  overview,
  onExtended,
}: {
  entityRef: string;
  overview: Overview;
  onExtended: () => void;
}) {
  const { role, verdict, sentence, findings, changes, mayExtend, consoleUrl } = overview;
  return (
    <Flex direction="column" gap="4" mb="4">
      <Section
        title="Pod execution role"
        actions={
          mayExtend && (
            <ExtendButton
              entityRef={entityRef}
              roleName={role.roleName}
              region={overview.clusters.find(({ region }) => /^[a-z0-9-]+$/.test(region))?.region ?? ''}
              onExtended={onExtended}
            />
          )
        }
      >
        <Text as="p" variant="body-large" style={{ margin: '0 0 var(--bui-space-3)' }}>
          <VerdictMark verdict={verdict} /> {sentence}
        </Text>
        <Facts
          facts={[
            ['Role', role.roleArn ?? role.roleName],
            ['Account', role.accountId],
          ]}
        />
        {consoleUrl && (
          <Box mt="3">
            <Link href={consoleUrl} target="_blank" rel="noopener noreferrer">
              Open in Rolewright
            </Link>
          </Box>
        )}
      </Section>
      <Grid.Root columns={{ initial: '1', md: '2' }} gap="4">
        <Grid.Item>
          <Section title="Findings">
            <FindingList findings={findings} />
          </Section>
        </Grid.Item>
        <Grid.Item>
          <Section title="Clusters">
            <ClusterList overview={overview} />
          </Section>
        </Grid.Item>
      </Grid.Root>
      <Section title="Last changes">
        <ChangeList changes={changes} />
      </Section>
    </Flex>
  );
}
