import type { BackstageUserInfo } from '@backstage/backend-plugin-api';
import type { Settings } from './config.ts';
import { RolewrightError } from './error.ts';

/** As Rolewright takes it: printable ASCII. */
const isName = (text: string) => /^[!-~]{1,256}$/.test(text);

/**
 * The headers that name the signed-in person and the person's groups. They come from the sign-in alone, so a
 * request cannot choose them. Throws RolewrightError for a person whom a header cannot name.
 */
export function onBehalfOf(
  { issuer, groups }: Pick<Settings, 'issuer' | 'groups'>,
  { userEntityRef, ownershipEntityRefs }: BackstageUserInfo,
): Record<string, string> {
  if (!isName(userEntityRef))
    throw new RolewrightError('NO_PERSON', 403, {
      message: 'Your user entity has a name that Rolewright cannot take.',
      remedy: 'Ask an administrator of Backstage for a user entity with an ASCII name.',
    });
  const refs = new Set([userEntityRef, ...ownershipEntityRefs].map((one) => one.toLowerCase()));
  const mapped = [...groups].flatMap(([ref, names]) => (refs.has(ref) ? names : []));
  return {
    'on-behalf-of': `${issuer}|${userEntityRef}`,
    'on-behalf-of-groups': [...new Set(mapped)].sort().join(','),
  };
}
