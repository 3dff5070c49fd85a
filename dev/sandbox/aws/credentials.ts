import type { IncomingHttpHeaders } from 'node:http';
import { refuse } from './aws-error.ts';
import type { Principal } from './model.ts';
import { type QueryInput, textOf } from './query.ts';
import type { State } from './state.ts';

/**
 * The signer that a request names. The signature is not verified. `service` and `region` are those that it
 * was signed for.
 */
export interface Credentials {
  accessKeyId: string;
  service: string;
  region: string;
  token: string | null;
}

/** Reads the Authorization header, or the query of a presigned request. Null when there is neither. */
export const readCredentials = (headers: IncomingHttpHeaders, input: QueryInput): Credentials | null => {
  const scope =
    /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? textOf(input, 'X-Amz-Credential');
  const [accessKeyId, , region, service] = scope?.split('/') ?? [];
  if (!accessKeyId || !region || !service) return null;
  const token = headers['x-amz-security-token'] ?? textOf(input, 'X-Amz-Security-Token');
  return { accessKeyId, service, region, token: typeof token === 'string' ? token : null };
};

/**
 * The principal that calls. Throws MissingAuthenticationToken, InvalidClientTokenId, and ExpiredToken 403 for
 * an expired session. In the model of AssumeRole that is ExpiredTokenException 400.
 */
export const authenticate = (state: State, credentials: Credentials | null, action: string): Principal => {
  if (!credentials) throw refuse('MissingAuthenticationToken', 'Request is missing Authentication Token');
  const { accessKeyId, token } = credentials;
  const principal = state.sessions.get(accessKeyId) ?? state.users.get(accessKeyId);
  if (!principal || (principal.session?.token ?? null) !== token) {
    throw refuse('InvalidClientTokenId', 'The security token included in the request is invalid.');
  }
  if (principal.session && principal.session.expiresAt <= state.now()) {
    const code = action === 'AssumeRole' ? 'ExpiredTokenException' : 'ExpiredToken';
    throw refuse(code, 'The security token included in the request is expired');
  }
  return principal;
};
