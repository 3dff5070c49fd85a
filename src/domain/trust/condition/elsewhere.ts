import { canBeAccount } from '../../patterns/other-accounts.ts';
import { hasWildcard } from '../../patterns/prefix-match.ts';
import type { CheckContext } from '../../role/check-context.ts';
import { holdsWithoutKey, type ReadOperator } from './operators.ts';
import type { CallerKey } from './request-keys.ts';
import type { Value } from './value.ts';
import type { Pattern } from './variables.ts';

/** Can a test hold for a source in another account, when the key is sent, and when it is not? */
export interface Elsewhere {
  sent: boolean;
  unsent: boolean;
}

/**
 * Decides that for a key that names the caller's account or organization. A value that cannot be read may
 * hold.
 */
export function holdsElsewhere(
  read: ReadOperator,
  key: CallerKey,
  values: readonly Value[],
  context: CheckContext,
): Elsewhere {
  const { operator } = read;
  if (operator?.family === 'NULL') {
    const asked = values.map((value) => value.text.toLowerCase());
    return { sent: asked.some((one) => one !== 'true'), unsent: asked.some((one) => one !== 'false') };
  }
  if (operator?.family !== 'TEXT') return { sent: true, unsent: true };
  const patterns = values.map(
    (value) => value.read?.anywhere ?? { value: value.text, comparison: operator.comparison },
  );
  // A variable may match nothing. Only a plain star is known to match everything.
  const sent = operator.isNegated
    ? !values.some(
        ({ text, read }) => read === null && operator.comparison === 'STRING' && /^\*+$/.test(text),
      )
    : patterns.some((pattern) => matchesAnother(key, pattern, context));
  return { sent, unsent: holdsWithoutKey(read) };
}

const isWild = ({ value, comparison }: Pattern) =>
  (comparison === 'STRING' || comparison === 'ARN') && hasWildcard(value);

function matchesAnother(
  key: CallerKey,
  pattern: Pattern,
  { accountId, organizationId }: CheckContext,
): boolean {
  const { value } = pattern;
  if (key === 'ACCOUNT')
    return isWild(pattern)
      ? canBeAccount(value) && value.replaceAll('*', '') !== accountId
      : /^\d{12}$/.test(value) && value !== accountId;
  if (organizationId === null) return true;
  if (key === 'ORGANIZATION_PATH') return !value.startsWith(`${organizationId}/`);
  return isWild(pattern) || value !== organizationId;
}

/** Is the value one variable for the caller's account or organization, and nothing else? */
export const isCallerAlone = (value: Value): boolean =>
  value.read !== null && value.read.callers.length === 1 && value.read.anywhere.value === '*';
