import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import type { Context, Interaction, InteractionPolicy } from 'oidc-provider';

// What the sandbox's issuer does for the web console, which signs its users in without any form.

export const consoleClientId = 'rolewright-console';

const hosts = ['127.0.0.1', 'localhost'];
const urls = (path: string) => hosts.map((host) => `http://${host}${path}`);

/** The client of the console, which has no secret. The port of a loopback address may be any (RFC 8252). */
export const consoleClient = {
  client_id: consoleClientId,
  token_endpoint_auth_method: 'none',
  application_type: 'native',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: urls('/sign-in'),
  post_logout_redirect_uris: [...urls('/'), ...urls('/sign-in')],
  response_types: ['code'],
};

const isConsole = (clientId: string | undefined) => clientId === consoleClientId;

/** May a page of this origin call the issuer for the client? */
export function clientBasedCORS(_: unknown, origin: string, client: { clientId: string }): boolean {
  const { protocol, hostname } = URL.parse(origin) ?? {};
  return isConsole(client.clientId) && protocol === 'http:' && hosts.includes(hostname ?? '');
}

/**
 * The console is ours and asks for nothing that a user could refuse. Other clients have their grant of before,
 * as by default.
 */
export async function loadExistingGrant({ oidc }: Context) {
  const { Grant } = oidc.provider;
  if (!isConsole(oidc.client.clientId)) {
    const grantId = oidc.result?.consent?.grantId ?? oidc.session.grantIdFor(oidc.client.clientId);
    return grantId === undefined ? undefined : Grant.find(grantId);
  }
  const grant = new Grant({ accountId: oidc.session.accountId, clientId: oidc.client.clientId });
  grant.addOIDCScope('openid offline_access');
  await grant.save();
  return grant;
}

/** Asks for a login also if the console names another user than the one who is logged in. */
export function createInteractionPolicy({ base, Check }: InteractionPolicy, users: readonly string[]) {
  const policy = base();
  // It would refuse `prompt=none` to each native client.
  policy.get('consent').checks.remove('native_client_prompt');
  policy.get('login').checks.add(
    new Check('other_user', 'another user is named', ({ oidc: { client, params, session } }) => {
      const { login_hint: hint } = params;
      const isOther = hint !== undefined && users.includes(hint) && session.accountId !== hint;
      return isConsole(client.clientId) && isOther;
    }),
  );
  return policy;
}

/** Logs in whom the console names, instead of showing the form. */
export function logInNamedUsers(provider: Provider, users: readonly string[]): void {
  provider.use(async (ctx, next) => {
    const { method, path, req, res } = ctx;
    const interaction =
      method === 'GET' && path.startsWith('/interaction/') ? await detailsOf(provider, req, res) : null;
    const { client_id: clientId, login_hint: hint } = interaction?.params ?? {};
    const isNamed = isConsole(clientId) && hint !== undefined && users.includes(hint);
    if (!interaction || !isNamed || interaction.prompt.name !== 'login') return next();
    ctx.redirect(await provider.interactionResult(req, res, { login: { accountId: hint } }));
    await handOver(provider, interaction, hint);
  });
}

/** Null: the interaction has expired, and the issuer's own page says so. */
async function detailsOf(provider: Provider, req: IncomingMessage, res: ServerResponse) {
  return await provider.interactionDetails(req, res).catch((error: Error) => {
    if (error.name === 'SessionNotFound') return null;
    throw error;
  });
}

/** Hands the browser's session to another user. Otherwise the issuer would ask for a logout. */
async function handOver(provider: Provider, { session }: Interaction, user: string): Promise<void> {
  const stored = session?.uid === undefined ? undefined : await provider.Session.findByUid(session.uid);
  if (stored?.accountId === undefined || stored.accountId === user) return;
  stored.loginAccount({ accountId: user });
  stored.authorizations = {};
  await stored.persist();
}

/** Logs out of the console at once. Who comes from another client is asked, in a plain form. */
export async function logoutSource(ctx: Context, form: string): Promise<void> {
  const { client } = ctx.oidc;
  const yes = '<input type="hidden" name="logout" value="yes"><button>Sign out</button></form>';
  const submit = isConsole(client?.clientId) ? '<script>document.forms[0].submit()</script>' : '';
  ctx.body = `<!doctype html><title>Sign out</title>${form.replace('</form>', yes)}${submit}`;
}
