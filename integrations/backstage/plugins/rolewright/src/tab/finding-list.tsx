import { Text } from '@backstage/ui';
import type { Finding } from 'backstage-plugin-rolewright-common';
import { VerdictMark } from '../text/mark.tsx';
import { PlainList } from '../text/plain-list.tsx';

/** What a check found, each with what to do about it. */
export function FindingList({ findings }: { findings: Finding[] }) {
  if (findings.length === 0) return <Text>Nothing to mend.</Text>;
  return (
    <PlainList
      label="Findings"
      items={findings.map((finding) => [
        finding.code + finding.message,
        <FindingText key="" finding={finding} />,
      ])}
    />
  );
}

export function FindingText({ finding: { code, severity, message, remedy } }: { finding: Finding }) {
  return (
    <>
      <VerdictMark verdict={severity} />{' '}
      <Text variant="body-small" color="secondary" style={{ fontFamily: 'var(--bui-font-monospace)' }}>
        {code}
      </Text>
      <Text as="p" style={{ margin: 'var(--bui-space-1) 0' }}>
        {message}
      </Text>
      <Text as="p" color="secondary" style={{ margin: 0 }}>
        {remedy}
      </Text>
    </>
  );
}
