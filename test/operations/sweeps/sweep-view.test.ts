import t, { type Test } from 'tap';
import { createPermissions } from '#src/permissions/cedar.ts';
import type { Identity } from '#src/schema/caller.ts';
import { authenticateAnyone, headersOf } from '#test/support/callers.ts';
import { type Answer, startService } from '#test/support/service.ts';

// The owner of a sweep or schedule, and the callers that may see and end it.

const anyone = 'permit (principal, action, resource);';
const ownAlone = `${anyone} forbid (principal, action, resource) when { context has own && !context.own };`;
const alice = { subject: 'alice', issuer: 'https://one.example' };
const scope = { operations: null, accountIds: ['111122223333'] };
const as = (actor: Identity['actor'], more: Partial<Identity> = {}) =>
  headersOf(['rolewright-operators'], { actor, ...more });
const callers = {
  owner: as(alice),
  "another issuer's": as({ ...alice, issuer: 'https://two.example' }),
  'somebody else': as({ ...alice, subject: 'bob' }),
  'without an issuer': as({ ...alice, issuer: null }),
  'owner, scoped': as(alice, { scope }),
  'somebody else, scoped': as({ ...alice, subject: 'bob' }, { scope }),
};
type Who = keyof typeof callers;

const monthly = { cron: '0 0 1 * *', sweep: { select: { all: true } } };
const none = 'sweep_00000000-0000-4000-8000-000000000000';

/** All that a caller sees, without the parts of this one request. */
const told = ({ statusCode, body }: { statusCode: number; body: string }, ...own: string[]) =>
  own.reduce(
    (text, one) => text.replaceAll(one, 'OWN'),
    `${statusCode} ${body.replace(/"requestId":"[^"]*"/g, '')}`,
  );

async function stage(t: Test, policies: string) {
  const { app, rest } = await startService(t, {
    authenticate: () => authenticateAnyone,
    deps: () => ({ permissions: createPermissions(policies) }),
  });
  const started = await rest(
    'POST',
    '/v1/sweeps',
    { operation: 'CHECK', select: { accountIds: ['111122223333'] } },
    callers.owner,
  );
  await rest('PUT', '/v1/schedules/nightly', monthly, callers.owner);
  return {
    app,
    id: started.json.id as string,
    ask: (who: Who, method: string, url: string, payload?: object) =>
      rest(method, url, payload, callers[who]),
    raw: (who: Who, method: string, url: string, payload?: object) =>
      app.inject({ method: method as 'GET', url, headers: callers[who], ...(payload && { payload }) }),
  };
}

const others: Who[] = ["another issuer's", 'somebody else', 'without an issuer'];

t.test(
  'a sweep is visible to its own caller if the policy depends on that, and always to its own limited credential',
  async (t) => {
    const rows: [policies: string, may: Who[], mayNot: Who[]][] = [
      [anyone, ['owner', ...others, 'owner, scoped'], ['somebody else, scoped']],
      [ownAlone, ['owner', 'owner, scoped'], [...others, 'somebody else, scoped']],
    ];
    for (const [policies, may, mayNot] of rows) {
      const { id, raw, ask } = await stage(t, policies);
      const requests = (id: string): [method: string, url: string, payload?: object][] => [
        ['GET', `/v1/sweeps/${id}`],
        ['GET', `/v1/sweeps/${id}/results`],
        ['POST', '/graphql', { query: `{ sweep(id: "${id}") { id } }` }],
        ['POST', '/graphql', { query: `{ sweepResults(id: "${id}") { edges { node { seq } } } }` }],
        ['POST', `/v1/sweeps/${id}/cancel`],
        ['POST', '/graphql', { query: `mutation { cancelSweep(id: "${id}") { id } }` }],
        // After its end, so that the streams end.
        ['GET', `/v1/sweeps/${id}/events`],
        ['GET', `/v1/sweeps/${id}/results?format=ndjson`],
      ];
      for (const [i, [method, url, payload]] of requests(id).entries()) {
        for (const who of mayNot) {
          const answer = await raw(who, method, url, payload);
          t.match(answer.body, /"code":"FORBIDDEN"/, `${who}: ${method} ${url}`);
          const [m, u, p] = requests(none)[i] as ReturnType<typeof requests>[number];
          t.equal(told(await raw(who, m, u, p), none), told(answer, id), 'the same where there is none');
        }
        for (const who of may) {
          const answer = await raw(who, method, url, payload);
          t.equal(answer.statusCode, 200, `${who}: ${method} ${url}`);
          t.notMatch(answer.body, /"errors":\[\{/, who);
        }
      }
      const listed = async (who: Who) => (await ask(who, 'GET', '/v1/sweeps?limit=1')).json;
      for (const who of may)
        t.match(await listed(who), { items: [{ id }], nextCursor: null }, `${who}: the list`);
      for (const who of mayNot)
        t.same(await listed(who), { items: [], nextCursor: null }, `${who}: the list`);
    }
  },
);

t.test('a list shows the sweeps that are visible one by one, in full pages', async (t) => {
  const { ask, id } = await stage(t, ownAlone);
  const input = { operation: 'CHECK', select: { all: true } };
  const theirs: string[] = [];
  for (let i = 0; i < 3; i += 1) {
    theirs.push((await ask('somebody else', 'POST', '/v1/sweeps', input)).json.id);
    await ask("another issuer's", 'POST', '/v1/sweeps', input);
  }
  const seen: string[] = [];
  for (let cursor = ''; ; ) {
    const { items, nextCursor } = (await ask('somebody else', 'GET', `/v1/sweeps?limit=2${cursor}`))
      .json as Answer['json'];
    seen.push(...items.map((sweep: { id: string }) => sweep.id));
    if (nextCursor === null) break;
    t.equal(items.length, 2);
    cursor = `&cursor=${nextCursor}`;
  }
  t.same(seen, theirs.toReversed());
  t.same(
    (await ask('owner', 'GET', '/v1/sweeps')).json.items.map((sweep: { id: string }) => sweep.id),
    [id],
  );
});

t.test(
  'only its own caller can see, replace and delete a schedule, if the policy depends on that',
  async (t) => {
    const { ask, raw } = await stage(t, ownAlone);
    const names = async (who: Who) =>
      (await ask(who, 'GET', '/v1/schedules')).json.items.map(({ name }: { name: string }) => name);
    for (const who of others) {
      for (const method of ['GET', 'DELETE']) {
        const answer = await raw(who, method, '/v1/schedules/nightly');
        t.equal(answer.statusCode, 403, `${who}: ${method}`);
        t.equal(
          told(answer, 'nightly'),
          told(await raw(who, method, '/v1/schedules/none'), 'none'),
          'the same where there is none',
        );
      }
      for (const query of ['', '?dryRun=true'])
        t.match(
          await ask(who, 'PUT', `/v1/schedules/nightly${query}`, monthly),
          { status: 403, json: { code: 'FORBIDDEN' } },
          who,
        );
      t.same(await names(who), []);
    }
    t.match(
      await ask('somebody else', 'PUT', '/v1/schedules/mine', monthly),
      { status: 201, json: { actor: { subject: 'bob' } } },
      'a new one',
    );
    t.same(await names('somebody else'), ['mine']);
    t.same(await names('owner'), ['nightly']);
    t.match(await ask('owner', 'GET', '/v1/schedules/nightly'), { status: 200, json: { actor: alice } });
    t.match(await ask('owner', 'PUT', '/v1/schedules/nightly', monthly), { status: 200 });
    t.match(await ask('owner', 'DELETE', '/v1/schedules/nightly'), { status: 204 });
    for (const who of ['owner, scoped', 'somebody else, scoped'] as const)
      for (const [method, url, payload] of [
        ['GET', '/v1/schedules', undefined],
        ['GET', '/v1/schedules/nightly', undefined],
        ['PUT', '/v1/schedules/scoped', monthly],
        ['DELETE', '/v1/schedules/mine', undefined],
      ] as const)
        t.match(
          await ask(who, method, url, payload),
          { status: 403 },
          `${who}: schedules are about all accounts: ${method} ${url}`,
        );
  },
);

t.test('without such a policy every permitted caller can change every schedule', async (t) => {
  const { ask } = await stage(t, anyone);
  for (const who of others) {
    t.match(await ask(who, 'GET', '/v1/schedules'), { json: { items: [{ name: 'nightly' }] } });
    t.match(await ask(who, 'PUT', '/v1/schedules/nightly', monthly), { status: 200 });
    t.match(await ask(who, 'GET', '/v1/schedules/none'), {
      status: 404,
      json: { code: 'SCHEDULE_NOT_FOUND' },
    });
    t.match(await ask(who, 'GET', `/v1/sweeps/${none}`), { status: 404, json: { code: 'SWEEP_NOT_FOUND' } });
  }
});
