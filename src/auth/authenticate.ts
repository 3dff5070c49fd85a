import type { JWTVerifyGetKey } from 'jose';
import type { Authenticate } from '../ports/authenticate.ts';
import { type AccessTokenRules, readAccessToken } from './access-token.ts';
import { isServiceToken } from './service-token.ts';
import { createServiceTokenReader, type ServiceTokenDeps } from './service-tokens.ts';

/** Access tokens have about 1,000 characters, and several thousand with many groups. */
const longestToken = 8192;

/**
 * Creates the authentication by an access token of the issuer or by a service token, in one Authorization
 * header (RFC 6750).
 */
export function createAuthentication(
  rules: AccessTokenRules,
  keys: JWTVerifyGetKey,
  deps: ServiceTokenDeps,
): Authenticate {
  const readServiceToken = createServiceTokenReader(deps);
  return async ([authorization, ...more], log, client) => {
    if (authorization === undefined) return { refused: 'no Authorization header' };
    if (more.length > 0) return { refused: 'more than one Authorization header' };
    if (authorization.length > longestToken) return { refused: 'the credential is too long' };
    const [, token] = /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization) ?? [];
    if (token === undefined) return { refused: 'not a bearer token' };
    return isServiceToken(token)
      ? readServiceToken(token, log, client)
      : readAccessToken(token, keys, rules, deps.now());
  };
}
