import { byWeight, meanings } from '../roles/meanings.ts';
import type { Shape } from '../shape.ts';
import type { ChosenVerdict } from './filters.ts';

export const countText = (count: number): string => count.toLocaleString('en');

const counted: Record<ChosenVerdict, [one: string, many: string]> = {
  COMPLIANT: ['compliant', 'compliant'],
  NEEDS_EXTENSION: ['needs extension', 'need extension'],
  NEEDS_REPAIR: ['needs repair', 'need repair'],
  MISSING: ['missing', 'missing'],
  UNREACHABLE: ['unreachable', 'unreachable'],
};

/** "310 need extension" without the number. */
export const countWord = (verdict: ChosenVerdict, count: number): string =>
  counted[verdict][count === 1 ? 0 : 1];

/** "1 role", "4,120 accounts". */
export const plural = (count: number, noun: string): string =>
  `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;

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
