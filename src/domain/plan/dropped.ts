import type { JsonObject } from '../../schema/primitives.ts';
import { canonical, oneOrMany, stringsIn } from '../policy/document.ts';
import { findConflicts, writeLike } from '../policy/letter.ts';
import type { ParsedRole } from '../trust/parse-trust.ts';

/**
 * What stored text with repeated keys holds, and a document written like it would not. A repeated aws:SourceArn drops the lines
 * that no longer stand anywhere; of any other key with different values nobody can say what its loss would change.
 */
export function listDropped({ conflicts, shadowed, trustText }: ParsedRole, document: JsonObject): string[] {
  if (conflicts.length === 0) return [];
  const text = writeLike(document, trustText);
  // A statement may have moved.
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

/** Does the document hold every statement as the role has it now? */
export function isAddition(role: ParsedRole, written: JsonObject): boolean {
  const before = oneOrMany(role.document.Statement);
  const after = oneOrMany(written.Statement);
  return listDropped(role, written).length === 0 && before.every((statement, i) => canonical(statement) === canonical(after[i]));
}
