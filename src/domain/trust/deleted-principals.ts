import type { RemovedStatement } from '../../schema/plan.ts';
import type { JsonObject } from '../../schema/primitives.ts';
import { isObject, oneOrMany, pointerTo } from '../policy/document.ts';
import { copyOf, mapStatements, oneOrList } from './edit.ts';

/**
 * The unique ID of a role or user. IAM shows it instead of the ARN once the principal is deleted, and rejects
 * every policy that names it (IAM user guide, Principal).
 */
export const isDeletedPrincipal = (principal: unknown): principal is string =>
  typeof principal === 'string' && /^A(RO|ID)A[A-Z0-9]{8,}$/.test(principal);

/** A document without deleted principals. */
interface Cleaned {
  document: JsonObject;
  /** Statements that had no other principal. */
  removed: RemovedStatement[];
  principals: string[];
  /**
   * Statements with a deleted principal in NotPrincipal. They stay, because without the ID they would apply
   * to others.
   */
  kept: { pointer: string; statement: JsonObject; principals: string[] }[];
}

/** Removes deleted principals from `Principal`, and statements that have no other. */
export function removeDeleted(document: JsonObject): Cleaned {
  const cleaned: Cleaned = { document, removed: [], principals: [], kept: [] };
  const edited = mapStatements(document, (statement, index) => {
    const pointer = Array.isArray(document.Statement)
      ? pointerTo('Statement', index)
      : pointerTo('Statement');
    const barred = listDeleted(statement.NotPrincipal);
    if (barred.length > 0) cleaned.kept.push({ pointer, statement, principals: barred });
    const principals = listDeleted(statement.Principal);
    if (principals.length === 0) return [statement];
    cleaned.principals.push(...principals);
    const left = withoutDeleted(statement, 'Principal');
    if (left) return [left];
    cleaned.removed.push({ pointer, statement });
    return [];
  });
  return cleaned.principals.length === 0 ? cleaned : { ...cleaned, document: edited };
}

const listDeleted = (principal: unknown): string[] =>
  isObject(principal) ? oneOrMany(principal.AWS).filter(isDeletedPrincipal) : [];

/** The statement without deleted principals. Null: it has no other. */
export function withoutDeleted(
  statement: JsonObject,
  element: 'Principal' | 'NotPrincipal',
): JsonObject | null {
  const copy = copyOf(statement);
  const principal = copy[element] as JsonObject;
  const left = oneOrMany(principal.AWS).filter((name) => !isDeletedPrincipal(name)) as string[];
  if (left.length > 0) principal.AWS = oneOrList(left);
  else delete principal.AWS;
  return Object.keys(principal).length > 0 ? copy : null;
}
