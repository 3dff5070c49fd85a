import type { JsonObject } from '../../schema/primitives.ts';
import { readDocument, shadowedIn } from '../policy/document.ts';
import { findConflicts } from '../policy/letter.ts';
import type { Observed, RoleState } from '../role/role-state.ts';
import { readTrust } from './read-trust.ts';
import type { TrustReading } from './reading.ts';

/** A role with its trust policy read: once a plan, so that all of the plan's questions share one answer, and one budget. */
export interface ParsedRole extends RoleState {
  document: JsonObject;
  /** False where the stored text is no policy that can be read. */
  isRead: boolean;
  duplicates: string[];
  /** Of these, the ones whose values differ. */
  conflicts: string[];
  /** The strings that reading the text loses to repeated keys. */
  shadowed: string[];
  reading: TrustReading;
}

export function parseTrust(observed: Observed, role: RoleState, known?: TrustReading): ParsedRole {
  const { content, duplicates, isRead } = readDocument(role.trustText);
  const repeats = duplicates.length > 0;
  const conflicts = repeats ? findConflicts(role.trustText) : [];
  const shadowed = repeats ? shadowedIn(role.trustText, content) : [];
  const reading = known ?? readTrust(content, observed);
  return { ...role, document: content, isRead, duplicates, conflicts, shadowed, reading };
}
