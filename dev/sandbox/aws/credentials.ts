import type { IncomingHttpHeaders } from 'node:http';
import { refuse } from './aws-error.ts';
import type { Principal } from './model.ts';
import { type QueryInput, textOf } from './query.ts';
import type { State } from './state.ts';

/** What a request says of its signer; the signature itself is not verified. `service` is the one it was signed for. */
export interface Credentials {
  accessKeyId: string;
  service: string;
  token: string | null;
}

/** Reads the Authorization header, or the query of a presigned request; null without either. */
export const readCredentials = (headers: IncomingHttpHeaders, input: QueryInput): Credentials | null => {
  const scope = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? textOf(input, 'X-Amz-Credential');
  const [accessKeyId, , , service] = scope?.split('/') ?? [];
  if (!accessKeyId || !service) return null;
  const token = headers['x-amz-security-token'] ?? textOf(input, 'X-Amz-Security-Token');
  return { accessKeyId, service, token: typeof token === 'string' ? token : null };
};

/**
 * Who calls. Throws MissingAuthenticationToken, InvalidClientTokenId, and for an expired session ExpiredToken 403;
 * AssumeRole alone has it as ExpiredTokenException 400 in its model.
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
