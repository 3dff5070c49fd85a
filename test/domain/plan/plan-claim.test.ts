import t from 'tap';
import { type HeldClaim, keepClaims, planRelease } from '#src/domain/plan/plan-claim.ts';
import { planExtend } from '#src/domain/plan/plan-extend.ts';
import { isRefusal, type PlanResult } from '#src/domain/plan/planned.ts';
import { absent, lineOf, observed, policy, statement } from '#test/domain/fixtures/observed.ts';
import { requiredPolicy } from '../fixtures/observed.ts';

const w1 = { region: 'us-west-2', name: 'w1' };
const claim = (claimant: string, name = 'w1'): HeldClaim => ({ claimant, cluster: { ...w1, name } });
const told = (result: PlanResult) =>
  isRefusal(result) ? result.refused : `${result.kind} ${result.steps.length} ${result.lineKept ?? '-'}`;
const role = (...names: string[]) => observed(policy(statement(names.map((name) => lineOf(name)))));

const releases: [what: string, lines: string[], claims: HeldClaim[], expected: string, override?: boolean][] =
  [
    ['no claim', ['first', 'w1'], [], 'RETRACT 1 -'],
    ['no claim, no line', ['first'], [], 'CLUSTER_NOT_LISTED'],
    ['no claim, the last line', ['w1'], [], 'LAST_CLUSTER'],
    ['its own', ['first', 'w1'], [claim('a')], 'RETRACT 1 -'],
    ['its own, no line', ['first'], [claim('a')], 'RELEASE 0 -'],
    ['its own, the last line', ['w1'], [claim('a')], 'RELEASE 0 LAST_CLUSTER'],
    ['shared', ['first', 'w1'], [claim('a'), claim('b')], 'RELEASE 0 CLAIMED'],
    ['shared, the last line', ['w1'], [claim('a'), claim('b')], 'RELEASE 0 CLAIMED'],
    ['shared, no line', ['first'], [claim('a'), claim('b')], 'RELEASE 0 -'],
    ['shared, overridden', ['first', 'w1'], [claim('a'), claim('b')], 'RETRACT 1 -', true],
    ['shared, the last line, overridden', ['w1'], [claim('a'), claim('b')], 'RELEASE 0 LAST_CLUSTER', true],
    ['of another: a guard refuses it', ['first', 'w1'], [claim('b')], 'RETRACT 1 -'],
    ['of another cluster', ['first', 'w1'], [claim('a', 'first')], 'RETRACT 1 -'],
  ];
for (const [what, lines, claims, expected, override = false] of releases)
  t.test(what, async (t) => {
    t.equal(told(planRelease(role(...lines), w1, claims, { claimant: 'a', override })), expected);
  });

t.test('a claimant without another line needs the wide line', async (t) => {
  const wide = { region: 'us-west-2', name: '*' };
  const release = (...lines: string[]) =>
    told(
      planRelease(role(...lines), wide, [claim('a', '*'), claim('b')], { claimant: 'a', override: false }),
    );
  t.equal(release('first', '*'), 'RELEASE 0 CLAIMED');
  t.equal(release('first', '*', 'w1'), 'RETRACT 1 -');
});

t.test('a refused change ends no claim', async (t) => {
  const { trustText } = role('first', 'w1').role;
  const linked = observed(trustText, { path: '/aws-service-role/eks.amazonaws.com/' });
  t.equal(
    told(planRelease(linked, w1, [claim('a')], { claimant: 'a', override: false })),
    'UNMODIFIABLE_ROLE',
  );
  t.equal(told(planRelease(absent(), w1, [], { claimant: 'a', override: false })), 'ROLE_NOT_FOUND');
});

t.test('a claim is a change of its own where nothing is written', async (t) => {
  const covered = role('first', '*');
  const keep = (target: typeof covered, claims: HeldClaim[]) =>
    told(keepClaims(planExtend(target, [w1], 'REFUSE', false), [w1], claims, 'a'));
  t.equal(keep(covered, []), 'CLAIM 0 -');
  t.equal(keep(covered, [claim('b'), claim('a', 'w2')]), 'CLAIM 0 -');
  t.equal(keep(covered, [claim('a')]), 'EXTEND 0 -');
  t.equal(keep(role('first'), []), 'EXTEND 1 -');
  t.equal(
    keep(observed(policy(statement(lineOf('*'))), { attached: [requiredPolicy('aws-cn')] }), []),
    'REPAIR 1 -',
  );
});
