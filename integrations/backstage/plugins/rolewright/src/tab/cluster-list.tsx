import { Flex, Text } from '@backstage/ui';
import type { Cluster, Overview, Readiness } from 'backstage-plugin-rolewright-common';
import { VerdictMark } from '../text/mark.tsx';
import { PlainList } from '../text/plain-list.tsx';
import { clusterText } from '../text/words.ts';
import { FindingText } from './finding-list.tsx';

/** The clusters of the trust policy, and whether their pods can start on Fargate. */
export function ClusterList({ overview: { clusters, readiness, readinessUnknown } }: { overview: Overview }) {
  const answers = new Map(readiness?.map((one) => [keyOf(one.cluster), one]));
  return (
    <>
      {clusters.length === 0 ? (
        <Text>The trust policy has no line for a cluster.</Text>
      ) : (
        <PlainList
          label="Clusters"
          items={clusters.map((cluster) => [
            keyOf(cluster),
            <ClusterLine key="" cluster={cluster} answer={answers.get(keyOf(cluster))} />,
          ])}
        />
      )}
      {readinessUnknown && (
        <Text as="p" color="secondary" style={{ margin: 'var(--bui-space-2) 0 0' }}>
          {readinessUnknown}
        </Text>
      )}
    </>
  );
}

const keyOf = ({ region, name }: Cluster) => `${region}/${name}`;

function ClusterLine({ cluster, answer }: { cluster: Cluster; answer: Readiness | undefined }) {
  return (
    <>
      <Flex justify="between" align="center" gap="2">
        <Text>{clusterText(cluster)}</Text>
        {answer?.verdict && <VerdictMark verdict={answer.verdict} />}
      </Flex>
      {answer?.reason && (
        <Text as="p" variant="body-small" color="secondary" style={{ margin: 0 }}>
          {answer.reason}
        </Text>
      )}
      {answer && answer.findings.length > 0 && (
        <details>
          <summary>
            <Text variant="body-small">
              {answer.findings.length} {answer.findings.length === 1 ? 'finding' : 'findings'}
            </Text>
          </summary>
          <PlainList
            label={`Findings of ${clusterText(cluster)}`}
            items={answer.findings.map((finding) => [
              finding.code + finding.message,
              <FindingText key="" finding={finding} />,
            ])}
          />
        </details>
      )}
    </>
  );
}
