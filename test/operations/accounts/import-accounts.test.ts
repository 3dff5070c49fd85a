import t from 'tap';
import { openTestDatabase } from '#test/support/database.ts';
import { runSql } from '#test/support/postgres.ts';
import { clusters, managementAccountId, startService, type TestService } from '#test/support/service.ts';

type Member = Parameters<TestService['organization']>[0][number];
const idOf = (i: number) => String(200000000000 + i);
const member = (i: number, more: Partial<Member> = {}): Member => ({
  accountId: idOf(i),
  name: `n${i}`,
  tags: { team: 'a' },
  ...more,
});

/** Imports, and waits for the end. Answers the result with its changes: `effect accountId` of each. */
async function importing({ rest, settled }: TestService, query = '') {
  const { status, json, headers } = await rest('POST', `/v1/accounts/import${query}`);
  await settled();
  const { json: ended } = await rest('GET', headers.location as string);
  const { json: changes } = await rest('GET', `${headers.location}/changes?limit=100`);
  return {
    status,
    begun: json,
    ended,
    changes: changes.items as { accountId: string; effect: string; before: unknown; after: unknown }[],
  };
}
const counts = (total: number, added = 0, changed = 0, closed = 0, unchanged = 0, untagged = 0) => ({
  total,
  added,
  changed,
  closed,
  unchanged,
  untagged,
});
const short = (changes: { accountId: string; effect: string }[]) =>
  changes.map(({ accountId, effect }) => `${effect} ${Number(accountId) - 200000000000}`);

// Concurrent: each test has its own service, and some wait for throttling and retries.
t.jobs = 3;

t.test('a fleet over time', async (t) => {
  const service = await startService(t);
  const { rest, organization, world, log } = service;
  const account = async (i: number) => (await rest('GET', `/v1/accounts/${idOf(i)}`)).json;
  await rest('PUT', `/v1/accounts/${idOf(3)}`, {
    name: 'by hand',
    externalId: 'own',
    labels: { team: 'x', own: 'y' },
  });
  await rest('PUT', `/v1/accounts/${idOf(99)}`, { name: 'of no organization' });

  organization([
    member(1),
    member(2, { state: 'SUSPENDED' }),
    member(3, { tags: { team: 'a', stage: 'prod' } }),
    member(4, { state: 'PENDING_CLOSURE' }),
  ]);
  const rehearsal = await importing(service, '?dryRun=true');
  t.match(rehearsal.ended, { state: 'DONE', dryRun: true, error: null, ...counts(4, 3, 1) });
  t.equal((await account(1)).code, 'ACCOUNT_UNKNOWN', 'a dry run registers nothing');
  t.equal((await account(3)).labels.stage, undefined);

  const first = await importing(service);
  t.equal(first.status, 202);
  t.match(first.begun, { state: 'RUNNING', total: 0, endedAt: null, actor: { subject: 'anonymous' } });
  t.match(first.ended, { id: first.begun.id, state: 'DONE', dryRun: false, error: null, ...counts(4, 3, 1) });
  t.strictSame(first.changes, rehearsal.changes, 'as in the dry run');
  t.strictSame(first.changes[0], {
    accountId: idOf(1),
    effect: 'ADDED',
    before: null,
    after: { name: 'n1', partition: 'aws', status: 'ACTIVE', labels: { team: 'a' } },
  });
  t.same(short(first.changes), ['ADDED 1', 'ADDED 2', 'CHANGED 3', 'ADDED 4']);
  t.match(await account(1), {
    name: 'n1',
    status: 'ACTIVE',
    memberRoleArn: `arn:aws:iam::${idOf(1)}:role/RolewrightMember`,
    labels: { team: 'a' },
  });
  t.match(await account(2), { status: 'SUSPENDED' });
  t.match(await account(3), {
    name: 'by hand',
    externalId: 'own',
    labels: { team: 'x', own: 'y', stage: 'prod' },
  });
  t.match(await account(4), { status: 'CLOSED' });
  t.match(
    log.find(({ msg }) => msg === 'accounts imported'),
    { dryRun: true, importId: rehearsal.begun.id, actor: { subject: 'anonymous' } },
  );

  const { updatedAt } = await account(1);
  t.match((await importing(service)).ended, counts(4, 0, 0, 0, 4), 'a second import has nothing to do');
  t.equal((await account(1)).updatedAt, updatedAt);

  organization([
    member(1, { name: 'renamed', tags: { stage: 'dev' } }),
    member(3, { state: 'CLOSED' }),
    member(4),
    member(5),
  ]);
  const later = await importing(service);
  t.same(short(later.changes), ['CHANGED 1', 'CLOSED 2', 'CLOSED 3', 'CHANGED 4', 'ADDED 5']);
  t.match(later.ended, counts(4, 1, 2, 2, 0));
  t.match(await account(1), { name: 'renamed', labels: { stage: 'dev' } });
  t.equal((await account(1)).labels.team, undefined);
  t.match(await account(2), { status: 'CLOSED' }, 'an account that left the list is closed, not deleted');
  t.match(await account(3), {
    name: 'by hand',
    status: 'CLOSED',
    externalId: 'own',
    labels: { team: 'x', own: 'y' },
  });
  t.match(await account(4), { status: 'ACTIVE' }, 'reinstated');
  t.match(await account(99), { name: 'of no organization', status: 'ACTIVE' });
  t.match((await importing(service)).ended, counts(4, 0, 0, 0, 4));

  world.clearCalls();
  organization([member(7)], 'o-theirsother');
  t.match((await importing(service)).ended, counts(1, 1), 'another organization closes none of the first');
  t.match(await account(5), { status: 'ACTIVE' });
  const { 'sts:AssumeRole': assumed, ...calls } = world.calls(managementAccountId)[managementAccountId] ?? {};
  t.equal(assumed, 1);
  t.same(
    calls,
    { 'organizations:ListAccounts': 1, 'organizations:ListTagsForResource': 1 },
    'no other call is made',
  );
});

t.test('an inactive account is not called', async (t) => {
  const { rest, account, databaseUrl, world } = await startService(t);
  const { accountId, role, roles, seed, calls } = await account();
  seed(['a']);
  for (const status of ['SUSPENDED', 'CLOSED']) {
    await runSql(databaseUrl, `UPDATE account SET status = '${status}'`);
    world.clearCalls();
    for (const [method, url, body] of [
      ['GET', roles],
      ['POST', roles, { clusters: clusters('a') }],
      ['GET', role],
      ['PUT', role, { clusters: clusters('b') }],
      ['POST', `${role}/check`, { clusters: clusters('a') }],
      ['POST', `${role}/extend`, { clusters: clusters('b') }],
      ['DELETE', `${role}/clusters/us-west-2/a`],
    ] as const) {
      const { status: code, json } = await rest(method, url, body);
      t.match(
        { code, json },
        {
          code: 502,
          json: {
            code: 'ACCOUNT_UNREACHABLE',
            retryable: false,
            detail: RegExp(`is ${status} according to the last import`),
          },
        },
        `${method} ${url}`,
      );
    }
    t.same(calls(), {});
  }
  t.equal((await rest('GET', `/v1/accounts/${accountId}`)).json.status, 'CLOSED');
  t.equal((await rest('DELETE', `/v1/accounts/${accountId}`)).status, 204);
});

t.test('tags that cannot be read', async (t) => {
  const service = await startService(t);
  const { organization, world, rest } = service;
  organization([member(1), member(2)]);
  await importing(service);
  world.addFaults({
    fail: [{ action: 'organizations:ListTagsForResource', code: 'AccessDeniedException', status: 400 }],
  });
  organization([member(1, { tags: {} }), member(2, { name: 'renamed' }), member(3)]);
  const { ended } = await importing(service);
  t.match(ended, {
    state: 'DONE',
    ...counts(3, 1, 1, 0, 1, 3),
    error: {
      code: 'AWS_FAILED',
      detail: /denies organizations:ListTagsForResource .*ORGANIZATIONS_ROLE_ARN/,
    },
  });
  t.same((await rest('GET', `/v1/accounts/${idOf(1)}`)).json.labels, { team: 'a' }, 'labels stay');
  t.match(
    (await rest('GET', `/v1/accounts/${idOf(3)}`)).json,
    { name: 'n3', labels: {} },
    'and no account is lost',
  );
  world.clearFaults();
  t.match((await importing(service)).ended, { error: null, ...counts(3, 0, 2, 0, 1) });
});

t.test('Organizations fails half-way: finished work stays, and no account is closed', async (t) => {
  const service = await startService(t);
  const { organization, world, rest } = service;
  organization(Array.from({ length: 45 }, (_, i) => member(i)));
  t.match((await importing(service)).ended, counts(45, 45));
  organization(Array.from({ length: 45 }, (_, i) => member(i + 10)));
  let pages = 0;
  world.onCall(({ action, when }) => {
    if (action === 'organizations:ListAccounts' && when === 'before' && ++pages > 2)
      world.addFaults({ fail: [{ action, code: 'AccessDeniedException', status: 400, times: 1 }] });
    return undefined;
  });
  const { ended } = await importing(service);
  world.onCall(null);
  t.match(ended, {
    state: 'FAILED',
    error: { code: 'AWS_FAILED', detail: /delegated administrators/ },
    ...counts(40, 5, 0, 0, 35),
  });
  t.ok(ended.endedAt);
  t.match((await rest('GET', `/v1/accounts/${idOf(0)}`)).json, { status: 'ACTIVE' });
  t.match(
    (await importing(service)).ended,
    { state: 'DONE', ...counts(45, 5, 0, 10, 40) },
    'the next import does the rest',
  );
});

t.test('reasons why an import cannot begin, or fails at once', async (t) => {
  const service = await startService(t);
  const { organization, world } = service;
  t.match((await importing(service)).ended, {
    state: 'FAILED',
    error: { code: 'ACCOUNT_UNREACHABLE', detail: /\(ORGANIZATIONS_ROLE_ARN\) could not be assumed/ },
  });
  organization([]);
  t.match(
    (await importing(service)).ended,
    { state: 'FAILED', error: { code: 'AWS_FAILED' } },
    'an empty list closes nothing',
  );
  organization([member(1)]);
  world.addFaults({
    fail: [{ action: 'organizations:ListAccounts', code: 'AWSOrganizationsNotInUseException', status: 400 }],
  });
  t.match((await importing(service)).ended, {
    state: 'FAILED',
    error: { detail: /is not in an organization/ },
  });

  const without = await startService(t, { deps: () => ({ organizations: null }) });
  const refused = { code: 'INVALID_INPUT', status: 400, detail: /ORGANIZATIONS_ROLE_ARN/ };
  t.match((await without.rest('POST', '/v1/accounts/import')).json, refused);
  t.match((await without.graphql('mutation { importAccounts { id } }')).json.errors[0].extensions, refused);
});

t.test('one import at a time over all replicas, and none runs for ever', async (t) => {
  const service = await startService(t);
  const { organization, rest, graphql, world, databaseUrl, settled } = service;
  organization([member(1)]);
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  world.onCall(async ({ action, when }) => {
    if (action !== 'organizations:ListAccounts' || when !== 'before') return undefined;
    reached.resolve();
    await gate.promise;
    return undefined;
  });
  const { json: running } = await rest('POST', '/v1/accounts/import');
  await reached.promise;
  t.match(await rest('POST', '/v1/accounts/import'), {
    status: 409,
    json: { code: 'IMPORT_RUNNING', retryable: true },
  });
  t.match((await graphql('mutation { importAccounts(dryRun: true) { id } }')).json.errors[0].extensions, {
    code: 'IMPORT_RUNNING',
  });
  const replica = openTestDatabase({ url: databaseUrl });
  t.teardown(() => replica.close());
  t.equal(await replica.locks.tryHolding('account import', async () => null), null, 'nor on another replica');
  t.match((await rest('GET', `/v1/account-imports/${running.id}`)).json, { state: 'RUNNING' });
  gate.resolve();
  await settled();
  world.onCall(null);
  t.match((await rest('GET', `/v1/account-imports/${running.id}`)).json, { state: 'DONE' });

  // The state that a killed process leaves.
  const left = { dryRun: false, actor: { subject: 'jane', issuer: null }, createdAt: new Date() };
  await replica.imports.begin('import_left', left);
  t.match((await rest('GET', '/v1/account-imports/import_left')).json, {
    state: 'FAILED',
    error: { code: 'INTERRUPTED' },
    endedAt: /Z$/,
  });
  await replica.imports.begin('import_other', left);
  t.match((await importing(service)).ended, { state: 'DONE' });
  t.match(await replica.imports.get('import_other'), { state: 'FAILED' }, 'the next import ends it too');

  // An import that has lost its lock, and was marked as ended, does nothing more.
  const lost = await replica.imports.begin('import_lost', left);
  await replica.imports.interrupt({ code: 'INTERRUPTED', detail: '' }, new Date());
  t.equal(
    await replica.imports.step(lost.id, { accountIds: [idOf(8)], listed: 1, untagged: 0 }, () => {
      throw new Error('nothing is to be decided');
    }),
    false,
  );
});

t.test('a stop does not wait for a whole import', async (t) => {
  const stopping = new AbortController();
  const service = await startService(t, { deps: () => ({ stopping: stopping.signal }) });
  service.organization(Array.from({ length: 45 }, (_, i) => member(i)));
  service.world.onCall(({ action, when }) => {
    if (action === 'organizations:ListAccounts' && when === 'after') stopping.abort();
    return undefined;
  });
  t.match((await importing(service)).ended, {
    state: 'FAILED',
    error: { code: 'UNAVAILABLE', detail: /was stopped/ },
    ...counts(0),
  });
});

t.test('the database fails during an import', async (t) => {
  const service = await startService(t);
  service.organization([member(1)]);
  await runSql(service.databaseUrl, 'ALTER TABLE account ADD CONSTRAINT refused CHECK (false) NOT VALID');
  t.match(
    (await importing(service)).ended,
    { state: 'FAILED', error: { code: 'UNAVAILABLE' }, ...counts(0) },
    'a step is done completely or not at all',
  );
});

t.test('a large organization, throttled', async (t) => {
  const service = await startService(t);
  const { organization, world, rest } = service;
  organization(Array.from({ length: 500 }, (_, i) => member(i, { tags: { n: String(i) } })));
  const action = 'organizations:ListTagsForResource';
  world.addFaults({
    fail: [
      { accountId: managementAccountId, action, code: 'TooManyRequestsException', status: 400, times: 20 },
    ],
  });
  const { ended, begun } = await importing(service);
  t.match(ended, { state: 'DONE', ...counts(500, 500), error: null });
  t.equal(
    world.calls(managementAccountId)[managementAccountId]?.[action],
    520,
    'each refused call once more',
  );
  t.match((await rest('GET', '/v1/accounts?label=n=499')).json.items, [{ accountId: idOf(499) }]);
  let seen = 0;
  for (let cursor = ''; cursor !== null; ) {
    const { json } = await rest(
      'GET',
      `/v1/account-imports/${begun.id}/changes?limit=100${cursor && `&cursor=${cursor}`}`,
    );
    seen += json.items.length;
    cursor = json.nextCursor;
  }
  t.equal(seen, 500);
});
