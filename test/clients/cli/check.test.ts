import t from 'tap';
import { roleName, trustOf } from '#test/support/service.ts';
import { stage } from './run.ts';

t.test('check: verdict, findings, coverage; 0, 1 or 2', async (t) => {
  const { service, run } = await stage(t);
  const account = await service.account();
  account.seed(['a', 'b']);
  const of = `check ${account.accountId} ${roleName}`;
  const cases: [string, number, RegExp, RegExp][] = [
    [
      `${of} --cluster us-west-2/a --cluster us-west-2/b`,
      0,
      /^COMPLIANT: \S+ in \d{12}\n {2}us-west-2\/a {2}covered by arn:\S+\n {2}us-west-2\/b {2}covered by arn:\S+\n$/,
      /^$/,
    ],
    [`${of} --cluster us-west-2/a,us-west-2/b`, 0, /us-west-2\/b {2}covered by/, /^$/],
    [
      `${of} --cluster us-west-2/c`,
      1,
      /^NEEDS_EXTENSION: .*, next action EXTEND\n {2}ERROR CLUSTER_NOT_LISTED: .*\n {4}Run rolewright extend .* to add arn:.*\n {2}us-west-2\/c {2}not covered\n$/,
      /^$/,
    ],
    [`check ${account.accountId} none --cluster us-west-2/a`, 1, /^MISSING: none in/, /^$/],
    [
      `check 999900001111 none --cluster us-west-2/a`,
      2,
      /^$/,
      /^ACCOUNT_UNKNOWN: [^\n]* \(request [\w-]+\)\n$/,
    ],
    [
      `${of} --cluster moon/a`,
      2,
      /^$/,
      /^INVALID_INPUT: clusters\/0\/region must be an AWS Region[^\n]*\. \(request [\w-]+\)\n$/,
    ],
  ];
  for (const [line, code, out, err] of cases) t.match(await run(line), { code, out, err }, line);

  const { code, out, err } = await run(`${of} --cluster us-west-2/c --json`);
  t.match(
    { code, err, report: JSON.parse(out) },
    { code: 1, err: '', report: { verdict: 'NEEDS_EXTENSION', action: 'EXTEND' } },
  );
});

t.test('data of an account cannot control the terminal', async (t) => {
  const { service, run } = await stage(t);
  const account = await service.account();
  const hostile = `arn:aws:eks:us-west-2:${account.accountId}:cluster/\u001b]0;owned\u0007\u009b2J\u202e\nCOMPLIANT: all is well`;
  account.seed([], { trustText: JSON.stringify(trustOf([account.line('a'), hostile])) });
  const answer = await service.rest('GET', `${account.role}/check?cluster=us-west-2/a`);
  t.ok(
    JSON.stringify(answer.json).includes('\u009b') && JSON.stringify(answer.json).includes('\\u001b'),
    'the service does say what is there',
  );
  const line = `check ${account.accountId} ${roleName} --cluster us-west-2/a`;
  for (const { out } of [await run(line), await run(`${line} --json`)]) {
    t.match(out, /owned/, 'it is shown');
    t.notMatch(out, /[^\P{C}\n]/u, 'without control characters');
    t.notMatch(out, /^COMPLIANT: all is well/m, 'and adds no line');
  }
  t.same(
    JSON.parse((await run(`${line} --json`)).out).trust,
    answer.json.trust,
    'JSON has the same value, escaped',
  );
});
