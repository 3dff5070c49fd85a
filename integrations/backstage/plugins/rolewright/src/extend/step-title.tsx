import { Text } from '@backstage/ui';
import { useEffect, useRef } from 'react';

/** The heading of a step. It takes the focus when the step begins, so that a screen reader reads it. */
export function StepTitle({ children }: { children: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <Text
      as="h3"
      ref={heading}
      tabIndex={-1}
      variant="body-large"
      weight="bold"
      style={{ margin: 0, outline: 'none' }}
    >
      {children}
    </Text>
  );
}
