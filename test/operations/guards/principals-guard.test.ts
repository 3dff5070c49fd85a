import t from 'tap';
import { clusters, roleName, startService, statementOf } from '#test/support/service.ts';

// A change that removes other principals from a trust policy names them, and needs an override.

const { rest, account, changes } = await startService(t);
const person = 'arn:aws:iam::999999999999:role/break-glass';
const allow = (Principal: unknown) => ({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' });
const textOf = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const replace = { clusters: clusters('a'), onMismatch: 'REPLACE' };
const { Condition: _, ...open } = statementOf([]);

t.test('REPLACE', async (t) => {
  const one = await account();
  one.seed([], { trustText: textOf(open, allow({ AWS: person, Service: 'ec2.amazonaws.com' })) });
  const url = `${one.role}/extend`;
  const detail = new RegExp(
    `would no longer trust ${person}, ec2\\.amazonaws\\.com\\. .*MERGE.*override=PRINCIPALS_LOST`,
  );
  const refused = { status: 409, json: { code: 'PRINCIPALS_LOST', detail, plan: { steps: [{}] } } };
  t.match(await rest('POST', `${url}?dryRun=true`, replace), refused, 'a dry run');
  t.match(await rest('POST', url, replace), refused);
  t.match(await changes(one.accountId), [{ outcome: 'FAILED', error: { code: 'PRINCIPALS_LOST' } }]);
  t.same(one.ledger(), []);
  t.match(await rest('POST', `${url}?dryRun=true&override=PRINCIPALS_LOST`, replace), {
    status: 200,
    json: { change: null },
  });
  const merge = { ...replace, onMismatch: 'MERGE' };
  t.match(await rest('POST', `${url}?dryRun=true`, merge), { status: 200 }, 'MERGE keeps them');
  t.match(await rest('POST', `${url}?override=PRINCIPALS_LOST`, replace), {
    status: 200,
    json: { change: { outcome: 'SUCCEEDED', override: 'PRINCIPALS_LOST', overrides: ['PRINCIPALS_LOST'] } },
  });
});

t.test('several objections are reported at once, and all have to be overridden', async (t) => {
  const one = await account();
  const roleName = 'BreakGlass';
  const put = () =>
    one.seed([], {
      roleName,
      trustText: textOf(allow({ AWS: person })),
      attached: [],
      tags: { ManagedBy: 'Terraform' },
    });
  put();
  const url = `${one.roles}/${roleName}/extend`;
  const codes = ['NOT_AN_EXECUTION_ROLE', 'MANAGED_ELSEWHERE', 'PRINCIPALS_LOST'];
  const { json } = await rest('POST', url, replace);
  t.match(json, { code: codes[0], patch: { tool: 'Terraform' } });
  for (const code of codes) t.match(json.detail, new RegExp(`override=${code}`));
  t.match(await rest('POST', `${url}?override=NOT_AN_EXECUTION_ROLE`, replace), {
    json: { code: 'MANAGED_ELSEWHERE' },
  });
  t.match(await rest('POST', `${url}?override=NOT_AN_EXECUTION_ROLE&override=MANAGED_ELSEWHERE`, replace), {
    json: { code: 'PRINCIPALS_LOST', detail: /^(?!.*Terraform)/ },
  });
  const given = [...codes.toReversed(), 'CLUSTER_CLAIMED', 'PRINCIPALS_LOST'];
  const done = await rest('POST', `${url}?${given.map((code) => `override=${code}`).join('&')}`, replace);
  t.match(done, { status: 200, json: { change: { override: 'PRINCIPALS_LOST' } } });
  t.same(done.json.change.overrides, codes.toReversed(), "those that were needed, in the caller's order");
});

t.test('a revert that undoes what somebody else added', async (t) => {
  const one = await account();
  one.seed(['a']);
  const { json } = await rest('POST', `${one.role}/extend`, { clusters: clusters('b') });
  one.seed([], { trustText: textOf(statementOf([one.line('a'), one.line('b')]), allow({ AWS: person })) });
  const undo = (query: string) =>
    rest('POST', `/v1/changes/${json.change.id}/revert${query}`, { onLaterChanges: 'UNDO' });
  t.match(await undo(''), {
    status: 409,
    json: { code: 'PRINCIPALS_LOST', detail: new RegExp(`${person}.*Leave the role as it is`) },
  });
  t.match(await undo('?override=PRINCIPALS_LOST'), {
    status: 200,
    json: { change: { kind: 'REVERT', overrides: ['PRINCIPALS_LOST'] } },
  });
});

t.test('a line removed beside others', async (t) => {
  const one = await account();
  one.seed([], {
    roleName,
    trustText: textOf(statementOf([one.line('a'), one.line('b')]), allow({ AWS: person })),
  });
  t.match(await rest('DELETE', `${one.role}/clusters/us-west-2/b`), {
    status: 200,
    json: { change: { overrides: [] } },
  });
});
