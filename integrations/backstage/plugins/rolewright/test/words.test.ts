import type { Change } from 'backstage-plugin-rolewright-common';
import { expect, test } from 'vitest';
import { relativeTime } from '../src/text/time.tsx';
import { changeText, effectTexts, listClusters, readinessText } from '../src/text/words.ts';

const at = (...names: string[]) => names.map((name) => ({ region: 'us-west-2', name }));

test.each([
  [[], ''],
  [at('a'), 'us-west-2/a'],
  [at('a', 'b', 'c'), 'us-west-2/a, us-west-2/b and us-west-2/c'],
  [at('a', 'b', 'c', 'd'), 'us-west-2/a, us-west-2/b and 2 more'],
  [[{ region: '*', name: '*' }], 'any cluster'],
  [[{ region: 'us-west-2', name: '*' }], 'every cluster in us-west-2'],
])('%j as a list', (clusters, text) => expect(listClusters(clusters)).toBe(text));

const change = (more: Partial<Change>): Change => ({
  id: '1',
  at: '2026-11-30T12:00:00.000Z',
  kind: 'EXTEND',
  outcome: 'SUCCEEDED',
  clusters: at('a'),
  actor: 'portal',
  onBehalfOf: 'user:default/olivia',
  reason: null,
  url: null,
  ...more,
});

test.each<[Partial<Change>, string]>([
  [{}, 'user:default/olivia added us-west-2/a, through portal.'],
  [{ onBehalfOf: null }, 'portal added us-west-2/a.'],
  [{ outcome: 'FAILED', onBehalfOf: null }, 'portal tried to add us-west-2/a; nothing was changed.'],
  [
    { outcome: 'UNKNOWN', onBehalfOf: null },
    'portal tried to add us-west-2/a; whether AWS took it is not known.',
  ],
  [{ outcome: 'PENDING', onBehalfOf: null }, 'portal is adding us-west-2/a.'],
  [
    { outcome: 'PARTIAL', kind: 'CREATE', onBehalfOf: null },
    'portal began to create the role for us-west-2/a; AWS took only some of the writes.',
  ],
  [{ kind: 'REPAIR', clusters: [], onBehalfOf: null }, 'portal repaired the role.'],
  [{ kind: 'CREATE', clusters: [], onBehalfOf: null }, 'portal created the role.'],
  [{ kind: 'A_NEW_KIND', clusters: [], onBehalfOf: null }, 'portal changed the role.'],
])('a change %j', (more, text) => expect(changeText(change(more))).toBe(text));

test('what is lost is said first', () =>
  expect(
    effectTexts({
      clustersGained: at('b'),
      clustersLost: [{ region: '*', name: '*' }],
      statementsRemoved: 2,
    }),
  ).toEqual([
    'Any cluster can no longer use the role.',
    'us-west-2/b can use the role.',
    '2 statements go from the trust policy.',
  ]));

const ready = (...verdicts: ('READY' | 'NOT_READY' | null)[]) =>
  verdicts.map((verdict, index) => ({
    cluster: { region: 'us-west-2', name: `c${index}` },
    verdict,
    reason: null,
    findings: [],
  }));

test.each([
  [ready('READY'), 'The cluster is ready.'],
  [ready(null), 'The cluster is not shown to be ready.'],
  [ready('READY', 'READY'), 'All 2 clusters are ready.'],
  [ready('READY', null, 'NOT_READY'), '1 of 3 clusters are ready.'],
])('readiness %#', (readiness, text) => expect(readinessText(readiness)).toBe(text));

const now = Date.parse('2026-11-30T12:00:00.000Z');
test.each([
  ['2026-11-30T12:00:30.000Z', 'just now'],
  ['2026-11-30T11:59:01.000Z', 'just now'],
  ['2026-11-30T11:57:00.000Z', '3 minutes ago'],
  ['2026-11-29T11:00:00.000Z', 'yesterday'],
])('%s is %s', (time, text) => expect(relativeTime(time, now)).toBe(text));
