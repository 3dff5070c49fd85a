import t, { type Test } from 'tap';
import type { GuardRails } from '#src/ports/guard-rails.ts';
import { clusters, roleName, startService } from '#test/support/service.ts';

const start = (t: Test, rails: Partial<GuardRails>) =>
  startService(t, { deps: (real) => ({ guardRails: { ...real.guardRails, ...rails } }) });
const a = clusters('a');

t.test(
  'a role outside the names and paths is read but not written, and the attempt is in the log',
  async (t) => {
    const cases: [rails: Partial<GuardRails>, path: string, allowed: boolean][] = [
      [{ roleNames: 'team-*' }, '/', false],
      [{ roleNames: 'AmazonEKS?' }, '/', false],
      [{ roleNames: 'team-*,AmazonEKS*' }, '/', true],
      [{ roleNames: 'amazoneksFARGATE*role' }, '/', true],
      [{ rolePaths: '/eks/*' }, '/', false],
      [{ rolePaths: '/eks/*' }, '/EKS/', false],
      [{ rolePaths: '/eks/' }, '/eks/prod/', false],
      [{ rolePaths: '/eks/*' }, '/eks/prod/', true],
      [{ rolePaths: '/,/eks/' }, '/', true],
      [{ roleNames: '*', rolePaths: '/eks.s/' }, '/eksxs/', false],
    ];
    for (const [rails, path, allowed] of cases) {
      const { rest, account, changes } = await start(t, rails);
      const what = `${JSON.stringify(rails)} at ${path}`;
      const { accountId, role, seed, ledger } = await account();
      seed(['a', 'b'], { path });
      t.equal((await rest('POST', `${role}/check`, { clusters: a })).status, 200, what);
      const settings =
        Object.keys(rails).length === 2 || rails.rolePaths ? 'ROLE_PATH_PATTERN' : 'ROLE_NAME_PATTERN';
      const verbs = [
        ['EXTEND', 'POST', `${role}/extend`, { clusters: clusters('c') }],
        ['EXTEND', 'PUT', role, { clusters: clusters('d') }],
        ['RETRACT', 'DELETE', `${role}/clusters/us-west-2/b`, undefined],
      ] as const;
      for (const [kind, method, url, body] of verbs) {
        const dry = await rest(method, `${url}?dryRun=true`, body);
        const answer = await rest(method, url, body);
        if (allowed) {
          t.match(
            [dry.status, answer.status, answer.json.change.outcome],
            [200, 200, 'SUCCEEDED'],
            `${what}: ${method}`,
          );
          continue;
        }
        t.match(
          dry,
          { status: 403, json: { code: 'FORBIDDEN', detail: new RegExp(`^${settings} `) } },
          `${what}: ${method}, dry`,
        );
        t.match(
          answer,
          { status: 403, json: { code: 'FORBIDDEN', changeId: /^change_/ } },
          `${what}: ${method}`,
        );
        t.match(
          (await changes(accountId))[0],
          { kind, outcome: 'FAILED', steps: [], error: { code: 'FORBIDDEN' } },
          `${what}: logged`,
        );
      }
      if (!allowed) t.same(ledger(), [], what);
    }
  },
);

t.test('a role is not created outside them either', async (t) => {
  const { rest, account, world } = await start(t, { roleNames: 'AmazonEKS*', rolePaths: '/eks/*' });
  const { accountId, roles, ledger } = await account();
  for (const [body, setting] of [
    [{ clusters: a, path: '/eks/', roleName: 'Other' }, 'ROLE_NAME_PATTERN'],
    [{ clusters: a }, 'ROLE_PATH_PATTERN'],
    [{ clusters: a, path: '/ops/' }, 'ROLE_PATH_PATTERN'],
  ] as const)
    for (const dry of ['', '?dryRun=true'])
      t.match(await rest('POST', roles + dry, body), {
        status: 403,
        json: { code: 'FORBIDDEN', detail: new RegExp(`^${setting} `) },
      });
  t.match(await rest('PUT', `${roles}/${roleName}`, { clusters: a }), { status: 403 });
  t.match(
    await rest('POST', `${roles}/${roleName}/extend`, { clusters: a }),
    { status: 404 },
    'there is no role, so no path either',
  );
  t.same(ledger(), []);
  t.equal((await rest('POST', roles, { clusters: a, path: '/eks/' })).status, 201);
  t.equal(world.role(accountId, roleName)?.path, '/eks/');
});

t.test('every role that is created has the boundary', async (t) => {
  const { rest, graphql, account, world } = await start(t, {
    permissionsBoundary: 'arn:{partition}:iam::{accountId}:policy/ops/Boundary',
  });
  const policies = [{ policyName: 'Boundary', path: '/ops/' }, { policyName: 'Other' }];
  const fresh = async () => {
    const made = await account();
    world.putAccount({ accountId: made.accountId, policies });
    const boundary = `arn:aws:iam::${made.accountId}:policy/ops/Boundary`;
    const other = `arn:aws:iam::${made.accountId}:policy/Other`;
    return {
      ...made,
      boundary,
      other,
      carried: () => world.role(made.accountId, roleName)?.permissionsBoundary,
    };
  };

  for (const [method, url, named] of [
    ['POST', 'roles', false],
    ['POST', 'roles', true],
    ['PUT', 'role', false],
  ] as const) {
    const { [url]: at, boundary, carried, ledger } = await fresh();
    const made = await rest(method, at, { clusters: a, ...(named && { permissionsBoundary: boundary }) });
    t.match(made, {
      status: 201,
      json: { plan: { steps: [{ action: 'iam:CreateRole', detail: { permissionsBoundary: boundary } }] } },
    });
    t.equal(carried(), boundary, `${method} ${url}`);
    t.notOk(
      ledger().some(({ action }) => action === 'iam:PutRolePermissionsBoundary'),
      'from the first moment',
    );
  }

  const { accountId, role, roles, seed, boundary, other, carried, ledger } = await fresh();
  for (const [method, url] of [
    ['POST', roles],
    ['PUT', role],
  ] as const)
    for (const dry of ['', '?dryRun=true'])
      t.match(await rest(method, url + dry, { clusters: a, permissionsBoundary: other }), {
        status: 403,
        json: { code: 'FORBIDDEN', detail: /^REQUIRED_PERMISSIONS_BOUNDARY / },
      });
  t.same(ledger(), []);

  seed(['a']);
  t.equal((await rest('POST', `${role}/extend`, { clusters: clusters('b') })).status, 200);
  t.equal(carried(), null, 'extend does not change the boundary');
  const input = { accountId, roleName, clusters: a };
  const ensured = await graphql(
    'mutation ($input: EnsureExecutionRoleInput!) { ensureExecutionRole(input: $input) { plan { steps { action } } } }',
    { input },
  );
  t.same(
    ensured.json.data.ensureExecutionRole.plan.steps,
    [{ action: 'iam:PutRolePermissionsBoundary' }],
    'ensure adds a missing boundary',
  );
  t.equal(carried(), boundary);

  seed(['a', 'c'], { permissionsBoundary: other });
  t.match(
    await rest('PUT', role, { clusters: a }),
    { status: 200, json: { change: null } },
    'an existing boundary stays',
  );
  t.match(await rest('PUT', role, { clusters: a, permissionsBoundary: boundary }), {
    status: 409,
    json: { code: 'ROLE_EXISTS' },
  });
  t.equal(carried(), other);
});

t.test('only policies that the operator allows are attached', async (t) => {
  const required = 'arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy';
  const logs = 'arn:aws:iam::aws:policy/CloudWatchLogsFullAccess';
  const admin = 'arn:aws:iam::aws:policy/AdministratorAccess';
  const cases: [policyArns: string | null, arns: string[], refused: number[]][] = [
    [null, [required], []],
    [null, [logs], [0]],
    [
      'arn:aws:iam::aws:policy/CloudWatch*,arn:aws:iam::*:policy/team-?',
      [logs, admin, 'OWN/team-a', 'OWN/team-ab'],
      [1, 3],
    ],
    ['arn:aws:iam::aws:policy/CloudWatch*,arn:aws:iam::*:policy/team-?', [logs, 'OWN/team-a', required], []],
  ];
  for (const [policyArns, given, refused] of cases) {
    const { rest, account, changes, world } = await start(t, { policyArns });
    const { accountId, roles, role, seed, ledger } = await account();
    world.putAccount({ accountId, policies: [{ policyName: 'team-a' }, { policyName: 'team-ab' }] });
    const additionalPolicyArns = given.map((arn) => arn.replace('OWN', `arn:aws:iam::${accountId}:policy`));
    const what = `${policyArns}: ${given.join()}`;
    for (const [method, url] of [
      ['POST', roles],
      ['PUT', role],
    ] as const) {
      const dry = await rest(method, `${url}?dryRun=true`, { clusters: a, additionalPolicyArns });
      if (refused.length === 0) {
        t.ok(dry.status < 300, `${what}: ${dry.json.detail}`);
        continue;
      }
      const expected = {
        status: 403,
        json: {
          code: 'FORBIDDEN',
          detail: /^ALLOWED_POLICY_ARNS .* Leave /,
          errors: refused.map((i) => ({ pointer: `/additionalPolicyArns/${i}` })),
        },
      };
      t.match(dry, expected, `${what}, dry`);
      t.equal(dry.json.errors.length, refused.length);
      t.match(await rest(method, url, { clusters: a, additionalPolicyArns }), expected, what);
      t.match(
        (await changes(accountId))[0],
        { outcome: 'FAILED', steps: [], error: { code: 'FORBIDDEN' } },
        `${what}: logged`,
      );
    }
    if (refused.length > 0) t.same(ledger(), [], what);
    seed(['a']);
    t.equal(
      (await rest('POST', `${role}/extend`, { clusters: clusters('b') })).status,
      200,
      `${what}: without further policies`,
    );
  }
});

t.test('nor does a revert attach a policy that is not allowed', async (t) => {
  const logs = 'arn:aws:iam::aws:policy/CloudWatchLogsFullAccess';
  const guardRails: GuardRails = {
    roleNames: null,
    rolePaths: null,
    permissionsBoundary: null,
    policyArns: '*',
  };
  const service = await startService(t, { deps: () => ({ guardRails }) });
  const { accountId, role, seed, ledger } = await service.account();
  seed(['a']);
  const ensured = await service.rest('PUT', role, { clusters: a, additionalPolicyArns: [logs] });
  const reverted = await service.rest('POST', `/v1/changes/${ensured.json.change.id}/revert`, {});
  t.match(reverted, { status: 200 });
  const before = ledger().length;
  guardRails.policyArns = null;
  const answer = await service.rest('POST', `/v1/changes/${reverted.json.change.id}/revert`, {});
  t.match(answer, { status: 403, json: { code: 'FORBIDDEN', detail: /^ALLOWED_POLICY_ARNS / } });
  t.equal(ledger().length, before);
  t.match((await service.changes(accountId))[0], {
    kind: 'REVERT',
    outcome: 'FAILED',
    error: { code: 'FORBIDDEN' },
  });
});
