import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { Fault } from '#src/fault.ts';
import { clusters, type Parts, type ServiceOptions, startService } from '#test/support/service.ts';

const long = 600_000;
const slow = { patienceMs: long, intervalMs: 5, settleMs: long };
const quick = { patienceMs: long, intervalMs: 5, settleMs: 0 };

async function start(t: Test, readiness: Parts['readiness'], options: ServiceOptions = {}) {
  const service = await startService(t, {
    ...options,
    deps: (real) => ({ readiness, ...options.deps?.(real) }),
  });
  const account = await service.account();
  const extend = (query: string, name = 'b') =>
    service.rest('POST', `${account.role}/extend?${query}`, { clusters: clusters(name) });
  return { ...service, account, extend };
}

t.test('create and extend answer when EKS would accept the role', async (t) => {
  const { rest, account, extend } = await start(t, { ...quick, settleMs: 100 });
  const created = await rest('POST', `${account.roles}?wait=ready`, { clusters: clusters('a') });
  t.match(created, { status: 201, json: { propagating: [], report: { verdict: 'COMPLIANT' } } });
  t.same((await extend('wait=ready')).json.propagating, []);
  const line = await rest('PUT', `${account.role}/clusters/us-west-2/c?wait=ready`);
  t.same(line.json.propagating, [], 'a line as a resource');
  t.match(await extend('wait=ready'), { json: { change: null, propagating: [] } }, 'nothing had to be done');
});

t.test('who does not ask does not wait', async (t) => {
  const { account, extend } = await start(t, slow);
  account.seed(['a']);
  t.equal((await extend('')).json.propagating, null);
  t.equal((await extend('wait=ready&dryRun=true', 'c')).json.propagating, null, 'a dry run');
});

t.test('a value that is none', async (t) => {
  const { account, extend } = await start(t, quick);
  account.seed(['a']);
  for (const wait of ['READY', 'soon', ''])
    t.match(await extend(`wait=${wait}`), { status: 400, json: { errors: [{ pointer: '/wait' }] } }, wait);
});

t.test('two reads in a row have to show the role as it was written', async (t) => {
  // The first reads after the write show the role as it was before it: by turns, then for good.
  let script: boolean[] = [];
  const { account, extend } = await start(t, quick, {
    deps: ({ roles }) => {
      let before: Awaited<ReturnType<typeof roles.read>> = null;
      return {
        readBackDelays: [],
        roles: {
          ...roles,
          async read(...args) {
            const current = await roles.read(...args);
            before ??= current;
            return script.shift() === true ? before : current;
          },
        },
      };
    },
  });
  account.seed(['a']);
  // The read before the write, that after it, then those of the wait.
  script = [false, false, true, false, true, false, false];
  const { json } = await extend('wait=ready');
  t.same(json.propagating, []);
  t.equal(script.length, 0, 'the one read that showed it did not do');
});

t.test('after its patience it says what is still propagating', async (t) => {
  const { account, extend } = await start(t, { ...slow, patienceMs: 1500 });
  account.seed(['a']);
  const { status, json } = await extend('wait=ready');
  t.equal(status, 200);
  t.equal(json.change.outcome, 'SUCCEEDED');
  // A busy machine may have time for one look alone.
  t.match(
    json.propagating.at(-1),
    /Role was changed less than 600 seconds ago, and IAM may still decide by the old one\.$/,
  );
});

t.test('waiting does not help where the role has a fault', async (t) => {
  let reads = 0;
  const { account, extend } = await start(t, quick, {
    deps: ({ roles }) => ({
      roles: {
        ...roles,
        async read(...args) {
          const role = await roles.read(...args);
          reads += 1;
          return role && reads > 1 ? { ...role, attached: [] } : role;
        },
      },
    }),
  });
  account.seed(['a']);
  const { json } = await extend('wait=ready', 'a');
  t.equal(json.change, null);
  t.match(json.propagating, [/AmazonEKSFargatePodExecutionRolePolicy is not attached\.$/]);
});

t.test('the change is made: a fault of a look fails nothing', async (t) => {
  const { account, extend } = await start(
    t,
    { ...quick, patienceMs: 1500 },
    {
      deps: ({ roles }) => {
        let reads = 0;
        return {
          roles: {
            ...roles,
            async read(...args) {
              reads += 1;
              if (reads > 2) throw new Fault('AWS_THROTTLED', 'Slow down.');
              return roles.read(...args);
            },
          },
        };
      },
    },
  );
  account.seed(['a']);
  const { status, json } = await extend('wait=ready');
  t.equal(status, 200);
  t.same(json.propagating, ['The role AmazonEKSFargatePodExecutionRole could not be read: Slow down.']);
});

t.test('the lock is not held, and nothing of the write is in flight, while it waits', async (t) => {
  const stopping = new AbortController();
  const { account, extend, settled } = await start(t, slow, { deps: () => ({ stopping: stopping.signal }) });
  account.seed(['a']);
  const waiting = extend('wait=ready');
  const other = await (async () => {
    for (;;) {
      const answer = await extend('', 'c');
      if (answer.status === 200) return answer;
    }
  })();
  t.equal(other.json.change.outcome, 'SUCCEEDED', 'another write of the same role');
  await settled();
  stopping.abort();
  t.equal((await waiting).status, 200, 'a stop of the service ends it at once');
});

t.test('a caller that hangs up ends the wait', async (t) => {
  let looks = 0;
  const { app, account, settled } = await start(t, slow, {
    deps: ({ ledger }) => ({
      ledger: {
        ...ledger,
        async effectiveSince(...args) {
          looks += 1;
          return await ledger.effectiveSince(...args);
        },
      },
    }),
  });
  account.seed(['a']);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const call = request({
    port,
    host: '127.0.0.1',
    method: 'POST',
    path: `${account.role}/extend?wait=ready`,
    // Under a key the whole request counts as in flight.
    headers: { 'content-type': 'application/json', 'idempotency-key': 'one' },
  });
  const hungUp = new Promise((resolve) => call.on('error', resolve));
  call.end(JSON.stringify({ clusters: clusters('b') }));
  while (looks < 4) await new Promise(setImmediate);
  call.destroy();
  await hungUp;
  await settled();
  t.ok(looks >= 4);
});

t.test('GraphQL', async (t) => {
  const { account, graphql } = await start(t, quick);
  const { accountId } = account;
  account.seed(['a']);
  const mutation =
    'mutation ($input: ExtendExecutionRoleInput!) { extendExecutionRole(input: $input) { propagating } }';
  const input = {
    accountId,
    roleName: account.role.split('/').at(-1),
    clusters: clusters('b'),
    wait: 'READY',
  };
  t.same((await graphql(mutation, { input })).json.data.extendExecutionRole, { propagating: [] });
});
