import t from 'tap';
import { Fault } from '#src/fault.ts';
import { createPermissions } from '#src/permissions/cedar.ts';
import type { Caller } from '#src/schema/caller.ts';
import { authenticateAnyone, headersOf, teamPolicies } from '#test/support/callers.ts';
import { type Answer, clusters, startService } from '#test/support/service.ts';

let isLogDown = false;
let lookUps = 0;
const { app, rest, graphql, account, log, changes, checkpoint } = await startService(t, {
  authenticate: () => authenticateAnyone,
  deps: ({ ledger, accounts }) => ({
    permissions: createPermissions(
      `${teamPolicies}
      permit (principal in Rolewright::Group::"rehearsing", action in Rolewright::Action::"write", resource) when { context.dryRun };
      permit (principal in Rolewright::Group::"all", action, resource);
      forbid (principal in Rolewright::Group::"careful", action, resource) when { context has roleName && context.roleName like "prod-*" };
      permit (principal in Rolewright::Group::"careful", action, resource);
      permit (principal in Rolewright::Group::"rolewright-administrators", action, resource);`,
    ),
    ledger: {
      ...ledger,
      refuse: (...args) =>
        isLogDown ? Promise.reject(new Fault('AUDIT_UNAVAILABLE', 'no log')) : ledger.refuse(...args),
    },
    accounts: {
      ...accounts,
      get: (id) => {
        lookUps += 1;
        return accounts.get(id);
      },
      getCached: (id) => {
        lookUps += 1;
        return accounts.getCached(id);
      },
    },
  }),
});
const operator = headersOf(['operators', 'payments']);
const b = { clusters: clusters('b') };
const asked = async (
  method: string,
  url: string,
  payload?: object,
  headers: Record<string, string> = operator,
) => rest(method, url, payload, headers);
/** All that a caller sees, without the parts of this one request. */
const told = ({ status, headers, json }: Answer, ...own: string[]) => {
  const { requestId, instance, ...body } = json;
  const { date, 'x-request-id': id, 'content-length': length, ...others } = headers;
  return own.reduce((text, one) => text.replaceAll(one, 'OWN'), JSON.stringify({ status, body, others }));
};

t.test('a denial does not reveal whether its subject exists', async (t) => {
  const theirs = await account({ labels: { team: 'core' } });
  theirs.seed(['a']);
  const unknown = '999999999990';
  for (const [method, suffix, payload] of [
    ['GET', '', undefined],
    ['GET', '/execution-roles', undefined],
    ['POST', '/execution-roles', b],
    ['POST', '/execution-roles/r/check', b],
    ['POST', '/execution-roles/r/extend', b],
    ['POST', '/execution-roles/r/extend?dryRun=true', b],
    ['DELETE', '', undefined],
  ] as const) {
    const [one, other] = [
      await asked(method, `/v1/accounts/${theirs.accountId}${suffix}`, payload),
      await asked(method, `/v1/accounts/${unknown}${suffix}`, payload),
    ];
    t.match(
      one,
      { status: 403, json: { code: 'FORBIDDEN', retryable: false, errors: [] } },
      `${method} ${suffix}`,
    );
    t.equal(told(one, theirs.accountId), told(other, unknown), `${method} ${suffix}: the same for both`);
    t.notMatch(JSON.stringify(one.json), /policy|cedar|operators|payments|core|team/i, 'and no policy');
  }
  const { json } = await asked('PUT', `${theirs.role}/clusters/us-west-2/b`, {}, headersOf(['all']));
  const [id, none] = [json.change.id as string, 'change_00000000-0000-4000-8000-000000000000'];
  await checkpoint();
  for (const [method, suffix, payload, role] of [
    ['GET', '', undefined, 'operators'],
    ['GET', '/proof', undefined, 'auditors'],
    ['POST', '/revert', {}, 'operators'],
  ] as const) {
    const headers = headersOf([role, 'payments']);
    const [one, other] = [
      await asked(method, `/v1/changes/${id}${suffix}`, payload, headers),
      await asked(method, `/v1/changes/${none}${suffix}`, payload, headers),
    ];
    t.match(one, { status: 403, json: { code: 'FORBIDDEN' } }, `${method} ${suffix}`);
    t.equal(told(one, id), told(other, none), `${method} ${suffix}: the same for both`);
    t.notMatch(JSON.stringify(one.json), theirs.accountId, 'the account of the change is not revealed');
  }
  t.match(
    await asked('GET', `/v1/accounts/${unknown}`, undefined, headersOf(['all'])),
    { status: 404, json: { code: 'ACCOUNT_UNKNOWN' } },
    'a caller that may see everything is told',
  );
  t.match(await asked('GET', `/v1/changes/${none}`, undefined, headersOf(['all'])), {
    status: 404,
    json: { code: 'CHANGE_NOT_FOUND' },
  });
});

t.test('wrong input is reported first: it has no subject', async (t) => {
  t.match(await asked('GET', '/v1/accounts/12', undefined, headersOf([])), {
    status: 400,
    json: { code: 'INVALID_INPUT' },
  });
});

t.test(
  "a denied write is in the audit log with its caller; a denied dry run or read only in the service's log",
  async (t) => {
    const one = await account({ labels: { team: 'core' } });
    one.seed(['a']);
    const refused = {
      outcome: 'FAILED',
      error: { code: 'FORBIDDEN' },
      actor: { subject: 'operators', issuer: 'https://issuer.example' },
      via: 'REST',
      steps: [],
      before: null,
      idempotencyKey: null,
    };
    await asked(
      'POST',
      `${one.role}/extend`,
      { ...b, reason: 'CHG-1' },
      { ...operator, 'idempotency-key': 'k' },
    );
    t.match(await changes(one.accountId), [
      { ...refused, kind: 'EXTEND', clusters: b.clusters, reason: 'CHG-1' },
    ]);
    await asked('POST', `${one.role}/extend?dryRun=true`, b);
    await asked('GET', one.role);
    t.equal((await changes(one.accountId)).length, 1);
    for (const operation of ['extendExecutionRole', 'executionRole'])
      t.match(
        log.findLast((line) => line.operation === operation),
        { msg: 'permission denied', actor: { subject: 'operators' }, accountId: one.accountId },
      );
    t.same(one.ledger(), []);
    t.same(one.calls(), {}, 'AWS was not asked for anything');
  },
);

t.test('while the audit log is down a denial is still a denial', async (t) => {
  const one = await account({ labels: { team: 'core' } });
  one.seed(['a']);
  isLogDown = true;
  const answer = await asked('POST', `${one.role}/extend`, b);
  isLogDown = false;
  t.match(answer, { status: 503, json: { code: 'AUDIT_UNAVAILABLE' } });
  t.same(one.ledger(), []);
});

t.test('a caller from a cached identity can read, and change nothing', async (t) => {
  const one = await account();
  one.seed(['a']);
  const recalled = headersOf(['rolewright-administrators'], { isFromCache: true });
  const before = await changes(one.accountId);
  for (const [method, url, code] of [
    ['POST', `${one.role}/extend`, 'AUDIT_UNAVAILABLE'],
    ['POST', `${one.role}/extend?dryRun=true`, 'AUDIT_UNAVAILABLE'],
    ['PUT', `/v1/accounts/${one.accountId}`, 'UNAVAILABLE'],
    ['DELETE', `/v1/accounts/${one.accountId}`, 'UNAVAILABLE'],
  ] as const) {
    const payload = { PUT: { name: 'n' }, POST: b, DELETE: undefined }[method];
    t.match(
      await asked(method, url, payload, recalled),
      { status: 503, json: { code, retryable: true } },
      `${method} ${url}`,
    );
  }
  t.same(await changes(one.accountId), before);
  t.match(await asked('GET', one.role, undefined, recalled), { status: 200 });
});

t.test('a stored answer is only for callers with permission', async (t) => {
  const one = await account({ labels: { team: 'payments' } });
  one.seed(['a']);
  const ask = (headers: Record<string, string>) =>
    asked('POST', `${one.role}/extend`, b, { ...headers, 'idempotency-key': `replay ${one.accountId}` });
  const actor = { subject: 'terraform', issuer: null };
  const [allowed, dismissed] = [
    headersOf(['operators', 'payments'], { actor }),
    headersOf(['viewers', 'payments'], { actor }),
  ];
  t.equal((await ask(allowed)).status, 200);
  t.match(await ask(dismissed), { status: 403, json: { code: 'FORBIDDEN' } });
  t.match(
    await ask(allowed),
    { status: 200, headers: { 'idempotency-replayed': 'true' } },
    'and the denial has not replaced it',
  );
});

t.test('a dry run needs the permission of the write, unless a policy says otherwise', async (t) => {
  const one = await account({ labels: { team: 'payments' } });
  one.seed(['a']);
  t.match(await asked('POST', `${one.role}/extend?dryRun=true`, b, headersOf(['viewers', 'payments'])), {
    status: 403,
  });
  t.match(await asked('POST', `${one.role}/extend?dryRun=true`, b, headersOf(['rehearsing'])), {
    status: 200,
    json: { change: null },
  });
  t.match(await asked('POST', `${one.role}/extend`, b, headersOf(['rehearsing'])), { status: 403 });
  t.same(one.ledger(), []);
});

t.test('a policy about role names cannot be evaded by letter case, a default, or a change', async (t) => {
  const one = await account();
  one.seed(['a'], { roleName: 'prod-web' });
  const careful = headersOf(['careful']);
  for (const name of ['prod-web', 'PROD-web', 'Prod-Web'])
    t.match(await asked('POST', `${one.roles}/${name}/extend`, b, careful), { status: 403 }, name);
  const { json } = await asked('POST', `${one.roles}/prod-web/extend`, b, headersOf(['all']));
  t.match(await asked('POST', `/v1/changes/${json.change.id}/revert`, {}, careful), { status: 403 });
  t.match(await asked('GET', `/v1/changes/${json.change.id}`, undefined, careful), { status: 403 });
  t.same((await asked('GET', `/v1/changes?accountId=${one.accountId}`, undefined, careful)).json.items, []);
  t.match(await asked('POST', one.roles, b, careful), { status: 201 });
  const names = ({ json }: Answer) => json.items.map(({ roleName }: { roleName: string }) => roleName);
  t.same(
    names(await asked('GET', one.roles, undefined, careful)),
    ['AmazonEKSFargatePodExecutionRole'],
    'nor by the list of roles',
  );
  t.same(names(await asked('GET', `${one.roles}?limit=1`, undefined, headersOf(['all']))), [
    'AmazonEKSFargatePodExecutionRole',
  ]);
  t.equal(names(await asked('GET', one.roles, undefined, headersOf(['all']))).length, 2);
});

t.test('a scope only takes permissions away', async (t) => {
  const [one, other] = [
    await account({ labels: { team: 'payments' } }),
    await account({ labels: { team: 'payments' } }),
  ];
  one.seed(['a']);
  other.seed(['a']);
  const { json: changed } = await asked('PUT', `${other.role}/clusters/us-west-2/b`, {}, headersOf(['all']));
  const id = changed.change.id as string;
  const scoped = (scope: Partial<NonNullable<Caller['scope']>>, ...groups: string[]) =>
    headersOf(groups.length > 0 ? groups : ['all'], {
      scope: { operations: null, accountIds: null, ...scope },
    });
  const here = { accountIds: [one.accountId] };
  const rows: [what: string, headers: Record<string, string>, method: string, url: string, status: number][] =
    [
      ['a named operation', scoped({ operations: ['executionRole'] }), 'GET', one.role, 200],
      ['another', scoped({ operations: ['executionRoles'] }), 'GET', one.role, 403],
      ['none', scoped({ operations: [] }), 'GET', one.role, 403],
      ['a named account', scoped(here), 'GET', one.role, 200],
      ['another account', scoped(here), 'GET', other.roles, 403],
      ['no account', scoped({ accountIds: [] }), 'GET', one.role, 403],
      ['a change in another account', scoped(here), 'GET', `/v1/changes/${id}`, 403],
      ['a change that nobody knows', scoped(here), 'GET', '/v1/changes/change_1', 403],
      ['the whole log', scoped(here), 'GET', '/v1/audit/export', 403],
      ['the state of the whole log', scoped(here), 'GET', '/v1/audit/verification', 403],
      [
        'what its groups may not',
        scoped({ ...here, operations: ['executionRole'] }, 'auditors', 'payments'),
        'GET',
        one.role,
        403,
      ],
      ['the export, named', scoped({ operations: ['exportLog'] }), 'GET', '/v1/audit/export', 200],
      ['the export, not named', scoped({ operations: ['changes'] }), 'GET', '/v1/audit/export', 403],
    ];
  for (const [what, headers, method, url, status] of rows) {
    const answer = await app.inject({ method: method as 'GET', url, headers });
    t.equal(answer.statusCode, status, what);
  }
  const ids = (answer: Answer) => answer.json.items.map(({ accountId }: { accountId: string }) => accountId);
  t.same(ids(await asked('GET', '/v1/accounts', undefined, scoped({ ...here, operations: ['accounts'] }))), [
    one.accountId,
  ]);
  t.same(ids(await asked('GET', `/v1/changes?accountId=${other.accountId}`, undefined, scoped(here))), []);
  t.same(
    ids(
      await asked(
        'GET',
        `/v1/changes?accountId=${other.accountId}`,
        undefined,
        scoped({ accountIds: [other.accountId] }),
      ),
    ),
    [other.accountId],
  );
});

t.test(
  'an account loses its labels with its registration, and with them callers who rely on labels',
  async (t) => {
    const one = await account({ labels: { team: 'payments' } });
    one.seed(['a']);
    const { json } = await asked('POST', `${one.role}/extend`, b);
    const read = async () => (await asked('GET', `/v1/changes/${json.change.id}`)).status;
    t.equal(await read(), 200);
    const history = async (headers: Record<string, string>) =>
      (await asked('GET', `/v1/changes?accountId=${one.accountId}`, undefined, headers)).json.items.length;
    t.equal(await history(operator), 1);
    await asked('DELETE', `/v1/accounts/${one.accountId}`, undefined, headersOf(['all']));
    t.equal(await history(operator), 0);
    t.equal(await read(), 403);
    t.equal(await history(headersOf(['all'])), 1);
  },
);

t.test('a check looks its account up once', async (t) => {
  const one = await account({ labels: { team: 'payments' } });
  one.seed(['a']);
  for (const url of [one.role, one.roles, `${one.role}/check?cluster=us-west-2/a`]) {
    lookUps = 0;
    t.equal((await asked('GET', url)).status, 200);
    t.equal(lookUps, 1, url);
  }
});

t.test('lists of GraphQL and REST are the same', async (t) => {
  const mine = (await asked('GET', '/v1/accounts?limit=100')).json.items.map(
    ({ accountId }: { accountId: string }) => accountId,
  );
  const query =
    '{ accounts(first: 100) { edges { node { accountId labels } } } changes { edges { node { accountId } } } }';
  const { data } = (await rest('POST', '/graphql', { query }, operator)).json;
  const ids = ({ edges }: { edges: { node: { accountId: string } }[] }) =>
    edges.map(({ node }) => node.accountId);
  t.same(ids(data.accounts), mine);
  t.ok(mine.length > 0);
  t.ok(
    data.accounts.edges.every(
      ({ node }: { node: { labels: { team: string } } }) => node.labels.team === 'payments',
    ),
  );
  t.ok(ids(data.changes).every((id) => mine.includes(id)));
  t.ok(
    ids((await graphql('{ accounts(first: 100) { edges { node { accountId } } } }')).json.data.accounts)
      .length > mine.length,
  );
});
