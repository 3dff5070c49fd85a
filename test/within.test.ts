import t from 'tap';
import { within } from '#src/within.ts';

const never = new Promise<never>(() => {});
/** A time that has passed before the next line, and one that does not pass in a test. */
const [short, long] = [0, 600_000];

t.test('the promise or, after the time, what stands in for it', async (t) => {
  t.equal(await within(long, Promise.resolve('done'), () => 'late'), 'done');
  t.equal(await within(short, never, () => 'late'), 'late');
  t.equal(await within(short, never, async () => 'late'), 'late');
  await t.rejects(
    within(long, Promise.reject(new Error('failed')), () => 'late'),
    { message: 'failed' },
  );
  await t.rejects(
    within(short, never, () => {
      throw new Error('too late');
    }),
    { message: 'too late' },
  );
});

t.test('a failure after the time is nobody’s: it ends no process', async (t) => {
  const work = Promise.withResolvers<never>();
  t.equal(await within(short, work.promise, () => 'late'), 'late');
  work.reject(new Error('failed'));
  await t.rejects(work.promise);
});
