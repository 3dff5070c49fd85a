import type { JsonObject } from '../../schema/primitives.ts';
import { type PolicyDocument, readDocument, shadowedIn } from '../policy/document.ts';
import { findConflicts } from '../policy/repeated-keys.ts';
import type { Observed, RoleState } from '../role/role-state.ts';
import { readTrust } from './read-trust.ts';
import type { TrustReading } from './reading.ts';

/**
 * A role with its parsed trust policy. It is parsed once for each plan, so that all its questions share the
 * answers and the budget.
 */
export interface ParsedRole extends RoleState, Omit<PolicyDocument, 'content'> {
  document: JsonObject;
  /** The duplicates whose values differ. */
  conflicts: string[];
  /** The strings that parsing loses to repeated keys. */
  shadowed: string[];
  reading: TrustReading;
}

export function parseTrust(observed: Observed, role: RoleState, known?: TrustReading): ParsedRole {
  const { content, isRead, duplicates, isWhole, size } = readDocument(role.trustText);
  const repeats = duplicates.length > 0;
  const conflicts = repeats ? findConflicts(role.trustText) : [];
  const shadowed = repeats ? shadowedIn(role.trustText, content) : [];
  const reading = known ?? readTrust(content, observed);
  return { ...role, document: content, isRead, duplicates, isWhole, size, conflicts, shadowed, reading };
}
