import type { CheckContext } from '../../role/check-context.ts';
import type { Test } from './reading.ts';
import type { KnownKey, RequestKey } from './request-keys.ts';
import type { Value } from './value.ts';

/** Why a condition fails: what it requires, and what the call sends. */
export function explainFailure(
  { operator, read, key }: Test,
  values: Value[],
  { resolve }: RequestKey,
  context: CheckContext,
): string {
  const asked = values.map((value) => JSON.stringify(value.text)).join(', ') || 'no value';
  const call = describeCall(context, resolve(context), key, read.operator?.family === 'NULL');
  const digits =
    key.toLowerCase() === 'aws:sourceaccount'
      ? values.find(({ text }) => /^\d+$/.test(text) && text.length !== 12)
      : undefined;
  const hint = digits ? ` (${digits.text} has ${digits.text.length} digits instead of 12)` : '';
  return `${operator} on ${key} requires ${asked}, but ${call}${hint}`;
}

function describeCall(
  { kind: { caller } }: CheckContext,
  known: KnownKey,
  key: string,
  isPresence: boolean,
): string {
  if (known.is === 'ABSENT') return `a call by an AWS service has no ${key}`;
  if (isPresence) return `a call by ${caller} has ${key}`;
  if (known.is === 'VALUE') return `a call by ${caller} sends ${JSON.stringify(known.value)}`;
  if (known.is === 'BEGINNING')
    return `a call by ${caller} sends a value that begins with ${JSON.stringify(known.value)}`;
  if (known.is === 'LIST_WITH') return `a call by ${caller} sends a list with ${JSON.stringify(known.value)}`;
  return `a call by ${caller} sends a value of AWS's own`;
}
