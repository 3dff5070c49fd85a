import fc from 'fast-check';
import t from 'tap';
import { check } from '#src/domain/check/check.ts';
import { assemble } from '#src/domain/plan/assemble.ts';
import { refuseLostCoverage } from '#src/domain/plan/effects/lost-coverage.ts';
import { planEnsure } from '#src/domain/plan/plan-ensure.ts';
import { planExtend } from '#src/domain/plan/plan-extend.ts';
import { planRetract } from '#src/domain/plan/plan-retract.ts';
import { isRefusal, type Planned, type PlanResult } from '#src/domain/plan/planned.ts';
import type { RoleState } from '#src/domain/role/role-state.ts';
import { parseTrust } from '#src/domain/trust/parse-trust.ts';
import { readTrust } from '#src/domain/trust/read-trust.ts';
import type { Cluster, JsonObject } from '#src/schema/primitives.ts';
import type { OnMismatch } from '#src/schema/role.ts';
import { clusters, documents, isAbout, names, regions, requests } from '#test/domain/fixtures/generated.ts';
import { globbed, isAllowed, type Request } from '#test/domain/fixtures/iam.ts';
import { accountId, context, lineOf, observed, service } from '#test/domain/fixtures/observed.ts';
import { isListed } from '#test/domain/fixtures/widening.ts';

const numRuns = 150;
const roomy = { quota: 20_000 };

/** Applies the steps as IAM would. */
function applied(role: RoleState, { steps }: Planned): RoleState {
  const after = { ...role, attached: [...role.attached], tags: { ...role.tags } };
  for (const { action, detail } of steps) {
    if (action === 'iam:UpdateAssumeRolePolicy') after.trustText = JSON.stringify(detail.policyDocument);
    else if (action === 'iam:AttachRolePolicy') after.attached.push(detail.policyArn);
    else if (action === 'iam:TagRole') Object.assign(after.tags, detail.tags);
    else throw new Error(`no ${action} is planned here`);
  }
  return after;
}

const trustOf = (role: RoleState) => JSON.parse(role.trustText) as JsonObject;
const statementsOf = (document: JsonObject) => [document.Statement].flat() as JsonObject[];
const show = (document: JsonObject) => JSON.stringify(document);
const planned = (result: PlanResult): Planned | null => (isRefusal(result) ? null : result);

interface Comparison {
  gained: Request[];
  lost: Request[];
}
/** The requests that gain the role by the change, and those that lose it. */
function compare(before: JsonObject, after: JsonObject): Comparison {
  const rows = requests.map((request) => ({
    request,
    was: isAllowed(before, request),
    is: isAllowed(after, request),
  }));
  return {
    gained: rows.filter(({ was, is }) => is && !was).map(({ request }) => request),
    lost: rows.filter(({ was, is }) => was && !is).map(({ request }) => request),
  };
}

/** One text for each way in which the plan is wrong. */
type Judge = (
  about: { before: JsonObject; after: JsonObject; plan: Planned; asked: Cluster[] } & Comparison,
) => string[];

function everyPlan(plan: (trust: JsonObject, asked: Cluster[]) => Planned | null, judge: Judge) {
  let plans = 0;
  fc.assert(
    fc.property(documents, clusters, (before, asked) => {
      const made = plan(before, asked);
      if (!made) return;
      plans += made.steps.length > 0 ? 1 : 0;
      const after = trustOf(applied(observed(before).role, made));
      const faults = judge({ before, after, plan: made, asked, ...compare(before, after) });
      if (faults.length > 0)
        throw new Error(
          `${faults.join('; ')}\nbefore ${show(before)}\nafter  ${show(after)}\nasked  ${JSON.stringify(asked)}`,
        );
    }),
    { numRuns },
  );
  return plans;
}

const extend =
  (mode: OnMismatch, compact = false) =>
  (trust: JsonObject, asked: Cluster[]) =>
    planned(planExtend(observed(trust, {}, roomy), asked, mode, compact));

const ensure = (trust: JsonObject, asked: Cluster[]) =>
  planned(planEnsure(observed(trust, {}, roomy), { clusters: asked }));

/**
 * Only the service gains, and only what was asked; others gain it with the service where they share its
 * statement.
 */
const notAsked = ({ before, gained, asked }: Parameters<Judge>[0]) =>
  gained
    .filter(
      (request) =>
        !asked.some((cluster) => isAbout(request, cluster)) || !sharesWithService(before, request.principal),
    )
    .map((request) => `${request.principal} gains ${request.sourceArn}`);
const sharesWithService = (document: JsonObject, principal: string) =>
  principal === service ||
  statementsOf(document).some((s) =>
    [principal, service].every((name) => show({ Principal: s.Principal }).includes(name)),
  );

/** Can a Deny keep the service out for a profile of the cluster? One whose outcome cannot be known can. */
const isBarred = (document: JsonObject, cluster: Cluster) => {
  const denials = statementsOf(document).filter((s) => s.Effect === 'Deny');
  const opened = {
    ...document,
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }, ...denials],
  };
  return requests.some((r) => r.principal === service && isAbout(r, cluster) && !isAllowed(opened, r));
};

/**
 * Does the service get in for all profiles of the cluster? An Allow whose outcome cannot be known counts for
 * nothing (the contract's CONDITION_UNPROVABLE), so what is asked besides is taken to fail.
 */
const isReached = (document: JsonObject, cluster: Cluster) =>
  !isBarred(document, cluster) &&
  requests.every(
    (r) => r.principal !== service || r.otherwise || !isAbout(r, cluster) || isAllowed(document, r),
  );

/**
 * The same for one Allow alone. A cluster whose profiles two statements let in, each in part, counts as not
 * covered.
 */
const isReachedByOne = (document: JsonObject, cluster: Cluster) =>
  statementsOf(document)
    .filter((s) => s.Effect === 'Allow')
    .some((s) =>
      isReached(
        {
          ...document,
          Statement: statementsOf(document).filter((other) => other === s || other.Effect === 'Deny'),
        },
        cluster,
      ),
    );

/** The service gets in for every profile of the request, and for no other account's. */
const notReached = ({ after, asked }: Parameters<Judge>[0]) => [
  ...asked
    .filter((cluster) => !isReached(after, cluster))
    .map(({ region, name }) => `${region}/${name} does not get in`),
  ...requests
    .filter(
      (request) =>
        request.principal === service && request.sourceAccount !== accountId && isAllowed(after, request),
    )
    .map((request) => `${request.sourceArn} gets in`),
];

/** The statements of the first document that are missing, in order, from the second. */
function missingFrom(now: JsonObject[], old: JsonObject[]): string[] {
  let from = 0;
  return old.flatMap((statement) => {
    const at = now.findIndex((other, i) => i >= from && show(other) === show(statement));
    if (at >= 0) from = at + 1;
    return at >= 0 ? [] : [`${show(statement)} is not as it was`];
  });
}
const isOther = (statement: JsonObject) =>
  !show(statement).includes('eks-fargate-pods') && statement.NotPrincipal === undefined;
const othersChanged = ({ before, after }: Parameters<Judge>[0]) =>
  missingFrom(statementsOf(after), statementsOf(before).filter(isOther));

/** The clusters that have their own line in an Allow for the service. */
const listed = (before: JsonObject): Cluster[] => {
  const lines = statementsOf(before)
    .filter(
      (s) =>
        s.Effect === 'Allow' && /eks-fargate-pods|NotPrincipal/.test(show(s)) && /AssumeRole/.test(show(s)),
    )
    .filter((s) => !/Not(Like|Equals)/.test(show(s)))
    .flatMap((s) => show(s).match(/arn:[^"]*/g) ?? []);
  return regions
    .flatMap((region) => names.map((name) => ({ region, name })))
    .filter(({ region, name }) => lines.includes(lineOf(name, region)));
};

/**
 * `effects` names the clusters that gain, and none that does not; of those that it calls lost, none is still
 * covered.
 */
function untold({ before, after, asked, plan }: Parameters<Judge>[0]): string[] {
  // Access by NotPrincipal never counts as coverage. Neither does what a value that is not an ARN may block.
  if (/NotPrincipal|ArnNotLike|"Deny".*[":]\*"/.test(show(before))) return [];
  // The small world says nothing about all clusters or all Regions.
  const small = (clusters: Cluster[]) =>
    clusters.filter(({ region, name }) => regions.includes(region) && names.includes(name));
  const gains = (cluster: Cluster) => !isReachedByOne(before, cluster) && isReachedByOne(after, cluster);
  const told = small(plan.effects.clustersGained);
  const isTold = ({ region, name }: Cluster) =>
    told.some((one) => one.region === region && one.name === name);
  const mustBeTold = plan.kind === 'REPAIR' ? [...small(asked), ...listed(before)] : small(asked);
  return [
    ...mustBeTold
      .filter((cluster) => gains(cluster) && !isTold(cluster))
      .map(({ region, name }) => `${region}/${name} gains, untold`),
    ...told
      .filter((cluster) => !gains(cluster))
      .map(({ region, name }) => `${region}/${name} is called gained`),
    ...small(plan.effects.clustersLost)
      .filter((cluster) => isReached(after, cluster))
      .map(({ region, name }) => `${region}/${name} is called lost`),
  ];
}

const modes = ['REFUSE', 'MERGE', 'REPLACE'] as const;
const plans = [...modes.map((mode) => [mode, extend(mode)] as const), ['PUT', ensure] as const];

for (const [name, plan] of plans)
  t.test(
    `${name}: afterwards the check has no error, all that was asked gets in, and the same again plans nothing`,
    (t) => {
      const plans = everyPlan(plan, (about) => {
        const { after, asked } = about;
        const errors = check(observed(after, {}, roomy), asked).findings.filter(
          (f) => f.severity === 'ERROR',
        );
        const again = plan(after, asked)?.steps.map((step) => `again ${step.action}`) ?? ['again is refused'];
        return [...errors.map((e) => e.message), ...notReached(about), ...untold(about), ...again];
      });
      t.ok(plans > 15, `${plans} plans were tried`);
      t.end();
    },
  );

t.test('REFUSE: nobody loses the role, and only the requested clusters gain it', (t) => {
  const plans = everyPlan(extend('REFUSE'), (about) => {
    const { before, after, lost, plan } = about;
    const [old, now] = [statementsOf(before), statementsOf(after)];
    const changed = old.flatMap((statement, i) =>
      show(statement) === show(now[i] as JsonObject) ? [] : [i],
    );
    return [
      ...lost.map((request) => `${request.principal} loses ${request.sourceArn}`),
      ...notAsked(about),
      ...(plan.effects.clustersLost.length + plan.effects.statementsRemoved.length > 0
        ? ['the plan says that something is lost']
        : []),
      ...(old.length !== now.length || changed.length > 1 ? ['more than one statement is touched'] : []),
      ...(Array.isArray(before.Statement) === Array.isArray(after.Statement)
        ? []
        : ['Statement changes its form']),
    ];
  });
  t.ok(plans > 15, `${plans} plans were tried`);
  t.end();
});

t.test('PUT: nobody loses the role, and every statement stays or gains lines', (t) => {
  const plans = everyPlan(ensure, (about) => {
    const { before, after, lost, plan } = about;
    const [old, now] = [statementsOf(before), statementsOf(after)];
    return [
      ...lost.map((request) => `${request.principal} loses ${request.sourceArn}`),
      ...notAsked(about),
      ...(plan.effects.clustersLost.length + plan.effects.statementsRemoved.length > 0
        ? ['the plan says that something is lost']
        : []),
      ...(now.length < old.length ? ['a statement is gone'] : []),
      ...(missingFrom(now, old).length > (now.length === old.length ? 1 : 0)
        ? ['more is touched than takes a line']
        : []),
      ...(after.Version === before.Version || old.length === 0 ? [] : ['the version changes']),
    ];
  });
  t.ok(plans > 15, `${plans} plans were tried`);
  t.end();
});

/** The service's clusters in this account that lose coverage by a plan must be named. */
function unnamedLosses({ before, lost, plan }: Parameters<Judge>[0]): string[] {
  // Access by NotPrincipal never counts as coverage. statementsRemoved shows it.
  if (show(before).includes('NotPrincipal')) return [];
  // When two operators must hold, a cluster without its own line may be covered. It is not named.
  if (readTrust(before, context).statements.some((s) => s.sourceTests.length > 1)) return [];
  const isNamed = (cluster: Cluster) =>
    plan.effects.clustersLost.some(
      ({ region, name }) => globbed(region).test(cluster.region) && globbed(name).test(cluster.name),
    );
  return regions.flatMap((region) =>
    names.flatMap((name) => {
      const profiles = (of: Request[]) =>
        of.filter((r) => r.principal.startsWith('eks') && isAbout(r, { region, name }));
      // A cluster is covered if all its profiles are, in the better and in the worse world.
      return profiles(lost).length === profiles(requests).length && !isNamed({ region, name })
        ? [`${region}/${name} is lost and not named`]
        : [];
    }),
  );
}

/**
 * One profile of ours that is lost belongs to a cluster that is named, or came in by a statement that is
 * shown to go.
 */
function unshownLosses({ before, lost, plan }: Parameters<Judge>[0]): string[] {
  const { clustersLost, statementsRemoved } = plan.effects;
  if (statementsRemoved.length > 0 || show(before).includes('NotPrincipal')) return [];
  // When two operators must hold, a line of one may match nothing that the other lets in.
  if (readTrust(before, context).statements.some((s) => s.sourceTests.length > 1)) return [];
  const everything = { region: '*', name: '*' };
  return lost
    .filter((request) => request.principal === service && isAbout(request, everything))
    .filter(
      ({ sourceArn }) =>
        !clustersLost.some(({ region, name }) => globbed(lineOf(name, region)).test(sourceArn)),
    )
    .map(({ sourceArn }) => `${sourceArn} is lost, and effects do not say so`);
}

t.test('MERGE: only the requested clusters gain, losses are named, other statements stay', (t) => {
  const plans = everyPlan(extend('MERGE'), (about) => {
    const ofEc2 = about.lost
      .filter((r) => r.principal.startsWith('ec2'))
      .map((r) => `EC2 loses ${r.sourceArn}`);
    return [
      ...notAsked(about),
      ...unnamedLosses(about),
      ...unshownLosses(about),
      ...ofEc2,
      ...othersChanged(about),
    ];
  });
  t.ok(plans > 30, `${plans} plans were tried`);
  t.end();
});

t.test('REPLACE: every cluster with its own line is covered, and losses are named', (t) => {
  const plans = everyPlan(extend('REPLACE'), (about) => [
    ...(about.plan.kind === 'REPAIR'
      ? listed(about.before)
          .filter((cluster) => !isReached(about.after, cluster))
          .map(({ region, name }) => `${region}/${name} has lost its line`)
      : []),
    ...notAsked({
      ...about,
      gained: about.gained.filter((request) => !isListed(show(about.before), request)),
    }),
    ...unnamedLosses(about),
    ...(about.plan.kind === 'REPAIR'
      ? missingFrom(
          about.plan.effects.statementsRemoved.map((s) => s.statement),
          statementsOf(about.before),
        )
      : []),
  ]);
  t.ok(plans > 30, `${plans} plans were tried`);
  t.end();
});

t.test('compact: coverage stays the same, besides the requested clusters', (t) => {
  const plans = everyPlan(extend('REFUSE', true), (about) => [
    ...about.lost.map((request) => `${request.principal} loses ${request.sourceArn}`),
    ...notAsked(about),
    ...(about.plan.effects.clustersLost.length > 0 ? ['the plan says that a cluster is lost'] : []),
    ...(extend('REFUSE', true)(about.after, about.asked)?.steps ?? []).map((step) => `again ${step.action}`),
  ]);
  t.ok(plans > 15, `${plans} plans were tried`);
  t.end();
});

// REPLACE writes one line for each cluster. MERGE stands for it here.
for (const mode of ['REFUSE', 'MERGE'] as const)
  t.test(`${mode}: compacted or not, it says the same`, (t) => {
    const plans = everyPlan(extend(mode), ({ before, asked, plan }) => {
      const compacted = extend(mode, true)(before, asked);
      if (!compacted) return ['compact is refused'];
      const [plain, short] = [plan.after.trust, compacted.after.trust];
      const { gained, lost } = compare(plain, short);
      return [
        ...[...gained, ...lost].map((request) => `${request.sourceArn} is told otherwise`),
        ...(show(short).length > show(plain).length ? ['it is longer'] : []),
      ];
    });
    t.ok(plans > 15, `${plans} plans were tried`);
    t.end();
  });

t.test('retract: nobody gains, and only the requested cluster changes', (t) => {
  // Only clusters that have their own line, because the policies are random.
  const candidates = ['us-west-2', '*', 'eu-west-1'].flatMap((region) =>
    ['a', '*', 'b', 'ab'].map((name) => ({ region, name })),
  );
  const retract = (trust: JsonObject, asked: Cluster[]) => {
    for (const cluster of candidates) {
      const made = planned(planRetract(observed(trust), cluster));
      if (!made) continue;
      asked.splice(0, asked.length, cluster);
      return made;
    }
    return null;
  };
  const plans = everyPlan(retract, (about) => {
    const [cluster] = about.asked as [Cluster];
    return [
      ...about.gained.map((request) => `${request.principal} gains ${request.sourceArn}`),
      ...about.lost
        .filter((r) => r.principal.startsWith('eks') && !isAbout(r, cluster))
        .map((r) => `${r.sourceArn} is lost`),
      ...unnamedLosses(about),
      ...othersChanged(about),
      ...(about.plan.steps.length === 0 ? ['it plans nothing'] : []),
    ];
  });
  t.ok(plans > 15, `${plans} plans were tried`);
  t.end();
});

t.test('the last guard refuses every document that lets fewer clusters in', (t) => {
  const world = regions.flatMap((region) => names.map((name) => ({ region, name })));
  const seen = { refused: 0, kept: 0 };
  fc.assert(
    fc.property(documents, documents, clusters, (before, other, removing) => {
      // Access by NotPrincipal never counts as coverage, and no plan adds or removes a Deny.
      fc.pre(!show(before).includes('NotPrincipal') && !show(other).includes('NotPrincipal'));
      // A value that is not an ARN is expected to match where it blocks. Such a statement never counts as an
      // Allow.
      fc.pre(!/"ArnNot[^}]*"\*"/.test(show(before)));
      const has = (effect: string) => (statement: JsonObject) => statement.Effect === effect;
      const after = {
        Version: before.Version,
        Statement: [...statementsOf(before).filter(has('Deny')), ...statementsOf(other).filter(has('Allow'))],
      };
      const about = observed(before, {}, { ...roomy, earlierClusters: world });
      const made = assemble(
        about,
        parseTrust(about, about.role),
        { document: after, removed: [], isRepair: false },
        [],
        [],
        {},
        [],
      );
      const isRefused = isRefusal(refuseLostCoverage(made, removing));
      seen[isRefused ? 'refused' : 'kept'] += 1;
      if (isRefused) return;
      const { lost } = compare(before, after);
      for (const cluster of world) {
        const profiles = (of: Request[]) =>
          of.filter((r) => r.principal.startsWith('eks') && isAbout(r, cluster));
        const asked = removing.some(
          ({ region, name }) => [cluster.region, '*'].includes(region) && [cluster.name, '*'].includes(name),
        );
        if (!asked && profiles(lost).length === profiles(requests).length)
          throw new Error(
            `${cluster.region}/${cluster.name} is lost\nbefore ${show(before)}\nafter  ${show(after)}`,
          );
      }
    }),
    { numRuns: 300 },
  );
  t.ok(seen.refused > 15 && seen.kept > 15, `${seen.refused} were refused, ${seen.kept} were not`);
  t.end();
});

t.test('no plan reaches the last guard', (t) => {
  fc.assert(
    fc.property(documents, clusters, (trust, asked) => {
      const about = observed(
        trust,
        {},
        { ...roomy, earlierClusters: regions.flatMap((region) => names.map((name) => ({ region, name }))) },
      );
      const results = [
        planExtend(about, asked, 'REFUSE', true),
        planEnsure(about, { clusters: asked }),
        ...asked.map((cluster) => planRetract(about, cluster)),
      ];
      for (const result of results)
        if (isRefusal(result) && result.message.includes('nobody asked to remove'))
          throw new Error(`${result.message}\n${show(trust)}`);
    }),
    { numRuns },
  );
  t.end();
});
