import t from 'tap';
import type { Change } from '#src/schema/change.ts';
import { authenticateAnyone, headersOf } from '#test/support/callers.ts';
import { type Answer, clusters, roleName, startService } from '#test/support/service.ts';

// The shipped policies. Caller alone, person alone and both: the narrower wins, and the history has both names.

const portal = 'https://portal.example';
const { rest, app, account, changes } = await startService(t, {
  authenticate: () => authenticateAnyone,
  sweepConcurrency: 2,
});

const rank = { nobody: 0, viewers: 1, operators: 2, administrators: 3 } as const;
type Role = keyof typeof rank;
const roles = Object.keys(rank) as Role[];
const groupsOf = (role: Role) => (role === 'nobody' ? [] : [`rolewright-${role}`]);
const b = { clusters: clusters('b') };

/** The headers of a portal that has the rights of `role`, and may speak for people or not. */
const portalOf = (role: Role, speaks: boolean) =>
  headersOf([...groupsOf(role), ...(speaks ? ['rolewright-portals'] : [])], {
    actor: { subject: 'token:portal', issuer: 'rolewright' },
  });
const personOf = (role: Role, name = 'jane') => ({
  'on-behalf-of': `${portal}|${name}`,
  'on-behalf-of-groups': groupsOf(role).join(),
});

type Ask = (headers: Record<string, string>, accountId: string, role: string) => Promise<Answer>;
const doings: { name: string; needs: Role; ask: Ask; changes?: true }[] = [
  { name: 'accounts', needs: 'viewers', ask: (headers) => rest('GET', '/v1/accounts', undefined, headers) },
  {
    name: 'checkExecutionRole',
    needs: 'viewers',
    ask: (headers, _, role) => rest('POST', `${role}/check`, b, headers),
  },
  {
    name: 'a dry run of extendExecutionRole',
    needs: 'operators',
    ask: (headers, _, role) => rest('POST', `${role}/extend?dryRun=true`, b, headers),
  },
  {
    name: 'extendExecutionRole',
    needs: 'operators',
    changes: true,
    ask: (headers, _, role) => rest('POST', `${role}/extend`, b, headers),
  },
  {
    name: 'putAccount',
    needs: 'administrators',
    ask: (headers, id) => rest('PUT', `/v1/accounts/${id}`, { name: 'renamed' }, headers),
  },
];

for (const doing of doings)
  t.test(doing.name, async (t) => {
    for (const caller of roles)
      for (const speaks of [true, false])
        for (const person of [null, ...roles]) {
          const what = `${caller}${speaks ? ', a portal' : ''}, ${person === null ? 'for itself' : `for one of ${person}`}`;
          const { accountId, role, seed, trust } = await account();
          seed(['a']);
          const mayCaller = rank[caller] >= rank[doing.needs];
          const may = mayCaller && (person === null || (speaks && rank[person] >= rank[doing.needs]));
          const answer = await doing.ask(
            { ...portalOf(caller, speaks), ...(person !== null && personOf(person)) },
            accountId,
            role,
          );
          t.equal(answer.status, may ? 200 : 403, what);
          if (!may) {
            const whose = person !== null && speaks && mayCaller ? ' to jane' : '';
            const denied = person !== null && !speaks ? 'speakFor' : doing.name.replace('a dry run of ', '');
            t.match(answer.json, { code: 'FORBIDDEN', detail: `Permission denied${whose}: ${denied}` }, what);
          }
          const logged = await changes(accountId);
          t.same(
            logged.map(({ outcome, actor, onBehalfOf }) => ({ outcome, actor, onBehalfOf })),
            doing.changes
              ? [
                  {
                    outcome: may ? 'SUCCEEDED' : 'FAILED',
                    actor: { subject: 'token:portal', issuer: 'rolewright' },
                    // Nobody is named on the word of a caller whose word does not count.
                    onBehalfOf: person !== null && speaks ? { subject: 'jane', issuer: portal } : null,
                  },
                ]
              : [],
            `${what}: the history`,
          );
          t.equal(trust().includes('/b/'), may && doing.changes === true, `${what}: AWS`);
        }
  });

const operator = portalOf('operators', true);

t.test('GraphQL asks both too, and shows both', async (t) => {
  const one = await account();
  one.seed(['a']);
  const extend = async (person: Role) => {
    const query = `mutation { extendExecutionRole(input: { accountId: "${one.accountId}", roleName: "AmazonEKSFargatePodExecutionRole",
      clusters: [{ region: "us-west-2", name: "b" }] }) { change { actor { subject } onBehalfOf { issuer subject } } } }`;
    const headers = { ...operator, ...personOf(person) };
    return (await app.inject({ method: 'POST', url: '/graphql', payload: { query }, headers })).json();
  };
  t.match(await extend('viewers'), { errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  t.same((await extend('operators')).data.extendExecutionRole.change, {
    actor: { subject: 'token:portal' },
    onBehalfOf: { issuer: portal, subject: 'jane' },
  });
});

t.test('the scope of a token holds for a person too', async (t) => {
  const one = await account();
  const other = await account();
  const scopes: [what: string, scope: object, accountId: string, status: number][] = [
    ['no scope', { operations: null, accountIds: null }, one.accountId, 200],
    ['both named', { operations: ['account', 'speakFor'], accountIds: null }, one.accountId, 200],
    ['speakFor is not named', { operations: ['account'], accountIds: null }, one.accountId, 403],
    ['speakFor alone', { operations: ['speakFor'], accountIds: null }, one.accountId, 403],
    ['the account', { operations: null, accountIds: [one.accountId] }, one.accountId, 200],
    ['another account', { operations: null, accountIds: [one.accountId] }, other.accountId, 403],
  ];
  for (const [what, scope, accountId, status] of scopes) {
    const groups = ['rolewright-viewers', 'rolewright-portals'];
    const headers = { ...headersOf(groups, { scope } as object), ...personOf('administrators') };
    t.equal((await rest('GET', `/v1/accounts/${accountId}`, undefined, headers)).status, status, what);
  }
  const created = await rest('POST', '/v1/service-tokens', {
    name: 'portal',
    groups: ['rolewright-portals'],
    operations: ['account', 'speakFor'],
  });
  t.match(created, { status: 201, json: { serviceToken: { operations: ['account', 'speakFor'] } } });
});

t.test('a stored answer is not for another person', async (t) => {
  const one = await account();
  one.seed(['a']);
  const ask = (person: object) =>
    rest('POST', `${one.role}/extend`, b, { ...operator, ...person, 'idempotency-key': 'same' });
  t.match(await ask(personOf('operators')), { status: 200 });
  t.match(await ask(personOf('operators')), { status: 200, headers: { 'idempotency-replayed': 'true' } });
  const other = { status: 422, json: { code: 'IDEMPOTENCY_MISMATCH' } };
  t.match(await ask(personOf('operators', 'joe')), other, 'another person');
  t.match(await ask({}), other, 'nobody');
  t.equal((await changes(one.accountId)).length, 1);
});

t.test('a sweep and a schedule are those of the person, and act for the person', async (t) => {
  const one = await account();
  const [jane, joe] = [personOf('operators'), personOf('operators', 'joe')].map((person) => ({
    ...operator,
    ...person,
  }));
  const sweep = { operation: 'CHECK', select: { accountIds: [one.accountId] } };
  const started = await rest('POST', '/v1/sweeps', sweep, { ...jane, 'idempotency-key': 'one' });
  t.match(started, { status: 202, json: { onBehalfOf: { subject: 'jane', issuer: portal } } });
  const again = await rest('POST', '/v1/sweeps', sweep, { ...joe, 'idempotency-key': 'one' });
  t.match(again, { status: 422, json: { code: 'IDEMPOTENCY_MISMATCH' } });
  t.match(await rest('GET', `/v1/sweeps/${started.json.id}`, undefined, joe), {
    json: { actor: { subject: 'token:portal' }, onBehalfOf: { subject: 'jane' } },
  });

  one.seed(['a']);
  // A viewer may start no sweep that extends, and a sweep asks again for each role.
  const extending = { ...sweep, operation: 'EXTEND', ...b, roleName };
  t.match(await rest('POST', '/v1/sweeps', extending, { ...operator, ...personOf('viewers') }), {
    status: 403,
  });
  const { json: running } = await rest('POST', '/v1/sweeps', extending, jane);
  // The stream ends with the sweep.
  await app.inject({ url: `/v1/sweeps/${running.id}/events`, headers: jane });
  t.match(await changes(one.accountId), [
    {
      outcome: 'SUCCEEDED',
      via: 'SWEEP',
      actor: { subject: 'token:portal' },
      onBehalfOf: { subject: 'jane' },
    },
  ]);

  const put = await rest(
    'PUT',
    '/v1/schedules/nightly',
    { cron: '0 3 * * *', sweep: { select: { all: true } } },
    jane,
  );
  t.match(put, { status: 201, json: { onBehalfOf: { subject: 'jane', issuer: portal } } });
  const listed = await rest('GET', '/v1/schedules', undefined, joe);
  t.match(listed.json.items, [{ name: 'nightly', onBehalfOf: { subject: 'jane' } }]);
});

t.test('the history: found by the person, exported, and true', async (t) => {
  const one = await account();
  one.seed(['a']);
  const person = personOf('operators', 'user:default/elisabeth');
  const { json } = await rest('POST', `${one.role}/extend`, b, { ...operator, ...person });
  const found = await rest('GET', '/v1/changes?q=user:default/elisabeth');
  t.same(
    found.json.items.map(({ id }: Change) => id),
    [json.change.id],
  );
  const [head = '', row = ''] = (await app.inject('/v1/changes/export?format=csv&q=elisabeth')).body.split(
    '\r\n',
  );
  t.match(head, /,userAgent,onBehalfOf$/);
  t.match(row, /""subject"":""user:default\/elisabeth""/);
  t.match((await rest('GET', '/v1/audit/verification')).json, { ok: true });
});
