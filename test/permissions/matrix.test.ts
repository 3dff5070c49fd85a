import { getNamedType, isObjectType } from 'graphql';
import t, { type Test } from 'tap';
import { Fault } from '#src/fault.ts';
import { createGraphqlSchema } from '#src/http/graphql/schema.ts';
import { routes } from '#src/http/rest/routes.ts';
import { createSweepHandler } from '#src/jobs/sweep.ts';
import { exportLog } from '#src/operations/audit/export-log.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import { actions, jobOperations, operations } from '#src/operations/index.ts';
import { createPermissions } from '#src/permissions/cedar.ts';
import type { SweepDraft } from '#src/ports/sweeps.ts';
import type { Caller } from '#src/schema/caller.ts';
import type { DeadLetter } from '#src/schema/webhook.ts';
import { authenticateAnyone, headersOf, teamPolicies } from '#test/support/callers.ts';
import { callerOf } from '#test/support/scripted-aws.ts';
import { clusters, startService, type TestAccount, type TestService } from '#test/support/service.ts';

// Four roles × every operation × own and other account × every face and route, each cell really called.
// Sweeps act on their accounts through the job, with the caller of the row. A new operation fails here until
// it has a line.

const roles = ['viewer', 'operator', 'auditor', 'administrator'] as const;
type Role = (typeof roles)[number];
/** `accountReadiness` needs the permission of `fargateReadiness`. `caller` needs none: see its own test. */
type Name =
  | Exclude<keyof typeof operations, 'caller'>
  | Exclude<keyof typeof jobOperations, 'accountReadiness'>
  | 'exportLog';
type Flat = Record<string, unknown>;

const read: Role[] = ['viewer', 'operator', 'administrator'];
const write: Role[] = ['operator', 'administrator'];
const audit: Role[] = ['auditor', 'administrator'];
const administer: Role[] = ['administrator'];
const everyone = [...roles];

interface Cell {
  accountId: string;
  /** A role for this cell only. */
  roleName: string;
  team: string;
  /** A change of a role in the account. */
  changeId: string;
  /** A claim of a cluster of the role. */
  claimId: string;
  tokenId: string;
  sweepId: string;
  importId: string;
}

type RouteTo = (cell: Cell) => [method: string, url: string, body?: Flat];

interface Row {
  may: Role[];
  /** The operation concerns the service as a whole; accounts make no difference. */
  ofService?: true;
  input?: (cell: Cell) => Flat;
  /** Null where REST has no such route. */
  rest: RouteTo | null;
  /** REST's other way to the same operation, where there is one. */
  other?: RouteTo;
  /** The sweep that runs it in each account. */
  sweep?: (cell: Cell) => Pick<SweepDraft, 'operation'> & Partial<SweepDraft>;
  /** The input in GraphQL. Null when it has no such field. */
  args?: ((input: Flat) => Flat) | null;
}

const account = ({ accountId }: Cell) => ({ accountId });
const role = ({ accountId, roleName }: Cell) => ({ accountId, roleName });
const inRole = (cell: Cell) => ({ ...role(cell), clusters: clusters('c') });
const line = (cell: Cell) => ({ ...role(cell), region: 'us-west-2', name: 'a' });
const registered = (cell: Cell) => ({ ...account(cell), name: 'renamed', labels: { team: cell.team } });
const ofSweep = ({ sweepId }: Cell) => ({ id: sweepId });
const ofImport = ({ importId }: Cell) => ({ id: importId });
const ofSchedule = ({ roleName }: Cell) => ({ name: roleName });
const monthly = { cron: '0 0 1 * *', sweep: { select: { all: true } } };
const ofLetter = ({ roleName }: Cell) => ({ id: `event_${roleName}` });
const ofChange = ({ changeId }: Cell) => ({ id: changeId });
const one = (cell: Cell) => `/v1/accounts/${cell.accountId}`;
const at = (cell: Cell) => `${one(cell)}/execution-roles/${cell.roleName}`;
const newToken = ({ roleName }: Cell) => ({
  name: roleName,
  groups: ['viewers'],
  expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
});
const wrapped = (input: Flat) => ({ input });
const c = { clusters: clusters('c') };

const table: Record<Name, Row> = {
  account: { may: everyone, input: account, rest: (x) => ['GET', one(x)] },
  accounts: { may: everyone, ofService: true, rest: () => ['GET', '/v1/accounts'] },
  putAccount: {
    may: administer,
    input: registered,
    rest: (x) => ['PUT', one(x), { name: 'renamed', labels: { team: x.team } }],
    args: wrapped,
  },
  deleteAccount: { may: administer, input: account, rest: (x) => ['DELETE', one(x)] },
  checkExecutionRole: {
    may: read,
    input: inRole,
    rest: (x) => ['POST', `${at(x)}/check`, c],
    other: (x) => ['GET', `${at(x)}/check?cluster=us-west-2/c`],
    sweep: ({ roleName }) => ({ operation: 'CHECK', roleName, ...c }),
  },
  executionRole: { may: read, input: role, rest: (x) => ['GET', at(x)] },
  executionRoleCluster: { may: read, input: line, rest: (x) => ['GET', `${at(x)}/clusters/us-west-2/a`] },
  executionRoles: {
    may: read,
    input: account,
    rest: (x) => ['GET', `${one(x)}/execution-roles`],
    sweep: () => ({ operation: 'EXTEND', dryRun: true, ...c }),
  },
  fargateReadiness: {
    may: read,
    input: (x) => ({ ...account(x), region: 'us-west-2', name: 'a' }),
    rest: (x) => ['GET', `${one(x)}/clusters/us-west-2/a/fargate-readiness`],
    sweep: () => ({ operation: 'READINESS', regions: ['us-west-2'] }),
  },
  createExecutionRole: {
    may: write,
    input: (x) => ({ ...inRole(x), roleName: `${x.roleName}-new` }),
    rest: (x) => ['POST', `${one(x)}/execution-roles`, { ...c, roleName: `${x.roleName}-new` }],
    args: wrapped,
  },
  ensureExecutionRole: { may: write, input: inRole, rest: (x) => ['PUT', at(x), c], args: wrapped },
  extendExecutionRole: {
    may: write,
    input: inRole,
    rest: (x) => ['POST', `${at(x)}/extend`, c],
    other: (x) => ['PUT', `${at(x)}/clusters/us-west-2/c`, {}],
    args: wrapped,
    sweep: ({ roleName }) => ({ operation: 'EXTEND', roleName, ...c }),
  },
  retractCluster: {
    may: write,
    input: line,
    rest: (x) => ['DELETE', `${at(x)}/clusters/us-west-2/a`],
    args: wrapped,
  },
  pruneExecutionRole: {
    may: write,
    input: role,
    rest: (x) => ['POST', `${at(x)}/prune`, {}],
    args: wrapped,
  },
  revertChange: {
    may: write,
    input: ofChange,
    rest: (x) => ['POST', `/v1/changes/${x.changeId}/revert`, {}],
    args: wrapped,
  },
  claims: { may: read, ofService: true, rest: () => ['GET', '/v1/claims'] },
  endClaim: {
    may: administer,
    input: ({ claimId }) => ({ id: claimId }),
    rest: (x) => ['DELETE', `/v1/claims/${x.claimId}`],
  },
  changes: {
    may: everyone,
    ofService: true,
    rest: () => ['GET', '/v1/changes'],
    other: () => ['GET', '/v1/changes/export'],
  },
  change: { may: everyone, input: ofChange, rest: (x) => ['GET', `/v1/changes/${x.changeId}`] },
  changeProof: { may: audit, input: ofChange, rest: (x) => ['GET', `/v1/changes/${x.changeId}/proof`] },
  auditVerification: { may: audit, ofService: true, rest: () => ['GET', '/v1/audit/verification'] },
  createServiceToken: {
    may: administer,
    ofService: true,
    input: newToken,
    rest: (x) => ['POST', '/v1/service-tokens', newToken(x)],
    args: wrapped,
  },
  serviceTokens: { may: administer, ofService: true, rest: () => ['GET', '/v1/service-tokens'] },
  revokeServiceToken: {
    may: administer,
    ofService: true,
    input: ({ tokenId }) => ({ id: tokenId }),
    rest: (x) => ['DELETE', `/v1/service-tokens/${x.tokenId}`],
  },
  startSweep: {
    may: write,
    ofService: true,
    input: (x) => ({ operation: 'CHECK', select: { accountIds: [x.accountId] } }),
    rest: (x) => ['POST', '/v1/sweeps', { operation: 'CHECK', select: { accountIds: [x.accountId] } }],
    args: wrapped,
  },
  sweep: {
    may: read,
    ofService: true,
    input: ofSweep,
    rest: (x) => ['GET', `/v1/sweeps/${x.sweepId}`],
    other: (x) => ['GET', `/v1/sweeps/${x.sweepId}/events`],
  },
  sweeps: { may: read, ofService: true, rest: () => ['GET', '/v1/sweeps'] },
  sweepResults: {
    may: read,
    ofService: true,
    input: ofSweep,
    rest: (x) => ['GET', `/v1/sweeps/${x.sweepId}/results`],
    other: (x) => ['GET', `/v1/sweeps/${x.sweepId}/results?format=ndjson`],
  },
  cancelSweep: {
    may: write,
    ofService: true,
    input: ofSweep,
    rest: (x) => ['POST', `/v1/sweeps/${x.sweepId}/cancel`],
  },
  importAccounts: { may: administer, ofService: true, rest: () => ['POST', '/v1/accounts/import'] },
  accountImport: {
    may: administer,
    ofService: true,
    input: ofImport,
    rest: (x) => ['GET', `/v1/account-imports/${x.importId}`],
  },
  accountImportChanges: {
    may: administer,
    ofService: true,
    input: ofImport,
    rest: (x) => ['GET', `/v1/account-imports/${x.importId}/changes`],
  },
  posture: { may: read, ofService: true, rest: () => ['GET', '/v1/posture'] },
  postureAccounts: { may: read, ofService: true, rest: () => ['GET', '/v1/posture/accounts'] },
  postureTrend: { may: read, ofService: true, rest: () => ['GET', '/v1/posture/trend'] },
  schedules: { may: read, ofService: true, rest: () => ['GET', '/v1/schedules'] },
  schedule: {
    may: read,
    ofService: true,
    input: ofSchedule,
    rest: (x) => ['GET', `/v1/schedules/${x.roleName}`],
  },
  putSchedule: {
    may: write,
    ofService: true,
    input: (x) => ({ ...ofSchedule(x), ...monthly }),
    rest: (x) => ['PUT', `/v1/schedules/${x.roleName}`, monthly],
    args: wrapped,
  },
  deleteSchedule: {
    may: write,
    ofService: true,
    input: ofSchedule,
    rest: (x) => ['DELETE', `/v1/schedules/${x.roleName}`],
  },
  deadLetters: { may: administer, ofService: true, rest: () => ['GET', '/v1/webhooks/dead-letters'] },
  redeliverDeadLetter: {
    may: administer,
    ofService: true,
    input: ofLetter,
    rest: (x) => ['POST', `/v1/webhooks/dead-letters/${ofLetter(x).id}/redeliver`],
  },
  checkExecutionRoles: {
    may: read,
    input: account,
    rest: null,
    args: null,
    sweep: () => ({ operation: 'CHECK' }),
  },
  exportLog: { may: audit, ofService: true, rest: () => ['GET', '/v1/audit/export'], args: null },
};

/** The answer of a face: the code of its problem, or null after success. */
type Outcome = { code: string | null; detail: string };
type Face = (
  service: TestService,
  deps: Deps,
  name: Name,
  cell: Cell,
  caller: Pick<Caller, 'actor' | 'groups'>,
) => Promise<Outcome>;

/** `OTHER`: REST by its other route. */
type FaceName = Caller['via'] | 'OTHER';

const overRest =
  (routeOf: (row: Row) => RouteTo | null | undefined): Face =>
  async ({ app }, _, name, cell, caller) => {
    const route = routeOf(table[name]);
    if (!route) throw new Error(`REST has no ${name}`);
    const [method, url, payload] = route(cell);
    const answer = await app.inject({
      method: method as 'GET',
      url,
      ...(payload && { payload }),
      headers: headersOf(caller.groups, caller),
    });
    if (answer.statusCode < 300) return { code: null, detail: '' };
    const { code, detail, status } = answer.json() as { code: string; detail: string; status: number };
    return { code: code === 'FORBIDDEN' && status !== 403 ? `FORBIDDEN as ${status}` : code, detail };
  };

const schema = createGraphqlSchema();
const faces: Record<FaceName, Face> = {
  REST: overRest(({ rest }) => rest),
  OTHER: overRest(({ other }) => other),

  async GRAPHQL({ app }, _, name, cell, caller) {
    const { args = (input) => input, input = () => ({}) } = table[name];
    const fields = { ...schema.getQueryType()?.getFields(), ...schema.getMutationType()?.getFields() };
    const field = fields[name];
    if (!field || !args) throw new Error(`GraphQL has no ${name}`);
    const variables = args(input(cell));
    const given = field.args.filter((arg) => arg.name in variables);
    const declared =
      given.length > 0 ? `(${given.map((arg) => `$${arg.name}: ${arg.type}`).join(', ')})` : '';
    const passed = given.length > 0 ? `(${given.map((arg) => `${arg.name}: $${arg.name}`).join(', ')})` : '';
    const kind = schema.getMutationType()?.getFields()[name] ? 'mutation' : 'query';
    const query = `${kind} ${declared} { ${name}${passed} ${isObjectType(getNamedType(field.type)) ? '{ __typename }' : ''} }`;
    const headers = headersOf(caller.groups, caller);
    const { errors } = (
      await app.inject({ method: 'POST', url: '/graphql', payload: { query, variables }, headers })
    ).json();
    return errors
      ? { code: errors[0].extensions.code, detail: errors[0].message }
      : { code: null, detail: '' };
  },

  async SWEEP(_, deps, name, cell, caller) {
    const { sweep, input = () => ({}) } = table[name];
    if (sweep) return swept(deps, name, cell, { ...blank, ...sweep(cell) }, caller);
    // No job runs these: a call via SWEEP is refused like the rest.
    const whole: Caller = { ...caller, scope: null, via: 'SWEEP', requestId: 'sweep' };
    try {
      const given = input(cell);
      await (name === 'exportLog'
        ? exportLog(deps, given, whole, [])
        : { ...operations, ...jobOperations }[name].call(deps, given, whole));
      return { code: null, detail: '' };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { code: error.code, detail: error.message };
    }
  },
};

const blank = { dryRun: false, roleName: null, clusters: null, regions: null, reason: null };

/**
 * Does a sweep of one account as a replica does. The row is stored directly, because this caller may not be
 * allowed to start sweeps. Answers the refusal of this operation; other operations of the sweep have their
 * own lines.
 */
async function swept(
  deps: Deps,
  name: Name,
  { accountId }: Cell,
  asked: Omit<SweepDraft, 'id' | 'caller' | 'createdAt'>,
  { actor, groups }: Pick<Caller, 'actor' | 'groups'>,
): Promise<Outcome> {
  const id = `sweep_${deps.newId()}`;
  const caller = { actor, groups, scope: null, requestId: id };
  await deps.sweeps.start(
    { ...asked, id, caller, createdAt: deps.now() },
    { accountIds: [accountId] },
    null,
    1,
  );
  await createSweepHandler(
    deps,
    1,
    [],
  )({ sweepId: id, from: accountId, to: accountId }, new AbortController().signal);
  const results = await deps.sweeps.results({ id, after: 0, limit: 1000 });
  if (results.length === 0) throw new Error(`the sweep for ${name} has no results`);
  const errors = results.flatMap(({ error }) => error ?? []);
  const others = (detail: string) => /^Permission denied: (\w+)/.exec(detail)?.[1] ?? name;
  const [first] = errors.filter(({ detail }) => others(detail) === name);
  return { code: first?.code ?? null, detail: first?.detail ?? '' };
}

/** A service, with an account of team payments and one of team core. */
async function start(t: Test, policies: string | null) {
  let parts: Omit<Deps, 'log'> | null = null;
  const service = await startService(t, {
    authenticate: () => authenticateAnyone,
    deps: (real) => {
      // The imported accounts make no difference here.
      const organizations = { roleArn: 'arn:aws:iam::900000000009:role/R', async *pages() {}, close() {} };
      // There is no dead letter either.
      const outbox = { ...real.outbox, redeliver: async (id: string) => ({ id }) as DeadLetter };
      parts = {
        ...real,
        organizations,
        outbox,
        ...(policies !== null && { permissions: createPermissions(policies) }),
      };
      return parts;
    },
  });
  if (!parts) throw new Error('the service was not given its parts');
  const deps: Deps = { ...(parts as Omit<Deps, 'log'>), log: service.app.log };
  const [own, other] = [
    await service.account({ labels: { team: 'payments' } }),
    await service.account({ labels: { team: 'core' } }),
  ];
  return {
    service,
    deps,
    accounts: [own, other].map((account, i) => ({ account, team: i === 0 ? 'payments' : 'core' })),
  };
}

let cells = 0;

/**
 * Calls one operation as the role, in one account, through one face. Answers the result and the calls to AWS.
 */
async function call(
  { service, deps }: Awaited<ReturnType<typeof start>>,
  name: Name,
  { account, team }: { account: TestAccount; team: string },
  face: FaceName,
  groups: string[],
  /** Is the sweep or the schedule that it is about the caller's own? */
  own = false,
) {
  const roleName = `cell-${cells++}`;
  const actor = { subject: `${groups[0]} ${roleName}`, issuer: null };
  account.seed(['a', 'b'], { roleName });
  // Stored directly, because the administrator in these policies belongs to a team.
  const known = {
    accountId: account.accountId,
    name: 'x',
    partition: 'aws',
    memberRoleArn: null,
    externalId: null,
  } as const;
  await deps.accounts.put({ ...known, labels: { team } });
  const machine = {
    ...callerOf(`the machine of ${roleName}`),
    ...(own && { actor }),
    groups: ['operators', 'rolewright-operators', team],
  };
  const extending = { accountId: account.accountId, roleName, clusters: clusters('z') };
  const changed =
    name === 'revertChange' || name === 'change' || name === 'changeProof'
      ? await operations.extendExecutionRole.call(deps, extending, machine)
      : null;
  if (name === 'endClaim')
    await operations.extendExecutionRole.call(deps, { ...extending, claimant: roleName }, machine);
  const [claim] = await deps.claims.ofRole(account.accountId, roleName);
  if (name === 'changeProof') await service.checkpoint();
  const administrator = { ...machine, groups: ['administrators', 'rolewright-administrators', team] };
  const made =
    name === 'revokeServiceToken'
      ? await operations.createServiceToken.call(
          deps,
          newToken({ roleName: `${roleName}-revoked` } as Cell),
          administrator,
        )
      : null;
  const importing = name.startsWith('accountImport')
    ? await operations.importAccounts.call(deps, {}, administrator)
    : null;
  await Promise.all(deps.inFlight);
  if (['schedule', 'deleteSchedule', 'putSchedule'].includes(name))
    await operations.putSchedule.call(deps, { name: roleName, ...monthly }, machine);
  const sweeping = ['sweep', 'sweepResults', 'cancelSweep'].includes(name)
    ? await operations.startSweep.call(
        deps,
        { operation: 'CHECK', select: { accountIds: [account.accountId] } },
        machine,
      )
    : null;
  // So that streams of it end.
  if (sweeping && name !== 'cancelSweep') await deps.sweeps.cancel((sweeping as { id: string }).id);
  const cell: Cell = {
    accountId: account.accountId,
    roleName,
    team,
    sweepId: (sweeping as { id: string } | null)?.id ?? '',
    importId: (importing as { id: string } | null)?.id ?? '',
    claimId: claim?.id ?? '',
    tokenId: (made as { serviceToken: { id: string } } | null)?.serviceToken.id ?? '',
    changeId: (changed as { change: { id: string } } | null)?.change.id ?? '',
  };
  const before = JSON.stringify(account.calls());
  const outcome = await faces[face](service, deps, name, cell, { actor, groups });
  return { cell, outcome, isSeenByAws: JSON.stringify(account.calls()) !== before };
}

t.test('every operation has its line, and every line an operation', async (t) => {
  // `speakFor` goes with any of them: see speak-for.test.ts.
  const called = actions.map(({ name }) => name).filter((name) => name !== 'speakFor');
  t.same(Object.keys(table).sort(), called.sort());
});

t.test('every route of REST is in the matrix', async (t) => {
  // Routes outside the table: server-sent events, and the exports.
  const beside: Partial<Record<Name, number>> = { sweep: 1, changes: 1, exportLog: 1 };
  for (const [name, { rest, other }] of Object.entries(table) as [Name, Row][]) {
    const ofName = routes.filter(({ operation }) => operation.name === name);
    const ways = ofName.length + ofName.filter(({ stream }) => stream).length + (beside[name] ?? 0);
    t.equal([rest, other].filter(Boolean).length, ways, name);
  }
});

/** The faces that have the operation. */
const facesOf = ({ args, rest, other }: Row) =>
  (Object.keys(faces) as FaceName[]).filter(
    (face) =>
      !(
        (face === 'GRAPHQL' && args === null) ||
        (face === 'REST' && rest === null) ||
        (face === 'OTHER' && !other)
      ),
  );

t.test("in accounts of the caller's team and of another", async (t) => {
  const started = await start(t, teamPolicies);
  for (const [name, row] of Object.entries(table) as [Name, Row][])
    t.test(name, async (t) => {
      const { may, ofService } = row;
      for (const role of roles)
        for (const [i, account] of started.accounts.entries())
          for (const face of facesOf(row)) {
            const { cell, outcome, isSeenByAws } = await call(started, name, account, face, [
              `${role}s`,
              'payments',
            ]);
            const expected = may.includes(role) && (i === 0 || ofService) ? null : 'FORBIDDEN';
            const what = `${role}, ${i === 0 ? 'own' : 'other'} account, ${face}`;
            t.equal(outcome.code, expected, `${what}: ${expected ?? 'may'}`, { outcome });
            if (expected === null) continue;
            t.notOk(isSeenByAws, `${what}: nothing is done before`);
            await t.test(`${what}: in the log`, (t) =>
              expectLogged(
                t,
                started,
                name,
                cell,
                face === 'OTHER' ? 'REST' : face,
                `${role}s ${cell.roleName}`,
              ),
            );
          }
    });
});

const kinds: Partial<Record<Name, string>> = {
  createExecutionRole: 'CREATE',
  ensureExecutionRole: 'EXTEND',
  extendExecutionRole: 'EXTEND',
  retractCluster: 'RETRACT',
  pruneExecutionRole: 'RETRACT',
  revertChange: 'REVERT',
  endClaim: 'RELEASE',
};

/** The log entry of a denied write, by its caller, who is unique to the cell. Empty for other operations. */
async function expectLogged(
  t: Test,
  { deps }: { deps: Deps },
  name: Name,
  cell: Cell,
  via: string,
  actor: string,
) {
  const { items } = await deps.ledger.list({ actor });
  const error = {
    code: 'FORBIDDEN',
    detail: /^Permission denied: \w+ (in account \d{12}|for (change|claim) [\w-]+)\. /,
  };
  const roleName = name === 'createExecutionRole' ? `${cell.roleName}-new` : cell.roleName;
  const kind = kinds[name];
  t.match(
    items,
    kind === undefined
      ? []
      : [
          {
            kind,
            outcome: 'FAILED',
            accountId: cell.accountId,
            roleName,
            via,
            error,
            steps: [],
            planned: [],
          },
        ],
  );
  t.equal(items.length, kind === undefined ? 0 : 1);
}

t.test('the policies that are shipped: the same roles, in all accounts', async (t) => {
  const started = await start(t, null);
  for (const [name, { may, rest }] of Object.entries(table) as [Name, Row][])
    for (const role of [...roles, 'stranger'] as const)
      for (const account of rest ? started.accounts : []) {
        const { outcome } = await call(started, name, account, 'REST', [`rolewright-${role}s`]);
        const expected = role !== 'stranger' && may.includes(role) ? null : 'FORBIDDEN';
        t.equal(outcome.code, expected, `${role}, ${name}: ${expected ?? 'may'}`, { outcome });
      }
});

t.test('policies that depend on the owner', async (t) => {
  const started = await start(
    t,
    'permit (principal, action, resource); forbid (principal, action, resource) unless { !(context has own) || context.own };',
  );
  const [account] = started.accounts;
  if (!account) throw new Error('there is no account');
  for (const [name, row] of Object.entries(table) as [Name, Row][])
    for (const face of facesOf(row))
      for (const own of [true, false]) {
        const { outcome } = await call(started, name, account, face, ['anyone', account.team], own);
        const expected = own || !ofSomebody.includes(name) ? null : 'FORBIDDEN';
        t.equal(
          outcome.code,
          expected,
          `${name}, ${own ? 'own' : "another's"}, ${face}: ${expected ?? 'may'}`,
          { outcome },
        );
      }
});

const ofSomebody = ['sweep', 'sweepResults', 'cancelSweep', 'schedule', 'putSchedule', 'deleteSchedule'];
