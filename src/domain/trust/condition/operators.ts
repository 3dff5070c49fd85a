import type { Comparison } from '../../role/arn.ts';

type Order = (one: number, other: number) => boolean;

/** The values that a condition operator compares, and how. */
type OperatorKind =
  | { family: 'TEXT'; comparison: Comparison }
  | { family: 'DATE' | 'NUMERIC'; compare: Order }
  | { family: 'BOOL' | 'NULL' | 'IP' | 'BINARY' };

/** A negated operator holds when no value matches, and when the key is absent. */
export type Operator = OperatorKind & { isNegated: boolean };

const text = (comparison: Comparison, isNegated = false): Operator => ({
  family: 'TEXT',
  comparison,
  isNegated,
});
const ordered = (family: 'DATE' | 'NUMERIC', compare: Order, isNegated = false): Operator => ({
  family,
  compare,
  isNegated,
});
const other = (family: 'BOOL' | 'NULL' | 'IP' | 'BINARY', isNegated = false): Operator => ({
  family,
  isNegated,
});

/** All condition operators of IAM (IAM user guide, "IAM JSON policy elements: Condition operators"). */
const operators: Record<string, Operator> = {
  StringEquals: text('EXACT'),
  StringNotEquals: text('EXACT', true),
  StringEqualsIgnoreCase: text('EXACT_IGNORING_CASE'),
  StringNotEqualsIgnoreCase: text('EXACT_IGNORING_CASE', true),
  StringLike: text('STRING'),
  StringNotLike: text('STRING', true),
  ArnEquals: text('ARN'), // the same as ArnLike
  ArnLike: text('ARN'),
  ArnNotEquals: text('ARN', true),
  ArnNotLike: text('ARN', true),
  NumericEquals: ordered('NUMERIC', (a, b) => a === b),
  NumericNotEquals: ordered('NUMERIC', (a, b) => a === b, true),
  NumericLessThan: ordered('NUMERIC', (a, b) => a < b),
  NumericLessThanEquals: ordered('NUMERIC', (a, b) => a <= b),
  NumericGreaterThan: ordered('NUMERIC', (a, b) => a > b),
  NumericGreaterThanEquals: ordered('NUMERIC', (a, b) => a >= b),
  DateEquals: ordered('DATE', (a, b) => a === b),
  DateNotEquals: ordered('DATE', (a, b) => a === b, true),
  DateLessThan: ordered('DATE', (a, b) => a < b),
  DateLessThanEquals: ordered('DATE', (a, b) => a <= b),
  DateGreaterThan: ordered('DATE', (a, b) => a > b),
  DateGreaterThanEquals: ordered('DATE', (a, b) => a >= b),
  Bool: other('BOOL'),
  BinaryEquals: other('BINARY'),
  IpAddress: other('IP'),
  NotIpAddress: other('IP', true),
  Null: other('NULL'),
};

/** An operator as a policy writes it. */
export interface ReadOperator {
  /** Null: IAM has no such operator. */
  operator: Operator | null;
  /** Must any value of the request match, or all? Null: no prefix says it. */
  set: 'ANY' | 'ALL' | null;
  hasIfExists: boolean;
}

const byName = new Map(Object.entries(operators).map(([name, operator]) => [name.toLowerCase(), operator]));
const plain = new Map(
  Object.entries(operators).map(([name, operator]): [string, ReadOperator] => [
    name,
    { operator, set: null, hasIfExists: false },
  ]),
);
const sets = { 'foranyvalue:': 'ANY', 'forallvalues:': 'ALL' } as const;

/** Parses an operator's name, ignoring letter case. */
export const readOperator = (name: string): ReadOperator => plain.get(name) ?? readName(name.toLowerCase());

function readName(name: string): ReadOperator {
  const [, prefix, base = '', suffix] = /^(foranyvalue:|forallvalues:)?(.*?)(ifexists)?$/s.exec(
    name,
  ) as RegExpExecArray;
  const set = prefix === undefined ? null : sets[prefix as keyof typeof sets];
  const found = byName.get(base) ?? null;
  // Null takes neither a prefix nor a suffix.
  const operator = found?.family === 'NULL' && (set !== null || suffix !== undefined) ? null : found;
  return { operator, set, hasIfExists: suffix !== undefined };
}

/** Does the test hold when the request lacks the key? */
export const holdsWithoutKey = ({ operator, set, hasIfExists }: ReadOperator): boolean => {
  if (hasIfExists || set === 'ALL') return true;
  return set !== 'ANY' && operator?.isNegated === true;
};
