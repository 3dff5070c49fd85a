import type { CSSProperties } from 'react';

/** A long line of source goes on a little further in than it begins. `--hang` is used in the style of its element. */
export const hangingIndent = (line: string): CSSProperties =>
  ({ '--hang': `${line.search(/\S|$/) + 2}ch` }) as CSSProperties;
