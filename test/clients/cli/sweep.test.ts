import t, { type Test } from 'tap';
import type { SweepResult } from '#src/schema/sweep.ts';
import { startProxy } from '#test/support/proxy.ts';
import { roleName } from '#test/support/service.ts';
import { begin, type Stage, stage } from './run.ts';

/**
 * Four accounts: compliant, without the managed policy, without a role, and one that answers only after
 * `release` is called.
 */
async function fleet(t: Test): Promise<Stage & { ids: string[]; hold: () => () => void }> {
  const staged = await stage(t);
  const { service } = staged;
  const accounts = [
    await service.account(),
    await service.account(),
    await service.account(),
    await service.account(),
  ];
  const [good, bare, , held] = accounts;
  good?.seed(['a']);
  bare?.seed(['a'], { attached: [] });
  held?.seed(['a']);
  const hold = () => {
    const gate = Promise.withResolvers<void>();
    service.world.onCall(async ({ accountId, action }) => {
      if (accountId === held?.accountId && action === 'sts:AssumeRole') await gate.promise;
      return undefined;
    });
    t.teardown(gate.resolve);
    return gate.resolve;
  };
  return { ...staged, ids: accounts.map(({ accountId }) => accountId), hold };
}

t.test('a check of all: a table for people, lines for machines', async (t) => {
  const { service, run, ids } = await fleet(t);
  const { out, ...ended } = await run('sweep check --all');
  t.match(ended, { code: 1, err: '' }, 'and nothing is drawn where there is no terminal');
  t.match(
    out,
    /^Sweep (\S+): CHECK DONE, 4 of 4 accounts\.\n\nVERDICT +RESULTS\nCOMPLIANT +2\nNEEDS_REPAIR +1\nMISSING +1\n\(accounts that failed\) +0\n\n/,
  );
  t.match(
    out,
    new RegExp(`\nACCOUNT +ROLE +NEEDS ACTION\n${ids[1]} +${roleName} +NEEDS_REPAIR: POLICY_NOT_ATTACHED\n$`),
  );

  const id = /^Sweep (\S+):/.exec(out)?.[1];
  const lines = await run(`sweep follow ${id} --json`);
  const results = lines.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as SweepResult);
  t.match(lines, { code: 1, err: '' });
  t.same(results, (await service.rest('GET', `/v1/sweeps/${id}/results`)).json.items);

  t.match(await run(`sweep check --account ${ids[0]} --account ${ids[2]},${ids[3]}`), {
    code: 0,
    out: /3 of 3 accounts/,
  });
  t.match(await run(`sweep check --account ${ids[0]} --role ${roleName} --cluster us-west-2/b`), {
    code: 1,
    out: /NEEDS_EXTENSION: CLUSTER_NOT_LISTED\n$/,
  });
});

t.test('an extension: a dry run, the run, and how to see the rest', async (t) => {
  const { service, run, ids } = await fleet(t);
  const line = `sweep extend --all --role ${roleName} --cluster us-west-2/b --reason CHG-9`;
  const dry = await run(`${line} --dry-run --limit 1`);
  t.match(dry, { code: 1, err: '', out: /^Sweep \S+: EXTEND \(dry run\) DONE, 4 of 4/ });
  const [, follow = ''] = /\n… and 3 more: rolewright (sweep follow \S+ --limit 4)\n$/.exec(dry.out) ?? [];
  const all = await run(follow);
  t.match(
    all.out,
    new RegExp(
      `\n${ids[1]} .* NEEDS_REPAIR: POLICY_NOT_ATTACHED, CLUSTER_NOT_LISTED; would be iam:\\w+, iam:\\w+\n`,
    ),
  );
  t.match(all.out, new RegExp(`\n${ids[2]} .* ROLE_NOT_FOUND: `));
  t.notMatch(all.out, /… and/);
  t.same(service.world.ledger(), []);

  t.match(await run(line), { code: 1, out: /COMPLIANT +3\n.*MISSING +1\n.*failed\) +1\n/s });
  t.match(await service.changes(ids[0] ?? ''), [{ via: 'SWEEP', reason: 'CHG-9', outcome: 'SUCCEEDED' }]);
});

t.test('readiness: the clusters that need action', async (t) => {
  const { service, run, ids } = await fleet(t);
  const [good = '', bare = '', none = ''] = ids;
  for (const accountId of [good, bare])
    service.world.putCluster({ accountId, region: 'us-west-2', name: 'a', profiles: [{ name: 'default' }] });
  service.world.addFaults({
    fail: [{ accountId: none, action: 'eks:ListClusters', code: 'AccessDeniedException', status: 403 }],
  });
  const regions = '--region us-west-2 --region eu-west-1';
  const { out, ...ended } = await run(`sweep readiness --account ${good},${bare},${none} ${regions}`);
  t.match(ended, { code: 1, err: '' });
  t.match(
    out,
    /^Sweep \S+: READINESS DONE, 3 of 3 accounts\.\n\nVERDICT +RESULTS\nREADY +1\nNOT_READY +1\nUNKNOWN +2\n/,
  );
  t.match(out, /\nACCOUNT +CLUSTER +NEEDS ACTION\n/);
  t.match(out, new RegExp(`\n${bare} +us-west-2/a +NOT_READY: ROLE_NOT_READY\n`));
  t.match(out, new RegExp(`\n${none} +us-west-2/- +UNKNOWN: .*eks:ListClusters`));
  t.notMatch(out, new RegExp(`\n${good} `));
  t.match(await run(`sweep readiness --account ${good} --cluster us-west-2/a`), {
    code: 0,
    out: /READY +1\n/,
  });
  t.match(await run(`sweep readiness --account ${good} --role x`), { code: 2, err: /roleName|--role/ });
});

t.test('Ctrl-C leaves the sweep running; follow and cancel', async (t) => {
  const { service, port, run, hold } = await fleet(t);
  const release = hold();
  const proxy = await startProxy(t, port);
  const { child, ended } = begin(t, ['sweep', 'check', '--all'], { ROLEWRIGHT_URL: proxy.url });
  await proxy.heard('answered', /"done":3\b/);
  child.kill('SIGINT');
  const { code, err } = await ended;
  const [, id] =
    /^Sweep (\S+) goes on without you\.\n {2}rolewright sweep follow \1\n {2}rolewright sweep cancel \1\n$/.exec(
      err,
    ) ?? [];
  t.equal(code, 130);
  t.match((await service.rest('GET', `/v1/sweeps/${id}`)).json, { state: 'RUNNING', done: 3 });
  t.match(await run(`sweep cancel ${id}`), {
    code: 0,
    out: `Sweep ${id} is CANCELLED: 3 of 4 accounts are done, and stay so.\n`,
    err: '',
  });
  t.match(await run(`sweep follow ${id}`), { code: 1, out: /CHECK CANCELLED, 3 of 4 accounts/, err: '' });
  release();
});

t.test('a broken stream is resumed; a lost answer starts no second sweep', async (t) => {
  const { service, port, hold } = await fleet(t);
  const release = hold();
  const proxy = await startProxy(t, port, /^HTTP\/1\.1 202 /);
  const { ended } = begin(t, ['sweep', 'check', '--all'], { ROLEWRIGHT_URL: proxy.url });
  await proxy.heard('answered', /"done":3\b/);
  proxy.cut();
  await proxy.heard('sent', /last-event-id: [1-9]/i);
  release();
  t.match(await ended, { code: 1, out: /DONE, 4 of 4 accounts/, err: '' });
  const keys = [...proxy.sent().matchAll(/idempotency-key: (\S+)/gi)].map(([, key]) => key);
  t.equal(keys.length, 2, 'it was sent again');
  t.equal(new Set(keys).size, 1, 'under the same key');
  t.equal((await service.rest('GET', '/v1/sweeps')).json.items.length, 1);
});

t.test('a sweep can be started without waiting for it', async (t) => {
  const { service, run } = await stage(t);
  for (const team of ['pay', 'search']) {
    const { accountId } = await service.account();
    await service.rest('PUT', `/v1/accounts/${accountId}`, { name: team, labels: { team, stage: 'prod=1' } });
  }
  const { out, code } = await run('sweep check --label team=pay --label stage=prod=1 --no-wait --json');
  t.match({ code, sweep: JSON.parse(out) }, { code: 0, sweep: { operation: 'CHECK', total: 1 } });
  t.match(await run('sweep check --label stage=prod=1 --no-wait'), {
    code: 0,
    out: /^Sweep (\S+) has begun, over 2 accounts\. .* follow \1\n$/,
  });
});

t.test('wrong command lines', async (t) => {
  const { run } = await stage(t);
  const cases: [string, RegExp][] = [
    ['sweep', /^sweep is followed by start, follow, cancel, [^\n]*\.\nSee: rolewright sweep --help\n$/],
    ['sweep check', /^Which accounts\? Say one of --all, --account ID and --label KEY=VALUE\.\n/],
    ['sweep check --all --account 111122223333', /^Which accounts\?/],
    ['sweep check --label team', /^--label must be KEY=VALUE; not "team"\.\n/],
    ['sweep follow', /^Missing argument: ID\.\n/],
    ['sweep extend --all', /^INVALID_INPUT: clusters is required for EXTEND/],
    ['sweep check --account 1', /^INVALID_INPUT: select\/accountIds\/0 must be an AWS account ID/],
    ['sweep follow sweep_0', /^SWEEP_NOT_FOUND: [^\n]*\n$/],
    ['sweep cancel sweep_0', /^SWEEP_NOT_FOUND: [^\n]*\n$/],
  ];
  for (const [line, err] of cases) t.match(await run(line), { code: 2, out: /^$/, err }, line);
});
