import fc from 'fast-check';
import t from 'tap';
import type { Change } from '#src/schema/change.ts';
import { clusters, roleName, startService } from '#test/support/service.ts';

// Whatever the requests, and however AWS fails: the AWS sandbox's own ledger of writes and our history agree.

const { rest, account, world } = await startService(t, { requestTimeoutMs: 300 });
const run = Number(process.env.SEED ?? Date.now() % 1_000_000);
const pick = fc.sample(
  fc.record({ verb: fc.nat(5), role: fc.nat(1), cluster: fc.nat(4), fault: fc.nat(11) }),
  { numRuns: 60, seed: run },
);

const faults = [
  { action: 'iam:AttachRolePolicy', code: 'AccessDenied' },
  { action: 'iam:AttachRolePolicy', kind: 'reset', when: 'after' },
  { action: 'iam:UpdateAssumeRolePolicy', kind: 'reset', when: 'before' },
  { action: 'iam:UpdateAssumeRolePolicy', code: 'ServiceFailure', when: 'after' },
  { action: 'iam:UpdateAssumeRolePolicy', kind: 'hang', when: 'after' },
  { action: 'iam:CreateRole', kind: 'reset', when: 'after' },
  { action: 'iam:TagRole', code: 'AccessDenied' },
] as const;

t.test(`sixty requests at random (SEED=${run})`, async (t) => {
  const { accountId, roles, ledger } = await account();
  const names = [roleName, 'other'];
  const ask = async ({ verb, role, cluster, fault }: (typeof pick)[number]) => {
    const struck = faults[fault];
    if (struck) world.addFaults({ fail: [{ accountId, times: 1, ...struck }] });
    const url = `${roles}/${names[role]}`;
    const body = { clusters: clusters(`c${cluster}`) };
    const requests = [
      ['POST', roles, { ...body, roleName: names[role], tags: { n: `${cluster}` } }],
      ['PUT', url, { ...body, tags: { n: `${cluster}` } }],
      ['POST', `${url}/extend`, { ...body, onMismatch: 'REPLACE' }],
      ['PUT', `${url}/clusters/us-west-2/c${cluster}`, {}],
      ['DELETE', `${url}/clusters/us-west-2/c${cluster}`, undefined],
      ['POST', `${url}/extend?dryRun=true`, body],
    ] as const;
    const [method, path, payload] = requests[verb] ?? requests[0];
    const { status, json } = await rest(method, path, payload);
    t.ok(status < 500 || status === 502 || status === 503, `${method} ${path}: ${status} ${json.code ?? ''}`);
  };
  // Three at a time, so that some meet at one role.
  for (let i = 0; i < pick.length; i += 3) await Promise.all(pick.slice(i, i + 3).map(ask));
  world.clearFaults();

  const history: Change[] = [];
  let cursor = '';
  do {
    const { json } = await rest('GET', `/v1/changes?accountId=${accountId}&limit=7${cursor}`);
    history.unshift(...json.items.toReversed());
    cursor = json.nextCursor && `&cursor=${json.nextCursor}`;
  } while (cursor);
  t.equal(new Set(history.map(({ id }) => id)).size, history.length, 'no change is on two pages');
  t.notOk(
    history.some(({ outcome }) => outcome === 'PENDING'),
    'every change has its outcome',
  );

  const accepted = ledger();
  // Their number depends on the seed: a write that is not visible blocks its role for a minute.
  t.ok(accepted.length >= 2, `AWS accepted ${accepted.length} writes`);
  const steps = history.flatMap(({ steps, roleName }) => steps.map((step) => ({ ...step, roleName })));
  for (const { action, requestId, roleName, sessionName } of accepted) {
    // When the answer was lost, so was AWS's request ID, and the step has none.
    const unnamed = (wanted: string) =>
      steps.findIndex(
        (step) =>
          step.awsRequestId === null &&
          step.action === action &&
          step.roleName === roleName &&
          step.outcome === wanted,
      );
    const found = [
      steps.findIndex((step) => step.awsRequestId === requestId),
      unnamed('SUCCEEDED'),
      unnamed('UNKNOWN'),
    ].find((i) => i >= 0);
    const [step] = found === undefined ? [] : steps.splice(found, 1);
    t.match(step, { action, roleName }, `${action} ${roleName} is in the history`);
    t.not(step?.outcome, 'FAILED', 'and not as failed');
    t.equal(sessionName, 'rolewright-anonymous');
  }
  for (const { action, outcome } of steps)
    t.not(outcome, 'SUCCEEDED', `${action}, which AWS did not take, is no success`);
});
