import type { CheckContext } from '../../role/check-context.ts';
import type { Value } from './evaluate.ts';
import type { Test } from './reading.ts';
import type { KnownKey, RequestKey } from './request-keys.ts';

/** Why a condition fails: what it asks for, and what the call has. */
export function explainFailure({ operator, read, key }: Test, values: Value[], { resolve }: RequestKey, context: CheckContext): string {
  const asked = values.map((value) => JSON.stringify(value.text)).join(', ') || 'no value';
  const call = describeCall(context, resolve(context), key, read.operator?.family === 'NULL');
  const digits =
    key.toLowerCase() === 'aws:sourceaccount' ? values.find(({ text }) => /^\d+$/.test(text) && text.length !== 12) : undefined;
  const hint = digits ? ` (${digits.text} has ${digits.text.length} digits, and an account has 12)` : '';
  return `${operator} on ${key} asks for ${asked}, but ${call}${hint}`;
}

function describeCall({ kind: { caller } }: CheckContext, known: KnownKey, key: string, isPresence: boolean): string {
  if (known.is === 'ABSENT') return `a call of an AWS service has no ${key}`;
  if (isPresence) return `a call of ${caller} has ${key}`;
  if (known.is === 'VALUE') return `in a call of ${caller} it is ${JSON.stringify(known.value)}`;
  if (known.is === 'BEGINNING') return `in a call of ${caller} it begins with ${JSON.stringify(known.value)}`;
  if (known.is === 'LIST_WITH') return `in a call of ${caller} it has ${JSON.stringify(known.value)}`;
  return `in a call of ${caller} it is one of AWS's own`;
}
