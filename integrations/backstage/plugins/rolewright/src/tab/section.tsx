import { Card, CardBody, CardHeader, Flex, Text } from '@backstage/ui';
import { type ReactNode, useId } from 'react';
import { readable } from '../text/readable.ts';

/** A part of the tab, with its heading. */
export function Section({
  title,
  actions,
  children,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <Card role="region" aria-labelledby={id} style={{ ...readable, height: '100%' }}>
      <CardHeader>
        <Flex justify="between" align="center" gap="2" style={{ flexWrap: 'wrap' }}>
          <Text as="h2" variant="title-x-small" weight="bold" id={id} style={{ margin: 0 }}>
            {title}
          </Text>
          {actions}
        </Flex>
      </CardHeader>
      <CardBody>{children}</CardBody>
    </Card>
  );
}
