import { Box, Text, VisuallyHidden } from '@backstage/ui';

const looks = {
  '+': { background: 'var(--bui-bg-success)', color: 'var(--bui-fg-success-on-bg)', word: 'Added: ' },
  '-': { background: 'var(--bui-bg-danger)', color: 'var(--bui-fg-danger-on-bg)', word: 'Removed: ' },
} as const;

/** A unified diff of the trust policy. Long lines are broken, so that nothing scrolls sideways. */
export function Diff({ diff }: { diff: string }) {
  if (diff === '') return null;
  // The first lines name two files, of which there are none.
  const lines = diff
    .trimEnd()
    .split('\n')
    .filter((line) => !/^(---|\+\+\+|Index:|=+$|\\)/.test(line));
  return (
    <Box as="section" aria-label="Changes of the trust policy">
      <Text as="h4" variant="body-small" color="secondary" style={{ margin: '0 0 var(--bui-space-1)' }}>
        Trust policy
      </Text>
      <Box
        style={{
          fontFamily: 'var(--bui-font-monospace)',
          fontSize: 'var(--bui-font-size-2)',
          whiteSpace: 'pre-wrap',
        }}
      >
        {lines.map((line, index) => {
          const look = looks[line.charAt(0) as keyof typeof looks];
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other name
            <div key={index} style={look && { background: look.background, color: look.color }}>
              {look && <VisuallyHidden>{look.word}</VisuallyHidden>}
              {line}
            </div>
          );
        })}
      </Box>
    </Box>
  );
}
