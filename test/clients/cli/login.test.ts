import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import t, { type Test } from 'tap';
import { type SandboxIssuer, startIssuer } from '#dev/sandbox/issuer.ts';
import { begin, stage } from './run.ts';

interface LoggedIn {
  accessToken: string;
  refreshToken: string;
  expiresAt: number;
}

/** A browser: follows redirects, keeps cookies, and fills every form until a page has none. */
async function browse(start: string, persona: string): Promise<string> {
  const cookies = new Map<string, string>();
  let [url, body]: [string, URLSearchParams | undefined] = [start, undefined];
  for (let step = 0; step < 20; step += 1) {
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
    const page = await response.text();
    const form = /<form[\s\S]*<\/form>/.exec(page)?.[0];
    if (location) [url, body] = [new URL(location, url).href, undefined];
    else if (!form) return page;
    else {
      body = new URLSearchParams({ login: persona, password: 'any' });
      for (const [input] of form.matchAll(/<input[^>]*>/g)) {
        const [, name = ''] = /name="([^"]*)"/.exec(input) ?? [];
        const value = /value="([^"]*)"/.exec(input)?.[1];
        if (value !== undefined) body.set(name, value);
      }
      url = new URL(/action="([^"]*)"/.exec(form)?.[1] ?? '', url).href;
    }
  }
  throw new Error(`The login does not end: ${url}`);
}

async function loginStage(t: Test) {
  const { service, port } = await stage(t);
  const folder = t.testdir();
  const issuer: SandboxIssuer = await startIssuer({
    host: '127.0.0.1',
    port: 0,
    audience: 'rolewright',
    keyFile: join(folder, 'key.json'),
  });
  t.teardown(() => issuer.close());
  const settings = { ROLEWRIGHT_CONFIG_DIR: join(folder, 'config') };
  const url = `http://127.0.0.1:${port}`;
  const run = (line: string, more: Record<string, string> = {}) =>
    begin(t, line.split(' '), { ...settings, ...more }).ended;
  /** `rolewright login …`, and what a person does with the address that it prints. */
  const logIn = async (line: string, address: RegExp, persona: string) => {
    const { child, ended } = begin(t, line.split(' '), settings);
    let said = '';
    const printed = new Promise<RegExpExecArray>((resolve) =>
      child.stderr?.on('data', (text: string) => {
        said += text;
        const match = address.exec(said);
        if (match) resolve(match);
      }),
    );
    const match = await Promise.race([printed, ended.then(({ err }) => Promise.reject(new Error(err)))]);
    return { page: await browse(match.slice(1).join('?user_code='), persona), ...(await ended) };
  };
  const tokensPath = join(folder, 'config/tokens.json');
  const tokens = () => JSON.parse(readFileSync(tokensPath, 'utf8')) as Record<string, LoggedIn>;
  const sent: string[] = [];
  service.app.server.on('request', ({ headers }: { headers: { authorization?: string } }) =>
    sent.push(headers.authorization ?? ''),
  );
  t.match(await run(`context add dev --url ${url}/ --issuer ${issuer.url} --client-id rolewright`), {
    code: 0,
    out: `dev is ${url}.\n`,
    err: '',
  });
  return { run, logIn, issuer, url, tokens, tokensPath, sent };
}

t.test('login by a browser: tokens in a file, refreshed once, revoked by logout', async (t) => {
  const { run, logIn, issuer, tokens, tokensPath, sent } = await loginStage(t);
  t.match(await run('account list'), { code: 0 }, 'the context has the address');
  t.same(sent.splice(0), ['']);
  const loggedIn = await logIn('login', /Open this address in a browser[^\n]*\n {2}(\S+)\n/, 'operator');
  t.match(loggedIn, { code: 0, out: 'You are logged in to dev.\n', page: /go on in the terminal/ });
  t.equal(statSync(tokensPath).mode & 0o777, 0o600);
  t.match(await run('context list'), { out: /^ +NAME +URL +LOGGED IN\n\* +dev +http\S+ +yes\n$/ });

  const first = tokens().dev as LoggedIn;
  t.match(decodeJwt(first.accessToken), {
    sub: 'operator',
    aud: 'rolewright',
    groups: ['rolewright-operators'],
  });
  t.match(await run('account list'), { code: 0, err: '' });
  t.same(sent.splice(0), [`Bearer ${first.accessToken}`]);

  // Several commands find an old token. The issuer takes a refresh token once.
  writeFileSync(tokensPath, JSON.stringify({ dev: { ...first, expiresAt: 0 } }));
  const all = await Promise.all([run('account list'), run('claim list'), run('change list')]);
  t.same(
    all.map(({ code, err }) => ({ code, err })),
    all.map(() => ({ code: 0, err: '' })),
  );
  const second = tokens().dev as LoggedIn;
  t.not(second.accessToken, first.accessToken);
  t.not(second.refreshToken, first.refreshToken);
  t.same(
    sent.splice(0),
    all.map(() => `Bearer ${second.accessToken}`),
  );

  t.match(await run('account list', { ROLEWRIGHT_TOKEN: 'mine' }), { code: 0 });
  t.same(sent.splice(0), ['Bearer mine'], 'the environment comes first');

  t.match(await run('logout'), { code: 0, out: 'You are logged out of dev.\n', err: '' });
  t.same(tokens(), {});
  const again = await fetch(`${issuer.url}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: second.refreshToken,
      client_id: 'rolewright',
    }),
  });
  t.match(await again.json(), { error: 'invalid_grant' });
  t.match(await run('account list'), { code: 0 });
  t.same(sent.splice(0), ['']);
});

t.test('login by device: a code for a browser anywhere', async (t) => {
  const { logIn, tokens } = await loginStage(t);
  const loggedIn = await logIn('login --device', /Open (\S+) in any browser, and enter (\S+)\.\n/, 'viewer');
  t.match(loggedIn, { code: 0, out: 'You are logged in to dev.\n' });
  t.match(decodeJwt(tokens().dev?.accessToken ?? ''), { sub: 'viewer', groups: ['rolewright-viewers'] });
});

t.test('contexts: flags over the environment, the environment over the file', async (t) => {
  const { run, url, tokensPath, sent } = await loginStage(t);
  writeFileSync(
    tokensPath,
    JSON.stringify({ dev: { url, accessToken: 'secret', expiresAt: Date.now() + 3600_000 } }),
  );
  t.match(await run(`context add other --url ${url}/other`), { code: 0 });
  const lost = /^ROUTE_NOT_FOUND: /;
  t.match(await run('account list --context other'), { code: 2, err: lost });
  t.match(await run('account list', { ROLEWRIGHT_CONTEXT: 'other' }), { code: 2, err: lost });
  t.match(await run('account list --context dev', { ROLEWRIGHT_CONTEXT: 'other' }), { code: 0 });
  t.match(await run('account list', { ROLEWRIGHT_URL: `${url}/other` }), { code: 2, err: lost });
  t.match(await run(`account list --url ${url}`, { ROLEWRIGHT_URL: `${url}/other` }), { code: 0 });
  t.match(await run('context use other'), { code: 0, out: 'other is used from now on.\n' });
  t.match(await run('account list'), { code: 2, err: lost });
  t.same(
    sent,
    ['', '', 'Bearer secret', '', 'Bearer secret', ''],
    'a login is sent to its own address, as its context is used',
  );
  const wrong: [string, RegExp][] = [
    ['context use none', /^There is no context "none"\./],
    ['account list --context none', /^There is no context "none"\./],
    ['context add a/b --url http://127.0.0.1:1', /^NAME must be/],
    [
      'context add x',
      /^Required option '--url <URL>' not specified\.\nSee: rolewright context add --help\n$/,
    ],
    ['login', /^The context has no issuer or no client ID\./],
    ['context', /^context is followed by add, use, list\./],
  ];
  for (const [line, err] of wrong) t.match(await run(line), { code: 2, out: '', err }, line);
});
