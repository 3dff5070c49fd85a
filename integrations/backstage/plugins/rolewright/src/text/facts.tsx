import { Box, Text } from '@backstage/ui';
import type { ReactNode } from 'react';

/** Names with their values, beside each other where there is room. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <Box
      as="dl"
      m="0"
      style={{
        display: 'grid',
        gridTemplateColumns: 'repeat(auto-fit, minmax(min(18rem, 100%), 1fr))',
        gap: 'var(--bui-space-3)',
        overflowWrap: 'anywhere',
      }}
    >
      {facts.map(([name, value]) => (
        <div key={name}>
          <Box as="dt">
            <Text variant="body-small" color="secondary">
              {name}
            </Text>
          </Box>
          <Box as="dd" m="0">
            <Text as="div">{value}</Text>
          </Box>
        </div>
      ))}
    </Box>
  );
}
