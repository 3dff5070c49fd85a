import type { FieldError } from '../../ui/form/form-errors.ts';
import { splitLines, splitWords } from '../lists.ts';

/** A token as it stands in the form. Its secret is never part of it. */
export interface TokenDraft {
  name: string;
  groups: string;
  days: string;
  operations: string[];
  accountIds: string;
}

export interface TokenValues {
  name: string;
  groups: string[];
  expiresAt: string;
  operations?: string[];
  accountIds?: string[];
}

/** The fields of the form, by their pointers. */
export const tokenFields = ['/name', '/groups', '/expiresAt', '/operations', '/accountIds'];

export const emptyToken: TokenDraft = { name: '', groups: '', days: '90', operations: [], accountIds: '' };

const dayMs = 86_400_000;
const expiryOf = ({ days }: TokenDraft, now: number): string =>
  new Date(now + Number(days) * dayMs).toISOString();

/** What is sent. A limit that is empty is none, and is left out. */
export function readToken(draft: TokenDraft, now: number): { input: TokenValues; errors: FieldError[] } {
  const { operations } = draft;
  const accountIds = splitWords(draft.accountIds);
  return {
    input: {
      name: draft.name.trim(),
      groups: splitLines(draft.groups),
      expiresAt: expiryOf(draft, now),
      ...(operations.length > 0 && { operations }),
      ...(accountIds.length > 0 && { accountIds }),
    },
    errors: [],
  };
}
