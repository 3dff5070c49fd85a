import type { PrefixIndex } from '../../patterns/prefix-index.ts';
import type { Beginning } from '../../patterns/prefix-match.ts';
import type { SourceValue } from '../../patterns/source-value.ts';
import type { Comparison } from '../../role/arn.ts';

/** A pattern of `aws:SourceArn`, and how it begins. */
export interface SourcePattern extends Beginning, SourceValue {}

/** One `aws:SourceArn` value under one operator. `value` is as it is written. */
export interface Line extends SourcePattern {
  pointer: string;
  /** What it matches where it has policy variables; null: what is written. */
  read: { sure: SourcePattern | null; most: SourcePattern; anywhere: SourcePattern } | null;
}

/** What the line is sure to match; null where that cannot be read. */
export const sureOf = (line: Line): SourcePattern | null => (line.read ? line.read.sure : line);
/** What the line can match at most. */
export const mostOf = (line: Line): SourcePattern => line.read?.most ?? line;
/** So, in a call for whatever account. */
export const anywhereOf = (line: Line): SourcePattern => line.read?.anywhere ?? line;

/** One operator on `aws:SourceArn`: its values are alternatives (negated: none may match). */
export interface SourceTest {
  operator: string;
  key: string;
  negated: boolean;
  comparison: Comparison;
  lines: Line[];
  /** The same by how their resources begin, once that is asked. */
  prefixIndex?: PrefixIndex<Line>;
}
