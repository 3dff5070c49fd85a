import { readFileSync } from 'node:fs';
import t from 'tap';
import { commands, partsOf, specs } from '#clients/cli/src/commands/commands.ts';
import { examples } from '#clients/cli/src/commands/help.ts';
import { createProgram } from '#clients/cli/src/commands/program.ts';
import { inputs } from '#clients/cli/src/generated/inputs.ts';
import { lists } from '#clients/cli/src/text/columns.ts';
import { fit, wrap } from '#clients/cli/src/text/fit.ts';
import { listText } from '#clients/cli/src/text/show.ts';
import { operations } from '#clients/typescript/src/index.ts';
import { runBound } from '#dev/sandbox/spawn-bound.ts';
import { inputsFile, readDocument } from '#dev/tools/describe-client.ts';
import { roleName } from '#test/support/service.ts';
import { begin, stage } from './run.ts';

t.test('every operation has a command, and its arguments are members of its input', async (t) => {
  t.same(Object.keys(commands).sort(), Object.keys(operations).sort());
  for (const spec of specs) {
    const { path, names } = partsOf(spec);
    const members = Object.keys(inputs[spec.id].members);
    t.ok(spec.isOlder || path.length === 2, spec.words);
    for (const name of [...names, ...Object.keys(spec.only ?? {}), ...Object.keys(spec.given ?? {})])
      t.ok(members.includes(name === 'cluster' ? 'region' : name), `${spec.words}: ${name}`);
  }
  const pages = Object.entries(operations).filter(([, { answer }]) => answer === 'page');
  // These come in one piece.
  const whole = ['getPostureAccounts', 'getPostureTrend'];
  t.same(
    Object.keys(lists).sort(),
    [...whole, ...pages.map(([id]) => id)].sort(),
    'every list has its columns',
  );
  const text = readFileSync('clients/cli/src/generated/inputs.ts', 'utf8');
  t.ok(text === inputsFile(readDocument()), 'inputs.ts is what npm run describe writes: run it');
});

t.test('every example of the help is a command line', async (t) => {
  const reached: string[] = [];
  for (const [words, ends] of Object.entries(examples))
    for (const end of ends) {
      const program = createProgram(
        () => {
          reached.push(words);
          throw new Error('reached');
        },
        () => {},
      );
      await t.rejects(program.parseAsync([...words.split(' '), ...end.split(' ')], { from: 'user' }), {
        message: 'reached',
      });
    }
  t.same([...new Set(reached)], Object.keys(examples));
});

t.test('commands of nouns: help, typing errors', async (t) => {
  const { run } = await stage(t);
  const cases: [string, number, RegExp, RegExp][] = [
    ['role extend --help', 0, /^Usage: rolewright role extend [\s\S]*--on-mismatch <TEXT>[\s\S]*--yes/, /^$/],
    [
      'role chek',
      2,
      /^$/,
      /^There is no command "role chek"\. Did you mean check\?\nSee: rolewright role --help\n$/,
    ],
    ['role check 1 --cluster us-west-2/a', 2, /^$/, /^Missing argument: ROLE\./],
    ['role check 1 r', 2, /^$/, /^Missing option: --cluster REGION\/NAME\./],
    ['change list --limit 0', 2, /^$/, /^--limit must be a number, at least 1\./],
    ['change list --knid EXTEND', 2, /^$/, /^Unknown option '--knid'\. Did you mean --kind\?/],
    ['schedule put nightly --cron x --sweep {', 2, /^$/, /^--sweep must be JSON; not "\{"\./],
  ];
  await Promise.all(
    cases.map(async ([line, code, out, err]) => t.match(await run(line), { code, out, err }, line)),
  );
});

t.test('completion: words, options, values; a script for each shell', async (t) => {
  const { run } = await stage(t);
  const cases: [string, RegExp][] = [
    ['ro', /^role\t/],
    ['role ex', /^extend\t[^\n]*\n:4\n$/],
    ['role extend 1 r --over', /^--override\t/],
    ['role extend 1 r --on-mismatch m', /^merge\t\n/],
    ['sweep start re', /^readiness\t\n/],
    ['role zzz', /^:4\n$/],
  ];
  for (const [line, out] of cases) t.match(await run(`complete -- ${line}`), { code: 0, out, err: '' }, line);
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, out } = await run(`complete ${shell}`);
    t.match({ code, out }, { code: 0, out: /rolewright complete --/ }, shell);
    if (shell === 'bash') await runBound('bash', ['-n', '-c', out]);
  }
  t.match(await run('complete tcsh'), { code: 2, err: /zsh, bash, fish/ });
});

t.test('lists: a table, JSON lines, CSV', async (t) => {
  const { service, run } = await stage(t);
  const { accountId } = await service.account({ labels: { team: 'pay', stage: 'prod' } });
  await service.rest('PUT', `/v1/accounts/${accountId}`, { name: '=cmd, "x"', labels: { team: 'pay' } });
  t.match(await run('account list'), {
    code: 0,
    out: new RegExp(`^ACCOUNT +NAME +STATUS +LABELS\n${accountId} +=cmd, "x" +ACTIVE +team=pay\n$`),
    err: '',
  });
  t.match(await run('account list --output csv'), {
    code: 0,
    out: `accountId,name,status,labels\r\n${accountId},"'=cmd, ""x""",ACTIVE,team=pay\r\n`,
  });
  const { out } = await run('account list --json');
  t.match(JSON.parse(out), { accountId, labels: { team: 'pay' } });
  t.match(await run('account list --label team=other'), { code: 0, out: 'No accounts.\n' });
  t.match(await run(`account get ${accountId}`), { out: new RegExp(`^ACCOUNT +${accountId}\n`) });
  t.match(await run('log verify'), { code: 0, out: /^OK +true\n/ });
});

t.test('a write shows its plan and asks; without a terminal it wants --yes', async (t) => {
  const { service, run, port } = await stage(t);
  const account = await service.account();
  account.seed(['a', 'b']);
  const line = `role extend ${account.accountId} ${roleName} --cluster us-west-2/c`;
  t.match(await run(line), { code: 2, out: '', err: /fargateprofile\/c\/[\s\S]*Add --yes, or --dry-run/ });
  t.same(account.ledger(), []);
  t.match(await run(`${line} --dry-run`), {
    code: 1,
    out: /It would be iam:UpdateAssumeRolePolicy/,
    err: '',
  });
  t.match(await run(`${line} --reason CHG-1 --yes`), {
    code: 0,
    out: /^--- [\s\S]*Change \S+ SUCCEEDED/,
    err: '',
  });
  t.match(await run(line), { code: 0, out: /^Nothing has to be done\./, err: '' }, 'there is nothing to ask');
  t.match(await run(`account delete ${account.accountId}`), {
    code: 2,
    err: /Removes an account .* is a write/,
  });

  t.match(await run(`role drop ${account.accountId} ${roleName} --cluster us-west-2/b --dry-run`), {
    code: 1,
    out: /-.*fargateprofile\/b\//,
  });
  t.match(await run(`role drop ${account.accountId} ${roleName} --cluster us-west-2/b`), {
    code: 2,
    err: /Lost: us-west-2\/b\n[\s\S]*Removes the lines of clusters from the role is a write/,
  });

  // A terminal, of util-linux.
  const drop = `role extend ${account.accountId} ${roleName} --drop us-west-2/b`;
  const answer = (text: string) =>
    runBound(
      'bash',
      [
        '-c',
        `printf '${text}\\n' | script -qec "${process.execPath} clients/cli/bin/rolewright.mjs ${drop}; echo code \\$?" /dev/null`,
      ],
      { env: { PATH: process.env.PATH, ROLEWRIGHT_URL: `http://127.0.0.1:${port}` } },
    );
  const declined = await answer('n');
  const [before = ''] = declined.stdout.split('---');
  t.ok(
    before.includes(`${String.fromCharCode(27)}[31mLost: us-west-2/b`),
    'what is lost comes first, and red',
  );
  t.match(declined.stdout, /go ahead\? \[y\/N\][\s\S]*Nothing was changed\.[\s\S]*code 2/);
  t.match((await answer('y')).stdout, /Change \S+ SUCCEEDED[\s\S]*code 0/);
});

t.test('a table fits: long cells are cut in the middle, between words, and IDs stay', async (t) => {
  const cases: [string[], number, boolean[], string[] | undefined][] = [
    [
      ['1'.repeat(12), `${'a'.repeat(60)}z`],
      60,
      [],
      ['1'.repeat(12), `${'a'.repeat(23)}…${'a'.repeat(21)}z`],
    ],
    [['AmazonEKSFargatePodExecutionRole'], 24, [], ['AmazonEKS…Role']],
    [['us-west-2/checkout,us-west-2/search'], 22, [], ['us-west-2/…-2/search']],
    [['short', 'x'.repeat(40)], 200, [], ['short', 'x'.repeat(40)]],
    [['x'.repeat(43), 'y'.repeat(30)], 60, [true], ['x'.repeat(43), `${'y'.repeat(7)}…${'y'.repeat(7)}`]],
    [['x'.repeat(43), 'y'.repeat(30)], 54, [true], undefined],
  ];
  for (const [row, width, whole, expected] of cases)
    t.same(fit([row], width, whole)?.[0], expected, `${row} in ${width}`);
  const change = {
    id: `change_${'1'.repeat(36)}`,
    at: '2026-11-24T02:37:45.910Z',
    kind: 'EXTEND',
    clusters: [],
  };
  t.equal(wrap('  ERROR: one two three', 15, '  '), '  ERROR: one\n  two three');
  t.equal(wrap('  ERROR: one two three', undefined, '  '), '  ERROR: one two three');
  const block = listText('listAccounts', [{ accountId: '1', name: 'n'.repeat(80) }], 60);
  t.match(block, /^ACCOUNT +NAME +STATUS +LABELS\n1 +n+…n+/);
  const changes = listText(
    'listChanges',
    [{ ...change, outcome: 'SUCCEEDED', actor: { subject: 'me' } }],
    60,
  );
  t.match(changes, new RegExp(`^AT +${change.at}\nKIND +EXTEND\n[\\s\\S]*\nID +${change.id}$`));
});

t.test('--watch shows the table again until Ctrl-C', async (t) => {
  const { port } = await stage(t);
  const line = 'posture list --watch 1'.split(' ');
  const { child, ended } = begin(t, line, { ROLEWRIGHT_URL: `http://127.0.0.1:${port}` });
  let said = '';
  child.stdout?.on('data', (text: string) => {
    said += text;
    if (said === 'No roles.\nNo roles.\n') child.kill('SIGINT');
  });
  t.match(await ended, { out: 'No roles.\nNo roles.\n', err: '' });
});
