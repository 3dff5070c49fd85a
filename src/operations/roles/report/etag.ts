import { hash } from 'node:crypto';
import { canonical, canonicalOf } from '../../../domain/policy/document.ts';
import type { RoleState } from '../../../domain/role/role-state.ts';

export const sha256 = (text: string) => hash('sha256', text);

/**
 * A strong ETag of trust policy, attached policies and tags. It does not depend on the order and form in
 * which IAM shows them.
 */
export function etagOf(role: RoleState): string {
  // The text that `canonical` would make of the three in one object.
  const text = `{"attached":${canonical([...role.attached])},"tags":${canonical(role.tags)},"trust":${canonicalOf(role.trustText)}}`;
  return `"${sha256(text).slice(0, 32)}"`;
}
