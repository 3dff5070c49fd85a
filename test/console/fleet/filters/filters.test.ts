import t from 'tap';
import { filtersOf, selectOf, verdictOf } from '#console/fleet/filters/filters.ts';

const addresses: [string, Parameters<typeof filtersOf>[0], object][] = [
  ['none', {}, {}],
  ['words without blanks around', { q: ' prod ' }, { q: 'prod' }],
  ['all labels', { label: ['team=a', 'stage=b=c'] }, { label: ['team=a', 'stage=b=c'] }],
  ['no label without a key or a value', { label: ['team', '=a'] }, {}],
  ['a finding', { finding: 'DENIED' }, { finding: 'DENIED' }],
  ['nothing that is no code', { finding: '<b>' }, {}],
  ['a time', { changedSince: '2026-11-30T10:00:00Z' }, { changedSince: '2026-11-30T10:00:00Z' }],
  ['nothing that is no time', { changedSince: 'yesterday' }, {}],
  ['nothing else', { sweep: 'x', view: 'trend' }, {}],
];
for (const [text, search, filters] of addresses)
  t.test(`an address has ${text}`, async (t) => t.same(filtersOf(search), filters));

t.test('an address has a verdict', async (t) => {
  t.equal(verdictOf({ verdict: 'NEEDS_REPAIR' }), 'NEEDS_REPAIR');
  t.equal(verdictOf({ verdict: 'UNREACHABLE' }), 'UNREACHABLE');
  t.equal(verdictOf({ verdict: 'GOOD' }), undefined);
});

const selections: [string, Parameters<typeof selectOf>, object | null][] = [
  ['everything', [{}, undefined], { all: true }],
  ['labels', [{ label: ['team=a', 'url=b=c'] }, undefined], { labels: { team: 'a', url: 'b=c' } }],
  ['words', [{ q: 'prod' }, undefined], null],
  ['a verdict', [{ label: ['team=a'] }, 'MISSING'], null],
];
for (const [text, given, select] of selections)
  t.test(`what is filtered by ${text} is swept`, async (t) => t.same(selectOf(...given), select));
