import t from 'tap';
import type { Change } from '#src/schema/change.ts';
import { clusters, roleName } from '#test/support/service.ts';
import { stage } from './run.ts';

t.test('changes: a table of the history, filtered, as long as asked', async (t) => {
  const { service, run } = await stage(t);
  const [one, other] = [await service.account(), await service.account()];
  t.match(await run('changes'), { code: 0, out: 'No changes.\n', err: '' });
  for (const account of [one, other]) account.seed(['a']);
  for (const name of ['b', 'c'])
    await service.rest('POST', `${one.role}/extend`, { clusters: clusters(name), reason: `for ${name}` });
  await service.rest('POST', `${other.role}x/extend`, { clusters: clusters('b', 'c', 'd') });

  const { out } = await run('changes');
  const [heads, ...rows] = out.trimEnd().split('\n');
  t.match(heads, /^AT +KIND +OUTCOME +ACCOUNT +ROLE +CLUSTERS +BY +REASON +ID$/);
  t.match(rows, [
    new RegExp(
      `EXTEND  FAILED ROLE_NOT_FOUND  ${other.accountId}  ${roleName}x  us-west-2/b,us-west-2/c and 1 more  anonymous \\(REST\\)  - `,
    ),
    / SUCCEEDED .* us-west-2\/c .* for c /,
    / SUCCEEDED .* us-west-2\/b .* for b /,
  ]);
  const at = JSON.parse((await run('changes --json')).out).map((change: Change) => change.at) as string[];
  const cases: [string, (string | null)[]][] = [
    ['', [null, 'for c', 'for b']],
    ['--limit 1', [null]],
    [`--account ${one.accountId}`, ['for c', 'for b']],
    [`--role ${roleName}x`, [null]],
    ['--cluster us-west-2/c', [null, 'for c']],
    ['--actor nobody', []],
    ['--kind extend --outcome failed', [null]],
    ['--kind revert', []],
    [`--since ${at[1]}`, [null, 'for c']],
    [`--until ${at[1]}`, ['for b']],
  ];
  for (const [filter, expected] of cases) {
    const { code, out, err } = await run(`changes ${filter} --json`.replace('  ', ' '));
    const reasons = (JSON.parse(out) as Change[]).map(({ reason }) => reason);
    t.same({ code, err, reasons }, { code: 0, err: '', reasons: expected }, filter);
  }
  t.match(await run('changes --since yesterday'), {
    code: 2,
    out: '',
    err: /^INVALID_INPUT: since must be a time as /,
  });
  t.match(await run('changes --limit 0'), {
    code: 2,
    out: '',
    err: /^--limit must be a number, at least 1\./,
  });
});

t.test('changes: more than a page of them', async (t) => {
  const { service, run } = await stage(t);
  const { roles, accountId } = await service.account();
  for (let n = 0; n < 103; n += 1)
    t.match(await service.rest('POST', `${roles}/role${n}/extend`, { clusters: clusters('a') }), {
      json: { code: 'ROLE_NOT_FOUND' },
    });
  t.equal(JSON.parse((await run(`changes --account ${accountId} --limit 102 --json`)).out).length, 102);
  t.equal(
    new Set(JSON.parse((await run('changes --limit 1000 --json')).out).map((change: Change) => change.id))
      .size,
    103,
  );
});

t.test('change show: with the command line as the user agent', async (t) => {
  const { service, run } = await stage(t);
  const account = await service.account();
  account.seed(['a']);
  t.match(await run(`extend ${account.accountId} ${roleName} --cluster us-west-2/b`), { code: 0 });
  const [change] = await service.changes(account.accountId);
  const { out } = await run(`change show ${change?.id}`);
  t.match(out, /^USER AGENT +rolewright\/\d+\.\d+\.\d+$/m);
});
