import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { startSandbox } from '#test/support/sandbox.ts';

const roles = (account: string) => `/v1/accounts/${account}/execution-roles/AmazonEKSFargatePodExecutionRole`;

t.test(
  'the sandbox starts with a fleet in every state, stops at Ctrl-C, and continues where it was',
  async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'rolewright-sandbox-'));
    t.teardown(() => rm(directory, { recursive: true, force: true }));

    const first = await startSandbox(t, { directory });
    const headers = { authorization: `Bearer ${first.token('administrator')}` };
    const check = async (account: string, cluster: string) => {
      const answer = await fetch(`${first.url}${roles(account)}/check?cluster=${cluster}`, { headers });
      const body = (await answer.json()) as { verdict?: string; code?: string };
      return body.verdict ?? body.code;
    };
    const states = [
      ['111122223333', 'us-west-2/checkout', 'COMPLIANT'],
      ['111122223333', 'us-west-2/other', 'NEEDS_EXTENSION'],
      ['222233334444', 'us-west-2/search', 'NEEDS_REPAIR'],
      ['333344445555', 'us-west-2/data', 'MISSING'],
      ['444455556666', 'cn-north-1/shop', 'NEEDS_EXTENSION'],
      ['555566667777', 'eu-west-1/core', 'NEEDS_REPAIR'],
      ['666677778888', 'us-east-1/video', 'NEEDS_REPAIR'],
      ['777788889999', 'us-east-1/iot', 'ACCOUNT_UNREACHABLE'],
      ['888899990000', 'us-west-2/old', 'COMPLIANT'],
      ['202020202020', 'eu-central-1/cart', 'COMPLIANT'],
      ['303030303030', 'us-east-1/sensors', 'COMPLIANT'],
    ] as const;
    for (const [account, cluster, expected] of states)
      t.equal(await check(account, cluster), expected, `${account} ${cluster}`);

    const config = await (await fetch(`${first.url}/console/config.json`)).json();
    t.match(config, {
      issuer: first.issuer,
      clientId: 'rolewright-console',
      users: ['viewer', 'operator', 'auditor', 'administrator'],
    });

    const put = await fetch(`${first.url}${roles('111122223333')}/clusters/us-west-2/kept`, {
      method: 'PUT',
      headers,
    });
    t.equal(put.status, 200);
    const imported = await fetch(`${first.url}/v1/accounts/import`, { method: 'POST', headers });
    t.equal(imported.status, 202);
    const see = async () =>
      (await (await fetch(`${first.url}${imported.headers.get('location')}`, { headers })).json()) as {
        state: string;
      };
    let ending = await see();
    while (ending.state === 'RUNNING') ending = await see();
    t.match(
      ending,
      { state: 'DONE', total: 14, added: 5, changed: 9, closed: 0, untagged: 0, error: null },
      'the organization can be imported',
    );
    t.equal(await first.stop(), 0, 'it ends cleanly');
    const screen = first.output();
    t.match(screen, /try three commands/);
    t.match(screen, new RegExp(`ready\\.[^\\n]*\\n {2}console {4}${first.url}/ `), 'the console comes first');
    t.ok(screen.slice(0, screen.indexOf('Ctrl-C')).split('\n').length <= 15, 'at most fifteen lines');
    t.notMatch(screen, /eyJ|WARNING|NOTICE|"level"/, 'neither tokens nor the log');
    t.equal((await stat(join(directory, 'tokens'))).mode & 0o777, 0o600);
    t.match(await readFile(join(directory, 'service.log'), 'utf8'), /"level"/);

    const second = await startSandbox(t, { directory });
    for (const persona of ['viewer', 'operator', 'auditor', 'administrator']) {
      const headers = { authorization: `Bearer ${second.token(persona)}` };
      t.equal((await fetch(`${second.url}/v1/accounts`, { headers })).status, 200, persona);
    }
    t.equal((await fetch(`${second.url}/v1/accounts`)).status, 401, 'without a token');
    const again = { headers: { authorization: `Bearer ${second.token('administrator')}` } };
    t.equal(
      (await fetch(`${second.url}${roles('111122223333')}/clusters/us-west-2/kept`, again)).status,
      200,
      'AWS kept the line',
    );
    const beside = await startSandbox(t, { directory });
    t.equal(await beside.stop(), 1, 'another one in the same folder ends');
    t.equal(
      beside.output(),
      `A sandbox is already running in ${directory}. Stop it, or set SANDBOX_DIRECTORY to another folder.\n`,
    );
    const { items } = (await (await fetch(`${second.url}/v1/changes`, again)).json()) as { items: unknown[] };
    t.equal(items.length, 1, 'the history is still there, and seeding left none');
    t.equal(await second.stop(), 0);
  },
);

t.test('a port in use is one line of error', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.teardown(() => taken.close());
  const { port } = taken.address() as { port: number };
  const sandbox = await startSandbox(t, { port });
  t.equal(await sandbox.stop(), 1);
  t.equal(
    sandbox.output(),
    `Port ${port} is in use. Stop the program that uses it, or set PORT to another port.\n`,
  );
});
