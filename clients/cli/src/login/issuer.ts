import type { AddressInfo } from 'node:net';
import * as oidc from 'openid-client';
import { Failure, WrongUsage } from '../failure.ts';
import { tell } from '../text/output.ts';
import type { Context, Tokens } from './files.ts';

/** How long a person may take to log in, in ms. */
const patienceMs = 10 * 60_000;

/** Reads what the issuer of a context offers. Throws Failure. */
async function discover({ issuer, clientId }: Context): Promise<oidc.Configuration> {
  const url = URL.parse(issuer ?? '');
  if (!url || !clientId)
    throw new WrongUsage(
      'The context has no issuer or no client ID. Add it again: rolewright context add NAME --url URL --issuer URL --client-id ID.',
    );
  const isLoopback = /^(127\.0\.0\.1|\[::1\]|localhost)$/.test(url.hostname);
  if (url.protocol !== 'https:' && !isLoopback)
    throw new WrongUsage('The issuer must be https://, or http:// on a loopback host.');
  const options = url.protocol === 'http:' ? { execute: [oidc.allowInsecureRequests] } : {};
  return await orFailure(`The issuer ${issuer} cannot be read`, () =>
    oidc.discovery(url, clientId, undefined, oidc.None(), options),
  );
}

const scopeOf = ({ scope }: Context) => scope ?? 'openid offline_access';

/** Logs a person in, by a browser on this machine. */
export async function logInByBrowser(context: Context): Promise<Tokens> {
  const config = await discover(context);
  const [verifier, state] = [oidc.randomPKCECodeVerifier(), oidc.randomState()];
  const answer = Promise.withResolvers<URL>();
  // Loaded here alone: it takes a third of the time in which every other command starts.
  const { createServer } = await import('node:http');
  // Any port of the loopback address, as RFC 8252 has it.
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', redirect);
    const isOurs = url.pathname === '/' && url.searchParams.get('state') === state;
    response.writeHead(isOurs ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(isOurs ? 'You may close this page, and go on in the terminal.\n' : 'Not found.\n');
    if (isOurs) answer.resolve(url);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const redirect = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const timer = setTimeout(
    () => answer.reject(new Failure('Nobody logged in within ten minutes.')),
    patienceMs,
  );
  try {
    const address = oidc.buildAuthorizationUrl(config, {
      redirect_uri: redirect,
      scope: scopeOf(context),
      state,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      // Without it issuers leave out the refresh token.
      ...(/\boffline_access\b/.test(scopeOf(context)) && { prompt: 'consent' }),
    });
    tell(`Open this address in a browser of this machine:\n  ${address.href}`);
    const callback = await answer.promise;
    const given = await orFailure('The login failed', () =>
      oidc.authorizationCodeGrant(config, callback, { pkceCodeVerifier: verifier, expectedState: state }),
    );
    return tokensOf(context, given);
  } finally {
    clearTimeout(timer);
    server.close();
    server.closeAllConnections();
  }
}

/** Logs a person in, by a browser anywhere. */
export async function logInByDevice(context: Context): Promise<Tokens> {
  const config = await discover(context);
  const device = await orFailure('The issuer does not start a login by device', () =>
    oidc.initiateDeviceAuthorization(config, { scope: scopeOf(context) }),
  );
  tell(`Open ${device.verification_uri} in any browser, and enter ${device.user_code}.`);
  const given = await orFailure('The login failed', () => oidc.pollDeviceAuthorizationGrant(config, device));
  return tokensOf(context, given);
}

/** New tokens for a refresh token. */
export async function refresh(context: Context, tokens: Tokens): Promise<Tokens> {
  const { refreshToken } = tokens;
  if (refreshToken === undefined) throw new Failure(logInAgain);
  const config = await discover(context);
  const given = await orFailure(logInAgain, () => oidc.refreshTokenGrant(config, refreshToken));
  return { refreshToken, ...tokensOf(context, given) };
}
const logInAgain = 'The login has expired. Log in again: rolewright login';

/** Tells the issuer that the refresh token is of no more use. */
export async function revoke(context: Context, { refreshToken }: Tokens): Promise<void> {
  const config = await discover(context);
  if (refreshToken !== undefined && config.serverMetadata().revocation_endpoint)
    await orFailure('The issuer did not revoke the login', () => oidc.tokenRevocation(config, refreshToken));
}

function tokensOf({ url }: Context, given: oidc.TokenEndpointResponse): Tokens {
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: seconds = 300 } = given;
  return { url, accessToken, ...(refreshToken && { refreshToken }), expiresAt: Date.now() + seconds * 1000 };
}

/** An error of the issuer, without what was sent to it. */
async function orFailure<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const { error_description: description, error } = cause as { error_description?: string; error?: string };
    const why = description ?? (typeof error === 'string' ? error : undefined) ?? cause.message;
    throw new Failure(`${what}${what.includes(': ') ? ` (${why})` : `: ${why}`}.`.replace(/\.\.$/, '.'), {
      cause,
    });
  }
}
