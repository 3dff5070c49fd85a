import { plural } from '../counts.ts';
import { byWeight, meanings } from '../roles/meanings.ts';
import type { Shape } from '../shape.ts';

/** Why a role has its verdict: its heaviest error, and how many more. Empty: nothing is wrong. */
export function whyOf(codes: Shape<'FindingCode'>[]): string {
  const errors = codes.filter((code) => meanings[code]).sort(byWeight);
  const [first] = errors;
  const meaning = first && meanings[first];
  if (!meaning) return codes.length > 0 ? plural(codes.length, 'remark') : '';
  const more = errors.length - 1;
  return `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}${more > 0 ? `, and ${more} more` : ''}`;
}

/** A code in words: "Source ARN missing". */
export function codeText(code: string): string {
  const text = code
    .toLowerCase()
    .replaceAll('_', ' ')
    .replace(/\barn\b/g, 'ARN');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const errors: Record<string, string> = {
  ACCOUNT_UNREACHABLE: 'The member role cannot be assumed, or the account is suspended or closed',
  AWS_FAILED: 'AWS refused a call, or did not answer it',
  AWS_THROTTLED: 'AWS throttles calls to the account',
  INTERNAL: 'The service failed',
};

/** Why an account could not be read, by the code of its problem. */
export const errorText = (code: string): string => errors[code] ?? codeText(code);
