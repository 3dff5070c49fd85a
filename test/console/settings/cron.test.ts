import t from 'tap';
import { cronInWords } from '#console/settings/schedules/cron.ts';

t.test('simple expressions are in words, others are not', async (t) => {
  const cases: [expression: string, words: string | null][] = [
    ['* * * * *', 'Every minute'],
    ['*/15 * * * *', 'Every 15 minutes'],
    ['0/20 * * * *', 'Every 20 minutes'],
    ['5 * * * *', 'Every hour at minute 5'],
    ['30 */6 * * *', 'Every 6 hours at minute 30'],
    ['0 3 * * *', 'Every day at 03:00'],
    [' 0  3 * *  * ', 'Every day at 03:00'],
    ['30 6,18 * * *', 'Every day at 06:30 and 18:30'],
    ['0 3 * * 1-5', 'Monday to Friday at 03:00'],
    ['0 3 * * mon-fri', 'Monday to Friday at 03:00'],
    ['0 3 * * 0', 'Every Sunday at 03:00'],
    ['0 3 * * 7', 'Every Sunday at 03:00'],
    ['0 3 * * 1,3,5', 'Every Monday, Wednesday and Friday at 03:00'],
    ['15 4 1 * *', 'On day 1 of each month at 04:15'],
    ['15 4 1,15 * *', 'On day 1 and 15 of each month at 04:15'],
    // The last interval of an hour would be of four minutes.
    ['*/7 * * * *', null],
    ['*/1 * * * *', null],
    ['*/15 8-18 * * 1-5', null],
    ['0 3 1 * 1', null],
    ['0 3 * 6 *', null],
    ['0,30 3 * * *', null],
    ['0 3 * * 8', null],
    ['0 24 * * *', null],
    ['0 3 L * *', null],
    ['0 3 * *', null],
    ['', null],
  ];
  for (const [expression, words] of cases) t.equal(cronInWords(expression), words, expression || '(empty)');
});
