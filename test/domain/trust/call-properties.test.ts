import fc from 'fast-check';
import t from 'tap';
import { readCondition } from '#src/domain/trust/condition/condition.ts';
import type { JsonObject } from '#src/schema/primitives.ts';
import { calls, foreignCalls, organizations, ours, tests } from '#test/domain/fixtures/calls.ts';
import { context } from '#test/domain/fixtures/observed.ts';
import { holds } from '#test/domain/fixtures/slow-iam.ts';

// The domain decides for every call that there may be. Here many are tried, one after the other, by a small
// IAM of its own.

const read = (condition: JsonObject, organization: typeof ours | null) =>
  readCondition(condition, '', {
    context: { ...context, organizationId: organization?.id ?? null },
    variables: true,
    isDecidable: true,
  });

/** The result over the tried calls: it holds in all, in none, or in some. */
function tried(condition: JsonObject, organization: typeof ours | null): 'HOLDS' | 'FAILS' | 'UNKNOWN' {
  const found = new Set((calls.get(organization) ?? []).map((call) => holds(condition, call)));
  return found.size > 1 ? 'UNKNOWN' : found.has(true) ? 'HOLDS' : 'FAILS';
}

const show = (condition: JsonObject) => JSON.stringify(condition);
const isReadable = (condition: JsonObject) => !/\$\{(foo|aws:PrincipalTag)/i.test(show(condition));

t.test('the outcome of one test holds in every call', (t) => {
  const counts = { HOLDS: 0, FAILS: 0, UNKNOWN: 0 };
  fc.assert(
    fc.property(tests, fc.constantFrom(...organizations), ({ row, condition }, organization) => {
      const { others } = read(condition, organization);
      const seen = tried(condition, organization);
      counts[others] += 1;
      // A certain outcome holds in each tried call.
      if (others !== 'UNKNOWN') t.equal(seen, others, show(condition));
      const isOpen = row.ofOrganization && organization === null;
      // When the key is known and the value can be read, the outcome is certain.
      if (row.exact && !isOpen && isReadable(condition)) t.equal(others, seen, `${show(condition)} is known`);
    }),
    { numRuns: 1500 },
  );
  t.ok(counts.HOLDS > 200 && counts.FAILS > 200 && counts.UNKNOWN > 50, JSON.stringify(counts));
  t.end();
});

t.test('several tests are a conjunction', (t) => {
  let certain = 0;
  fc.assert(
    fc.property(
      fc.array(tests, { minLength: 2, maxLength: 4 }),
      fc.constantFrom(...organizations),
      (drawn, organization) => {
        const condition: JsonObject = {};
        for (const { condition: one } of drawn)
          for (const [operator, keys] of Object.entries(one))
            condition[operator] = { ...(condition[operator] as JsonObject), ...(keys as JsonObject) };
        const { others, unprovable, failures } = read(condition, organization);
        if (others !== 'UNKNOWN') t.equal(tried(condition, organization), others, show(condition));
        if (others === 'UNKNOWN') t.not(unprovable.length, 0, `${show(condition)}: told why`);
        t.equal(failures.length > 0, others === 'FAILS', `${show(condition)}: told what fails`);
        certain += others === 'UNKNOWN' ? 0 : 1;
      },
    ),
    { numRuns: 500 },
  );
  t.ok(certain > 200, `${certain} outcomes are certain`);
  t.end();
});

t.test('when a condition keeps others out, none of their calls gets in', (t) => {
  let kept = 0;
  const caller = tests.filter(({ condition }) => /aws:(source|resource)/i.test(show(condition)));
  fc.assert(
    fc.property(fc.array(caller, { minLength: 1, maxLength: 3 }), (drawn) => {
      const condition: JsonObject = Object.assign({}, ...drawn.map(({ condition }) => condition));
      if (read(condition, ours).canAdmitOthers) return;
      kept += 1;
      // An unresolved variable counts as every possible value, and the calls include those.
      const found = foreignCalls.find((call) => holds(condition, call));
      t.equal(found, undefined, show(condition));
    }),
    { numRuns: 800 },
  );
  t.ok(kept > 40, `${kept} conditions keep others out`);
  t.end();
});
