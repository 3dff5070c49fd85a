import type { PrefixIndex } from '../../patterns/prefix-index.ts';
import type { Beginning } from '../../patterns/prefix-match.ts';
import type { SourceValue } from '../../patterns/source-value.ts';
import type { Comparison } from '../../role/arn.ts';

/** A pattern of `aws:SourceArn`, with its beginning. */
export interface SourcePattern extends Beginning, SourceValue {}

/** One value of `aws:SourceArn` under one operator. `value` is as written. */
export interface Line extends SourcePattern {
  pointer: string;
  /** Its patterns when it has policy variables. Null: it has none, so `value` is the pattern. */
  read: { sure: SourcePattern | null; most: SourcePattern; anywhere: SourcePattern } | null;
}

/** The pattern that the line is known to match. Null: unknown. */
export const sureOf = (line: Line): SourcePattern | null => (line.read ? line.read.sure : line);
/** The widest pattern that the line can match. */
export const mostOf = (line: Line): SourcePattern => line.read?.most ?? line;
/** The widest pattern that the line can match in a call for any account. */
export const anywhereOf = (line: Line): SourcePattern => line.read?.anywhere ?? line;

/** One operator on `aws:SourceArn`. Its values are alternatives. Negated: none may match. */
export interface SourceTest {
  operator: string;
  key: string;
  isNegated: boolean;
  comparison: Comparison;
  lines: Line[];
  /** The lines by how their resource parts begin. Set on first use. */
  prefixIndex?: PrefixIndex<Line>;
}
