import { Box, Text } from '@backstage/ui';
import { Fragment, type ReactNode } from 'react';

/** Names with their values. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <Box as="dl" m="0" style={{ overflowWrap: 'anywhere' }}>
      {facts.map(([name, value]) => (
        <Fragment key={name}>
          <Box as="dt">
            <Text variant="body-x-small" color="secondary">
              {name}
            </Text>
          </Box>
          <Box as="dd" m="0" mb="3">
            <Text as="div">{value}</Text>
          </Box>
        </Fragment>
      ))}
    </Box>
  );
}
