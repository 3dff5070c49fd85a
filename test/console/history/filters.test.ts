import t from 'tap';
import { filtersOf, filterText } from '#console/history/filters.ts';

const addresses: [string, Parameters<typeof filtersOf>[0], object][] = [
  ['none', {}, {}],
  ['those of the API', { q: 'CHG-1042', kind: 'EXTEND' }, { q: 'CHG-1042', kind: 'EXTEND' }],
  ['the last of several', { actor: ['a', 'b'] }, { actor: 'b' }],
  ['nothing that is empty', { q: ' ', since: '' }, {}],
  ['nothing else', { tab: 'x', cursor: 'y', limit: '1' }, {}],
];
for (const [text, search, filters] of addresses)
  t.test(`an address has ${text}`, async (t) => t.same(filtersOf(search), filters));

const texts: [Parameters<typeof filterText>, string][] = [
  [['kind', 'RETRACT'], 'Removed clusters'],
  [['kind', 'MADE_UP'], 'MADE_UP'],
  [['outcome', 'PARTIAL'], 'Partly done'],
  [['since', '2026-11-30'], '2026-11-30 (UTC)'],
  [['until', '2026-11-30T10:00:00Z'], '2026-11-30T10:00:00Z'],
  [['q', 'CHG-1042'], 'CHG-1042'],
];
for (const [given, text] of texts) t.test(given.join(' '), async (t) => t.equal(filterText(...given), text));
