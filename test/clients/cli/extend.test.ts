import t from 'tap';
import { roleName, trustOf } from '#test/support/service.ts';
import { stage } from './run.ts';

t.test('extend: shows what it does, and does it once', async (t) => {
  const { service, run } = await stage(t);
  const account = await service.account();
  account.seed(['a']);
  const line = `extend ${account.accountId} ${roleName} --cluster us-west-2/b --reason CHG-7`;
  const diff = /^--- .*\n\+\+\+ .*\n(.*\n)*\+ .*fargateprofile\/b\/\*"\n(.*\n)*/;
  t.match(await run(`${line} --dry-run`), {
    code: 1,
    out: new RegExp(`${diff.source}It would be iam:UpdateAssumeRolePolicy\\nNEEDS_EXTENSION`),
    err: '',
  });
  t.same(account.ledger(), [], 'a dry run writes nothing');
  t.match(await run(line), {
    code: 0,
    out: new RegExp(`${diff.source}Change \\S+ SUCCEEDED: iam:UpdateAssumeRolePolicy\\nCOMPLIANT`),
    err: '',
  });
  t.match(await run(line), { code: 0, out: /^Nothing has to be done\.\nCOMPLIANT/, err: '' });
  t.match(await service.changes(account.accountId), [{ reason: 'CHG-7', idempotencyKey: /^[\da-f]{32}$/ }]);
  t.equal(account.ledger().length, 1);
});

t.test('extend: a refusal says why, and shows the plan; --on-mismatch goes past it', async (t) => {
  const { service, run } = await stage(t);
  const account = await service.account();
  const { Condition, ...open } = trustOf(['x']).Statement[0] as Record<string, unknown>;
  account.seed([], { trustText: JSON.stringify({ Version: '2012-10-17', Statement: [open] }) });
  const line = `extend ${account.accountId} ${roleName} --cluster us-west-2/b`;
  t.match(await run(line), {
    code: 2,
    out: /^$/,
    err: /^TRUST_MISMATCH: [^\n]*MERGE[^\n]* \(request [\w-]+\)\n--- .*\n\+\+\+ /,
  });
  t.match(await run(`${line} --on-mismatch sometimes`), {
    code: 2,
    out: /^$/,
    err: /^INVALID_INPUT: onMismatch must be /,
  });
  const { code, out } = await run(`${line} --on-mismatch merge --compact --json`);
  t.match(
    { code, ...JSON.parse(out) },
    { code: 0, change: { kind: 'REPAIR', outcome: 'SUCCEEDED' }, report: { verdict: 'COMPLIANT' } },
  );
});

t.test('extend: --drop removes lines by name', async (t) => {
  const { service, run } = await stage(t);
  const account = await service.account();
  account.seed(['a', '*', 'b']);
  const of = `extend ${account.accountId} ${roleName}`;
  t.match(await run(`${of} --cluster us-west-2/a --drop us-west-2/*`), {
    code: 0,
    out: /-.*fargateprofile\/\*\/\*(.*\n)*Change \S+ SUCCEEDED/,
  });
  t.match(await run(`${of} --drop us-west-2/b`), { code: 0, out: /SUCCEEDED/ });
  t.notMatch(account.trust(), /\/b\/|\*\/\*/);
  t.match(await run(`${of} --drop us-west-2/a`), { code: 2, err: /^LAST_CLUSTER/ });
  t.match(await run(`${of} --cluster us-west-2/a --drop us-west-2`), {
    code: 2,
    err: /--drop must be REGION\/NAME/,
  });
});

t.test('extend: a role that another tool owns, and the patch for it', async (t) => {
  const { service, run } = await stage(t);
  const account = await service.account();
  account.seed(['a'], { tags: { ManagedBy: 'Terraform' } });
  const line = `extend ${account.accountId} ${roleName} --cluster us-west-2/b`;
  t.match(await run(line), {
    code: 2,
    out: /^$/,
    err: /^MANAGED_ELSEWHERE: [^\n]*\n(.*\n)*.*fargateprofile\/b/,
  });
  t.match(await run(`${line} --override cluster_claimed`), { code: 2, err: /^MANAGED_ELSEWHERE/ });
  t.match(await run(`${line} --override cluster_claimed --override managed_elsewhere`), {
    code: 0,
    out: /SUCCEEDED/,
  });
});
