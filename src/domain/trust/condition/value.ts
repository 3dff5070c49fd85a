import type { CheckContext } from '../../role/check-context.ts';
import type { ReadOperator } from './operators.ts';
import { type ReadValue, readVariables } from './variables.ts';

/**
 * One value of a condition. `text` is as written. `read` is set when the value has variables or cannot be
 * read.
 */
export interface Value {
  text: string;
  read: ReadValue | null;
}

/** A value as JSON text, or the string itself. String() fails on `{"toString": 1}`. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const unreadable: ReadValue = {
  sure: null,
  most: { value: '*', comparison: 'STRING' },
  anywhere: { value: '*', comparison: 'STRING' },
  callers: [],
};

/** Reads one value. Numbers and booleans become text. `variables`: does the policy's version support them? */
export function readValue(
  value: unknown,
  { operator }: ReadOperator,
  context: CheckContext,
  variables: boolean,
): Value {
  if (value === null || typeof value === 'object') return { text: text(value), read: unreadable };
  const written = String(value);
  if (!variables || !written.includes('${')) return { text: written, read: null };
  return {
    text: written,
    read: readVariables(written, operator?.family === 'TEXT' ? operator.comparison : 'EXACT', context),
  };
}
