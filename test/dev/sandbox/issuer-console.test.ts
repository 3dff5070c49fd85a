import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import t, { type Test } from 'tap';
import { startIssuer } from '#dev/sandbox/issuer.ts';
import { consoleClientId } from '#dev/sandbox/issuer-console.ts';

// The web console's sign-in at the sandbox's issuer, as its page does it, by HTTP.

const { url: issuer, close } = await startIssuer({
  host: '127.0.0.1',
  port: 0,
  audience: 'rolewright',
  keyFile: join(t.testdir(), 'key.json'),
});
t.teardown(close);
const origin = 'http://127.0.0.1:8080';
const redirectUri = `${origin}/sign-in`;

/** A browser: keeps cookies, and follows redirects and forms that need no answer until it leaves the issuer. */
function createBrowser() {
  const cookies = new Map<string, string>();
  async function visit(start: string): Promise<URL | { status: number; page: string }> {
    let [url, body]: [string, URLSearchParams | undefined] = [start, undefined];
    for (let step = 0; step < 20 && url.startsWith(`${issuer}/`); step += 1) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response: Response = await fetch(url, {
        method: body ? 'POST' : 'GET',
        ...(body && { body }),
        headers: { cookie },
        redirect: 'manual',
      });
      for (const one of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(one) ?? [];
        if (value === '') cookies.delete(name);
        else cookies.set(name, value);
      }
      const location = response.headers.get('location');
      if (location === null) {
        const page = await response.text();
        if (!page.includes('document.forms[0].submit()')) return { status: response.status, page };
        body = new URLSearchParams(
          [...page.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
            name,
            value,
          ]),
        );
        url = new URL(/action="([^"]*)"/.exec(page)?.[1] ?? '', url).href;
      } else [url, body] = [new URL(location, url).href, undefined];
    }
    return new URL(url);
  }
  return { visit };
}
type Browser = ReturnType<typeof createBrowser>;

interface Tokens {
  access_token: string;
  refresh_token: string;
  id_token: string;
  expires_in: number;
}

async function authorize(browser: Browser, more: Record<string, string>) {
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    client_id: consoleClientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid offline_access',
    state: 'a state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  });
  return { verifier, answer: await browser.visit(`${issuer}/auth?${query}`) };
}

/** Sends a form to the issuer as a page of `from` does. */
async function post(path: string, form: Record<string, string>, from = origin) {
  const body = new URLSearchParams({ client_id: consoleClientId, ...form });
  const answer = await fetch(`${issuer}${path}`, { method: 'POST', body, headers: { origin: from } });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, json: text === '' ? null : JSON.parse(text) };
}

async function signIn(t: Test, browser: Browser, more: Record<string, string>): Promise<Tokens> {
  const { verifier, answer } = await authorize(browser, more);
  if (!(answer instanceof URL)) throw new Error(`the issuer asks: ${answer.status} ${answer.page}`);
  t.equal(`${answer.origin}${answer.pathname}`, more.redirect_uri ?? redirectUri);
  t.equal(answer.searchParams.get('state'), 'a state');
  t.equal(answer.searchParams.get('iss'), issuer);
  const { status, headers, json } = await post('/token', {
    grant_type: 'authorization_code',
    code: answer.searchParams.get('code') ?? '',
    redirect_uri: more.redirect_uri ?? redirectUri,
    code_verifier: verifier,
  });
  t.equal(status, 200, json.error_description);
  t.equal(headers.get('access-control-allow-origin'), origin, 'the page may read the answer');
  return json;
}

const subjectOf = ({ access_token: token }: Tokens) => decodeJwt(token).sub;

t.test('a named user is signed in without a form, and stays signed in', async (t) => {
  const browser = createBrowser();
  const first = await signIn(t, browser, { login_hint: 'operator' });
  const { exp = 0, iat = 0, ...claims } = decodeJwt(first.access_token);
  t.match(claims, { sub: 'operator', iss: issuer, aud: 'rolewright', groups: ['rolewright-operators'] });
  t.equal(exp - iat, 300);
  t.equal(first.expires_in, 300);

  const {
    status,
    headers,
    json: next,
  } = await post('/token', {
    grant_type: 'refresh_token',
    refresh_token: first.refresh_token,
  });
  t.equal(status, 200);
  t.equal(headers.get('access-control-allow-origin'), origin);
  t.equal(subjectOf(next), 'operator');
  t.not(next.refresh_token, first.refresh_token, 'a refresh token is for one use');

  t.equal(subjectOf(await signIn(t, browser, { prompt: 'none' })), 'operator', 'by the session alone');
  t.equal(subjectOf(await signIn(t, browser, {})), 'operator');
});

t.test('another named user takes the session over', async (t) => {
  const browser = createBrowser();
  await signIn(t, browser, { login_hint: 'operator' });
  t.equal(subjectOf(await signIn(t, browser, { login_hint: 'viewer', prompt: 'login' })), 'viewer');
  t.equal(subjectOf(await signIn(t, browser, { prompt: 'none' })), 'viewer');
  t.equal(subjectOf(await signIn(t, browser, { login_hint: 'auditor' })), 'auditor');
  t.equal(subjectOf(await signIn(t, browser, { prompt: 'login', login_hint: 'auditor' })), 'auditor');
});

t.test('both names of this machine are right, with any port', async (t) => {
  for (const redirect_uri of ['http://localhost:4711/sign-in', 'http://127.0.0.1/sign-in'])
    t.equal(subjectOf(await signIn(t, createBrowser(), { redirect_uri, login_hint: 'viewer' })), 'viewer');
});

t.test('what the issuer refuses', async (t) => {
  for (const redirect_uri of [
    'https://evil.example/sign-in',
    'http://127.0.0.1:8080/elsewhere',
    'http://127.0.0.1.evil.example/sign-in',
    'http://10.0.0.1:8080/sign-in',
  ]) {
    const { answer } = await authorize(createBrowser(), { redirect_uri, login_hint: 'operator' });
    t.match(answer, { status: 400, page: /redirect_uri/ }, redirect_uri);
  }
  const { answer: nobody } = await authorize(createBrowser(), { prompt: 'none' });
  t.equal((nobody as URL).searchParams?.get('error'), 'login_required', 'nobody is signed in');
  const { answer: other } = await authorize(createBrowser(), { prompt: 'none', login_hint: 'operator' });
  t.equal((other as URL).searchParams?.get('error'), 'login_required', '`none` signs nobody in');
  const { answer: stranger } = await authorize(createBrowser(), { login_hint: 'stranger' });
  t.match(stranger, { status: 200, page: /<form/ }, 'a stranger gets the form');
  const { answer: cli } = await authorize(createBrowser(), {
    client_id: 'rolewright',
    redirect_uri: 'http://127.0.0.1:1/',
    login_hint: 'operator',
  });
  t.match(cli, { status: 200, page: /<form/ }, 'another client gets the form');

  const { verifier, answer } = await authorize(createBrowser(), { login_hint: 'operator' });
  const code = (answer as URL).searchParams.get('code') ?? '';
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri };
  const foreign = await post('/token', { ...form, code_verifier: verifier }, 'https://evil.example');
  t.match(foreign, { status: 400, json: { error: 'invalid_request' } }, 'a page of another site');
  t.equal(foreign.headers.get('access-control-allow-origin'), null);
  t.match(await post('/token', { ...form, code_verifier: 'x'.repeat(43) }), { status: 400 }, 'PKCE');
});

t.test('sign-out ends the session and the tokens', async (t) => {
  const browser = createBrowser();
  const tokens = await signIn(t, browser, { login_hint: 'operator' });
  const query = new URLSearchParams({
    id_token_hint: tokens.id_token,
    post_logout_redirect_uri: `${origin}/sign-in`,
    state: 'out',
  });
  const out = await browser.visit(`${issuer}/session/end?${query}`);
  t.equal(String(out), `${origin}/sign-in?state=out`);
  const { answer } = await authorize(browser, { prompt: 'none' });
  t.equal((answer as URL).searchParams?.get('error'), 'login_required');
  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token };
  t.match(await post('/token', refresh), { status: 400, json: { error: 'invalid_grant' } });
  const wrong = new URLSearchParams({
    client_id: consoleClientId,
    post_logout_redirect_uri: 'https://evil.example/',
  });
  t.match(await browser.visit(`${issuer}/session/end?${wrong}`), { status: 400 });
});

t.test('pages may read what the issuer says about itself', async (t) => {
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`, { headers: { origin } });
  t.equal(answer.headers.get('access-control-allow-origin'), origin);
  t.match(await answer.json(), {
    authorization_endpoint: `${issuer}/auth`,
    end_session_endpoint: `${issuer}/session/end`,
    revocation_endpoint: `${issuer}/token/revocation`,
  });
});
