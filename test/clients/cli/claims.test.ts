import t from 'tap';
import type { Claim } from '#src/schema/claim.ts';
import { roleName } from '#test/support/service.ts';
import { stage } from './run.ts';

t.test('claims: kept by extend, listed, ended by retract and by an administrator', async (t) => {
  const { service, run } = await stage(t);
  const account = await service.account();
  account.seed(['first', '*']);
  const of = `${account.accountId} ${roleName} --cluster us-west-2/w1`;
  t.match(await run('claims'), { code: 0, out: 'No claims.\n', err: '' });
  t.match(await run(`extend ${of} --claimant tf-1`), {
    code: 0,
    out: /^Change \S+ SUCCEEDED: CLAIM\nCOMPLIANT/,
    err: '',
  });
  t.match(await run(`extend ${of} --claimant tf-1`), {
    code: 0,
    out: /^Nothing has to be done\.\nCOMPLIANT/,
    err: '',
  });
  t.match(await run(`extend ${of} --claim`), { code: 0, out: /: CLAIM\n/, err: '' });
  t.match((await service.changes(account.accountId))[0], {
    kind: 'CLAIM',
    claimant: 'anonymous',
    idempotencyKey: /./,
  });

  const { out } = await run('claims');
  const [heads, ...rows] = out.trimEnd().split('\n');
  t.match(heads, /^SINCE +ACCOUNT +ROLE +CLUSTER +CLAIMANT +BY +ID$/);
  t.match(rows, [/us-west-2\/w1 +anonymous +anonymous +claim_/, /us-west-2\/w1 +tf-1 +anonymous +claim_/]);
  const cases: [string, string[]][] = [
    ['--claimant tf-1', ['tf-1']],
    [`--account ${account.accountId} --role ${roleName}`, ['anonymous', 'tf-1']],
    ['--account 999999999998', []],
    ['--limit 1', ['anonymous']],
  ];
  for (const [filter, claimants] of cases) {
    const listed = JSON.parse((await run(`claims ${filter} --json`)).out) as Claim[];
    t.same(
      listed.map(({ claimant }) => claimant),
      claimants,
      filter,
    );
  }

  const wide = `retract ${account.accountId} ${roleName} --cluster us-west-2/*`;
  t.match(await run(wide), {
    code: 2,
    out: '',
    err: /^CLUSTER_CLAIMED: us-west-2\/w1 is claimed by .*\n--- /,
  });
  t.match(await run(`${wide} --override cluster_claimed --dry-run`), {
    code: 1,
    out: /It would be iam:UpdateAssumeRolePolicy\n/,
  });
  t.match(await run(`retract ${of} --claimant tf-1 --reason gone`), {
    code: 0,
    out: /^Change \S+ SUCCEEDED: RELEASE\n/,
    err: '',
  });
  t.match((await service.changes(account.accountId))[0], { kind: 'RELEASE', reason: 'gone' });

  const [{ id }] = JSON.parse((await run('claims --json')).out) as [Claim];
  t.match(await run(`claims end ${id} --dry-run`), { code: 0, out: `Claim ${id} would end.\n` });
  t.match(await run(`claims end ${id}`), {
    code: 0,
    out: new RegExp(`^Claim ${id} has ended: change change_\\S+\\.\\n$`),
  });
  t.match(await run(`claims end ${id}`), { code: 2, out: '', err: /^CLAIM_NOT_FOUND/ });
  t.match(await run(wide), { code: 0, out: /SUCCEEDED: iam:UpdateAssumeRolePolicy/ });
});

t.test('retract: says why a line stays', async (t) => {
  const { service, run } = await stage(t);
  const account = await service.account();
  account.seed(['w1']);
  const of = `${account.accountId} ${roleName} --cluster us-west-2/w1`;
  for (const claimant of ['a', 'b']) await run(`extend ${of} --claimant ${claimant}`);
  t.match(await run(`retract ${of} --claimant a --dry-run`), {
    code: 1,
    out: /^The claim would end, and the line stays: another claim needs it\.\n/,
  });
  t.match(await run(`retract ${of} --claimant a`), {
    code: 0,
    out: /\nThe claim has ended, and the line stays: another claim needs it\.\n/,
  });
  t.match(await run(`retract ${of} --claimant b`), {
    code: 0,
    out: /the line stays: it is the last line of the trust policy\.\n/,
  });
  t.match(await run(`retract ${of},us-west-2/w2`), { code: 2, err: /^--cluster must name one cluster\./ });
});
