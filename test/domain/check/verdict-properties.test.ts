// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM policy variables are written like this.
import fc from 'fast-check';
import t from 'tap';
import { check } from '#src/domain/check/check.ts';
import type { JsonObject } from '#src/schema/primitives.ts';
import { calls, foreignCalls, organizations, tests } from '#test/domain/fixtures/calls.ts';
import { accountId, cluster, lineOf, observed, policy, statement } from '#test/domain/fixtures/observed.ts';
import { type CallRequest, holds } from '#test/domain/fixtures/slow-iam.ts';

// Verdicts on whole policies against many calls, each evaluated by a small IAM of its own.

const profileArn = (account: string, profile: string) =>
  `arn:aws:eks:us-west-2:${account}:fargateprofile/my-cluster/${profile}/8cb7e6f4-5f0e-4a2a-9c3e-0123456789ab`;
const profiles = ['default', 'p-2'].map((profile) => profileArn(accountId, profile));
const profilesOfOthers = profiles.map((arn) => arn.replace(accountId, '999988887777'));

const lines = fc.constantFrom(
  ...[
    lineOf('my-cluster'),
    lineOf('*'),
    lineOf('other'),
    lineOf('my-cluster/default'),
    lineOf('my-cluster', 'us-west-2', '*'),
  ],
  ...[
    'arn:aws:eks:us-west-2:${aws:SourceAccount}:fargateprofile/my-cluster/*',
    '${foo:bar}',
    `${lineOf('my-cluster')}\r`,
    '*',
  ],
);
const sources = fc
  .tuple(
    fc.constantFrom(
      'ArnLike',
      'ArnLike',
      'stringlike',
      'ArnNotLike',
      'StringEquals',
      'ForAllValues:ArnEquals',
      'StringNotLikeIfExists',
    ),
    fc.oneof(lines, fc.array(lines, { minLength: 1, maxLength: 3 })),
  )
  .map(([operator, value]): JsonObject => ({ [operator]: { 'aws:SourceArn': value } }));
/** A test of aws:SourceArn, a test of another key, both or none. */
const conditions = fc
  .tuple(fc.option(sources, { nil: {} }), fc.option(tests, { nil: null, freq: 2 }))
  .map(([source, test]) => {
    const condition: JsonObject = { ...source };
    for (const [operator, keys] of Object.entries(test?.condition ?? {}))
      condition[operator] = { ...(condition[operator] as JsonObject), ...(keys as JsonObject) };
    return condition;
  });
const allows = fc.array(
  conditions.map((Condition) => statement(null, { Condition })),
  { minLength: 1, maxLength: 2 },
);
const denies = fc.array(
  fc
    .tuple(fc.constantFrom('*', { AWS: '*' }), conditions)
    .map(([Principal, Condition]) => statement(null, { Effect: 'Deny', Principal, Condition })),
  { maxLength: 2 },
);

const meets = (statements: JsonObject[], call: CallRequest, profile: string) =>
  statements.some(({ Condition }) =>
    holds(Condition as JsonObject, { ...call, keys: { ...call.keys, 'aws:sourcearn': [profile] } }),
  );
/** The calls, each with a profile, that meet a condition. */
const find = (
  calls: readonly CallRequest[],
  profiles: string[],
  isSo: (call: CallRequest, profile: string) => boolean,
) =>
  calls.flatMap((call) =>
    profiles.filter((profile) => isSo(call, profile)).map((profile) => JSON.stringify([profile, call])),
  );

t.test('the verdict on a cluster holds in every call', (t) => {
  const counts = { covered: 0, denied: 0, doubtful: 0, open: 0, closed: 0 };
  fc.assert(
    fc.property(allows, denies, fc.constantFrom(...organizations), (allows, denies, organization) => {
      const trust = policy(...allows, ...denies);
      const { clusters, findings } = check(
        observed(trust, {}, { quota: 9000, organizationId: organization?.id ?? null }),
        [cluster],
      );
      const own = calls.get(organization) ?? [];
      const fault = (what: string, found: string[]) => {
        if (found.length > 0) throw new Error(`${what}: ${JSON.stringify(trust)} ${found[0]}`);
      };

      if (clusters[0]?.covered) {
        counts.covered += 1;
        fault(
          'covered, and kept out',
          find(own, profiles, (call, arn) => !meets(allows, call, arn) || meets(denies, call, arn)),
        );
      }
      const denied = findings.find(({ code }) => code === 'DENIED');
      if (!denied)
        fault(
          'denied without a word',
          find(own, profiles, (call, arn) => meets(denies, call, arn)),
        );
      else if (denied.message.includes('can match')) {
        counts.denied += 1;
        const isBarred = profiles.some((arn) => own.every((call) => meets(denies, call, arn)));
        if (!isBarred) fault('called denied', [denied.message]);
      } else counts.doubtful += 1;
      const isOpen = findings.some(
        ({ code }) => code === 'SOURCE_ARN_FOREIGN' || code === 'SOURCE_ARN_MISSING',
      );
      counts[isOpen ? 'open' : 'closed'] += 1;
      if (!isOpen)
        fault(
          'called closed',
          find(foreignCalls, profilesOfOthers, (call, arn) => meets(allows, call, arn)),
        );
    }),
    { numRuns: 1000 },
  );
  t.ok(
    Object.values(counts).every((count) => count > 30),
    JSON.stringify(counts),
  );
  t.end();
});
