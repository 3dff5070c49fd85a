import { Box } from '@backstage/ui';
import type { ReactNode } from 'react';

/** A list without bullets. `label`: what is listed. */
export function PlainList({
  label,
  items,
}: {
  label: string;
  items: readonly (readonly [key: string, item: ReactNode])[];
}) {
  return (
    <Box as="ul" m="0" p="0" aria-label={label} style={{ listStyle: 'none' }}>
      {items.map(([key, item], index) => (
        <Box
          as="li"
          key={key}
          py="2"
          style={index > 0 ? { borderTop: '1px solid var(--bui-border-1)' } : undefined}
        >
          {item}
        </Box>
      ))}
    </Box>
  );
}
