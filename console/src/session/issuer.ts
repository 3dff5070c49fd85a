import * as oauth from 'oauth4webapi';
import type { ConsoleConfig } from './config.ts';

// Signing in at the issuer: an authorization code with PKCE (RFC 7636), by a client without a secret.

export interface Tokens {
  accessToken: string;
  refreshToken: string | undefined;
  idToken: string | undefined;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

export interface Issuer {
  /** Sends the browser to the issuer. It comes back to /sign-in. */
  send(options: { user?: string | undefined; prompt?: 'none' | 'login'; returnTo: string }): Promise<void>;
  /** Reads the answer in the address of /sign-in. Null: nobody is signed in there, and nobody was asked. */
  receive(address: URL): Promise<{ tokens: Tokens; returnTo: string } | null>;
  /** Null: the issuer gives no more tokens. Throws when it cannot be asked. */
  refresh(tokens: Tokens): Promise<Tokens | null>;
  /** Ends the session at the issuer, where it can. */
  signOut(tokens: Tokens | null): void;
}

/** What is remembered of a request until the browser comes back. No token is in it. */
interface Pending {
  state: string;
  verifier: string;
  returnTo: string;
}

const pendingKey = 'rolewright.sign-in';
const redirectUri = () => `${location.origin}/sign-in`;

/** @throws Error in plain words when the settings are incomplete, or the issuer cannot be read. */
export async function connectIssuer({ issuer, clientId, scope }: ConsoleConfig): Promise<Issuer> {
  if (issuer === null || clientId === null)
    throw new Error(
      'Nobody can sign in here yet: the service has no CONSOLE_CLIENT_ID. docs/console.md says how to set it.',
    );
  const client: oauth.Client = { client_id: clientId };
  const clientAuth = oauth.None();
  const url = new URL(issuer);
  const options = { [oauth.allowInsecureRequests]: url.protocol === 'http:' };
  const server = await oauth
    .discoveryRequest(url, options)
    .then((response) => oauth.processDiscoveryResponse(url, response))
    .catch((cause: unknown) => {
      throw new Error(`The issuer ${issuer} cannot be reached. Try again in a minute.`, { cause });
    });

  const tokensOf = (answer: oauth.TokenEndpointResponse, before?: Tokens): Tokens => ({
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token ?? before?.refreshToken,
    idToken: answer.id_token ?? before?.idToken,
    expiresAt: Date.now() + (answer.expires_in ?? 300) * 1000,
  });

  return {
    async send({ user, prompt, returnTo }) {
      const pending: Pending = {
        state: oauth.generateRandomState(),
        verifier: oauth.generateRandomCodeVerifier(),
        returnTo,
      };
      sessionStorage.setItem(pendingKey, JSON.stringify(pending));
      const address = new URL(server.authorization_endpoint ?? '');
      address.search = String(
        new URLSearchParams({
          client_id: clientId,
          redirect_uri: redirectUri(),
          response_type: 'code',
          scope,
          state: pending.state,
          code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
          code_challenge_method: 'S256',
          ...(user && { login_hint: user }),
          ...(prompt && { prompt }),
        }),
      );
      location.assign(address);
    },

    async receive(address) {
      const pending = JSON.parse(sessionStorage.getItem(pendingKey) ?? 'null') as Pending | null;
      sessionStorage.removeItem(pendingKey);
      if (!pending) return null;
      let parameters: URLSearchParams;
      try {
        parameters = oauth.validateAuthResponse(server, client, address, pending.state);
      } catch (error) {
        const isSilent = error instanceof oauth.AuthorizationResponseError;
        if (isSilent && /^(login|consent|interaction)_required$/.test(error.error)) return null;
        throw error;
      }
      const response = await oauth.authorizationCodeGrantRequest(
        server,
        client,
        clientAuth,
        parameters,
        redirectUri(),
        pending.verifier,
        options,
      );
      const answer = await oauth.processAuthorizationCodeResponse(server, client, response);
      return { tokens: tokensOf(answer), returnTo: pending.returnTo };
    },

    async refresh(tokens) {
      const { refreshToken = '' } = tokens;
      const response = await oauth.refreshTokenGrantRequest(
        server,
        client,
        clientAuth,
        refreshToken,
        options,
      );
      try {
        return tokensOf(await oauth.processRefreshTokenResponse(server, client, response), tokens);
      } catch (error) {
        if (error instanceof oauth.ResponseBodyError) return null;
        throw error;
      }
    },

    signOut(tokens) {
      if (!server.end_session_endpoint) {
        location.assign('/sign-in');
        return;
      }
      const address = new URL(server.end_session_endpoint);
      address.search = String(
        new URLSearchParams({
          client_id: clientId,
          post_logout_redirect_uri: redirectUri(),
          ...(tokens?.idToken && { id_token_hint: tokens.idToken }),
        }),
      );
      location.assign(address);
    },
  };
}
