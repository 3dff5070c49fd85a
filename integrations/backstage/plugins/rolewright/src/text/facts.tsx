import { Box, Text } from '@backstage/ui';
import type { ReactNode } from 'react';

/** Names with their values, beside each other where there is room. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <Box
      as="dl"
      m="0"
      style={{
        display: 'flex',
        flexWrap: 'wrap',
        gap: 'var(--bui-space-3) var(--bui-space-6)',
      }}
    >
      {facts.map(([name, value]) => (
        <div key={name} style={{ minWidth: 'min(16rem, 100%)' }}>
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
