import { copyFileSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { version } from '#clients/cli/src/version.ts';
import { runBound } from '#dev/sandbox/spawn-bound.ts';
import { begin, stage } from './run.ts';

const secret = 'tok-3n-0f-a-c4ller';

t.test('help, and wrong command lines', async (t) => {
  const cases: [string[], number, RegExp, RegExp][] = [
    [
      ['--help'],
      0,
      /^Usage: rolewright NOUN VERB[\s\S]*\n {2}role +[\s\S]*\n {2}sweep +[\s\S]*ROLEWRIGHT_TOKEN/,
      /^$/,
    ],
    [['extend', '--help'], 0, /^Usage: rolewright extend [^\n]*<ACCOUNT> <ROLE>[\s\S]*--on-mismatch/, /^$/],
    [['--version'], 0, new RegExp(`^${version}\n$`), /^$/],
    [[], 2, /^$/, /^Missing command\.\nSee: rolewright --help\n$/],
    [['frob'], 2, /^$/, /^There is no command "frob"\.\nSee: rolewright --help\n$/],
    [['check', 'a'], 2, /^$/, /^Missing argument: ROLE\.\nSee: rolewright check --help\n$/],
    [['check', 'a', 'b', 'c'], 2, /^$/, /^Unexpected argument "c"\./],
    [['check', 'a', 'b'], 2, /^$/, /^Missing option: --cluster REGION\/NAME\./],
    [
      ['check', 'a', 'b', '--cluster', 'x'],
      2,
      /^$/,
      /^--cluster must be REGION\/NAME, as in us-west-2\/my-cluster; not "x"\./,
    ],
    [
      ['changes', '--token', secret],
      2,
      /^$/,
      /^Unknown option '--token'\.\nSee: rolewright changes --help\n$/,
    ],
    [
      ['changes', '--url', 'ftp://x'],
      2,
      /^$/,
      /^--url must be an address such as http:\/\/127\.0\.0\.1:8080, without credentials\./,
    ],
  ];
  await Promise.all(
    cases.map(async ([args, code, out, err]) =>
      t.match(await begin(t, args, {}).ended, { code, out, err }, args.join(' ')),
    ),
  );
});

t.test('a failed connection, or another server: the message names the address and its setting', async (t) => {
  // Another service: it answers the last part of the path.
  const other = createServer(({ url }, response) => {
    const [, status, kind] = /^\/(\d+)\/(\w+)/.exec(url ?? '') ?? [];
    response.writeHead(Number(status), {
      'content-type': kind === 'problem' ? 'application/problem+json' : 'text/html',
    });
    response.end(kind === 'problem' ? '{"title":"no"}' : '<p>no</p>');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  t.teardown(() => other.close());
  const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const closed = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => closed.once('listening', resolve));
  const nowhere = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
  await new Promise((resolve) => closed.close(resolve));

  const lost = (from: string) =>
    new RegExp(
      `^The service at ${nowhere} \\(from ${from}\\) could not be reached: connection refused\\.\n$`,
    );
  const cases: [string, Record<string, string>, RegExp][] = [
    ['changes', { ROLEWRIGHT_URL: nowhere }, lost('ROLEWRIGHT_URL')],
    [`sweep check --all --url ${nowhere}/`, { ROLEWRIGHT_URL: elsewhere }, lost('--url')],
    [`sweep follow sweep_1 --url ${nowhere}`, {}, /could not be reached: connection refused\.\n$/],
    ...['404/page', '200/page', '502/page', '403/problem'].flatMap(
      (what): [string, Record<string, string>, RegExp][] =>
        ['changes', 'sweep follow sweep_1'].map((line) => [
          line,
          { ROLEWRIGHT_URL: `${elsewhere}/${what}` },
          new RegExp(
            `/${what} \\(from ROLEWRIGHT_URL\\) answered ${what.slice(0, 3)}, but not as Rolewright does\\. Check the address\\.\n`,
          ),
        ]),
    ),
  ];
  for (const [line, settings, err] of cases)
    t.match(
      await begin(t, line.split(' '), { ...settings, ROLEWRIGHT_TOKEN: secret }).ended,
      { code: 2, out: /^$/, err },
      line,
    );
});

t.test('the token is sent to the service, and never shown', async (t) => {
  const { service, run } = await stage(t);
  const sent: (string | undefined)[] = [];
  service.app.server.on('request', ({ headers }: { headers: { authorization?: string } }) =>
    sent.push(headers.authorization),
  );
  const token = { ROLEWRIGHT_TOKEN: secret };
  const all = [
    await run('changes', token),
    await run('changes --kind x', token),
    await run('changes', { ROLEWRIGHT_TOKEN: ` ${secret}\n` }),
    await run('changes'),
  ];
  t.same(sent, [`Bearer ${secret}`, `Bearer ${secret}`, `Bearer ${secret}`, undefined]);
  const broken = await run('changes', { ROLEWRIGHT_TOKEN: `${secret}\n${secret}` });
  t.match(
    broken,
    { code: 2, err: /^ROLEWRIGHT_TOKEN must be one line of printable ASCII\.\n/ },
    'a token that no header can hold',
  );
  const password = await run('changes', { ...token, ROLEWRIGHT_URL: `http://me:${secret}@127.0.0.1:1` });
  t.match(password, { code: 2, err: /^ROLEWRIGHT_URL must be an address/ });
  t.notMatch(JSON.stringify([...all, broken, password]), secret);
});

t.test('a closed output pipe ends the command quietly', async (t) => {
  const { port } = await stage(t);
  const { child, ended } = begin(t, ['changes'], { ROLEWRIGHT_URL: `http://127.0.0.1:${port}` });
  child.stdout?.destroy();
  t.match(await ended, { code: 2, out: '', err: '' });
});

t.test('an unsupported version of Node', async (t) => {
  const launcher = 'clients/cli/bin/rolewright.mjs';
  // A Node that reports, as older ones do, that it does not strip types.
  const old = [
    '--import',
    "data:text/javascript,Object.defineProperty(process.features,'typescript',{value:undefined})",
  ];
  const run = (...args: string[]) =>
    runBound(process.execPath, [...old, ...args], { env: { ROLEWRIGHT_URL: 'x:' } });
  t.match(
    await run(launcher, '--version'),
    { stdout: `${version}\n`, stderr: '' },
    "goes on with the checkout's own",
  );
  await t.rejects(run(launcher, 'changes'), { code: 2, stderr: /^ROLEWRIGHT_URL must be an address/ });
  const elsewhere = t.testdir();
  mkdirSync(join(elsewhere, 'clients/cli/bin'), { recursive: true });
  copyFileSync(launcher, join(elsewhere, launcher));
  // A checkout, not the package.
  mkdirSync(join(elsewhere, 'clients/cli/src'));
  copyFileSync('clients/cli/src/main.ts', join(elsewhere, 'clients/cli/src/main.ts'));
  await t.rejects(run(join(elsewhere, launcher)), {
    code: 2,
    stderr: /^rolewright needs Node 24 [^\n]*, and this is v[\d.]+\. `npm install` brings one along\.\n$/,
  });
});
