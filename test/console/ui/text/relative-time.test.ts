import t from 'tap';
import { relativeTime } from '#console/ui/text/relative-time.ts';

t.test('a time is told from now, in the largest unit that fits', async (t) => {
  const now = Date.parse('2026-11-30T12:00:00Z');
  const cases: [at: string, words: string][] = [
    ['2026-11-30T12:00:00Z', 'just now'],
    ['2026-11-30T11:59:01Z', 'just now'],
    ['2026-11-30T12:00:30Z', 'in a moment'],
    ['2026-11-30T11:58:01Z', '1 minute ago'],
    ['2026-11-30T11:00:01Z', '59 minutes ago'],
    ['2026-11-30T09:01:00Z', '2 hours ago'],
    ['2026-11-29T12:00:00Z', 'yesterday'],
    ['2026-12-07T11:59:59Z', 'in 7 days'],
    // What expires in 90 days does so a moment later too.
    ['2027-02-28T11:59:59Z', 'in 3 months'],
    ['2026-08-01T12:00:00Z', '4 months ago'],
    ['2024-11-30T12:00:00Z', '2 years ago'],
  ];
  for (const [at, words] of cases) t.equal(relativeTime(Date.parse(at), now), words, at);
});
