import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { Fault } from '../fault.ts';
import type { Identity } from '../schema/caller.ts';
import { isVisible } from '../schema/visible-text.ts';

export interface AccessTokenRules {
  issuer: string;
  audience: string;
  /** The claim that lists the groups: its name, or the path to it such as realm_access.roles. */
  groupsClaim: string;
  clockSkewSeconds: number;
}

/** Asymmetric algorithms: only the issuer can sign. Shared secrets and unsigned tokens are not allowed. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/**
 * Far more than issuers put into a token. A longer list is refused and not cut, because a policy could forbid
 * one of the groups that were cut off.
 */
const maxGroups = 500;
const longestName = 256;

/**
 * Verifies an access token (JWT). Returns its identity, or why it is refused. Fault: UNAVAILABLE while the
 * issuer's keys cannot be fetched.
 */
export async function readAccessToken(
  token: string,
  keys: JWTVerifyGetKey,
  { issuer, audience, groupsClaim, clockSkewSeconds }: AccessTokenRules,
  now: Date,
): Promise<{ identity: Identity } | { refused: string }> {
  let payload: JWTPayload;
  try {
    const rules = {
      issuer,
      audience,
      algorithms,
      clockTolerance: clockSkewSeconds,
      currentDate: now,
      requiredClaims: ['exp', 'sub'],
    };
    ({ payload } = await jwtVerify(token, keys, rules));
  } catch (error) {
    if (error instanceof Fault) throw error;
    return { refused: reasonOf(error) };
  }
  const { sub } = payload;
  if (!isName(sub)) return { refused: 'the claim sub must be 1 to 256 visible characters in NFC' };
  const groups = groupsIn(payload, groupsClaim);
  if (groups === null)
    return { refused: `the claim ${groupsClaim} must be a list of at most ${maxGroups} names` };
  return { identity: { actor: { subject: sub, issuer }, groups, scope: null } };
}

/** Returns the code of the library and the name of the claim. Its messages could contain a secret. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired)
    return `${error.code} ${error.claim}`;
  return error instanceof errors.JOSEError ? error.code : 'the token cannot be read';
}

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= longestName && isVisible(value);

/** Reads the groups. Null: the claim is malformed. A missing claim means no groups. */
function groupsIn(payload: JWTPayload, claim: string): string[] | null {
  const value = claimIn(payload, claim) ?? [];
  const groups: unknown[] = Array.isArray(value) ? value : [value];
  return groups.length <= maxGroups && groups.every(isName) ? groups : null;
}

/**
 * Reads a claim by name or by path. A name may have dots itself, such as https://portal.example/groups, so
 * the whole name comes first.
 */
function claimIn(payload: JWTPayload, claim: string): unknown {
  if (Object.hasOwn(payload, claim)) return payload[claim];
  let part: unknown = payload;
  for (const name of claim.split('.'))
    part =
      typeof part === 'object' && part !== null && Object.hasOwn(part, name)
        ? Reflect.get(part, name)
        : undefined;
  return part;
}
