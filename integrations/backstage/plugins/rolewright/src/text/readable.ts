import type { CSSProperties } from 'react';

/**
 * Backstage's quiet text has a contrast of 4:1 on a card of the dark theme, and the errors of its fields on one of
 * the light theme. These have 4.5:1 and more. For the outermost element of our parts.
 */
export const readable = {
  '--bui-fg-secondary': 'color-mix(in srgb, var(--bui-fg-primary) 72%, transparent)',
  '--bui-fg-danger': 'var(--bui-fg-danger-on-bg)',
  // A long name or ARN is broken where its place ends.
  overflowWrap: 'anywhere',
} as CSSProperties;
