import type { JsonObject } from '../../../schema/primitives.ts';
import { isSameCanonical, oneOrMany, stringsIn } from '../../policy/document.ts';
import { findConflicts } from '../../policy/repeated-keys.ts';
import { writeLike } from '../../policy/stored-text.ts';
import type { ParsedRole } from '../../trust/parse-trust.ts';

/**
 * The values that the stored text has in repeated keys, and that the written text would lose. A repeated
 * aws:SourceArn loses the lines that are written nowhere else. Any other key with different values counts as
 * lost itself, because the effect of the loss is unknown.
 */
export function listDropped({ conflicts, shadowed, trustText }: ParsedRole, document: JsonObject): string[] {
  if (conflicts.length === 0) return [];
  const text = writeLike(document, trustText);
  // A statement may have another index afterwards.
  const placeless = (pointer: string) => pointer.replace(/\/\d+/g, '/#');
  const left = findConflicts(text).map(placeless);
  const others = conflicts.filter((pointer) => {
    const at = left.indexOf(placeless(pointer));
    if (at >= 0) left.splice(at, 1);
    return at < 0 && !/\/aws:sourcearn$/i.test(pointer);
  });
  const kept = new Set(stringsIn(text));
  return [...others, ...shadowed.filter((string) => !kept.has(string))];
}

export const explainDropped = (dropped: string[]) =>
  `The stored policy repeats keys, and most readers keep only the last value. Writing it would drop ${dropped.join(', ')}.`;

/** Does the document still have every statement of the role, unchanged? */
export function isAddition(role: ParsedRole, written: JsonObject): boolean {
  const before = oneOrMany(role.document.Statement);
  const after = oneOrMany(written.Statement);
  return (
    listDropped(role, written).length === 0 &&
    before.every((statement, i) => isSameCanonical(statement, after[i]))
  );
}
