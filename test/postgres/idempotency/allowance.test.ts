import t from 'tap';
import { createAllowance } from '#src/postgres/idempotency/allowance.ts';

const anna = { subject: 'anna', issuer: null };

t.test("a caller's keys are counted at intervals, and never exceed the limit", async (t) => {
  let [now, stored, counts] = [0, 0, 0];
  const count = async () => {
    counts += 1;
    return stored;
  };
  const mayStore = createAllowance({ most: 3, count }, () => now);
  const store = async () => {
    const isAllowed = await mayStore(anna);
    if (isAllowed) stored += 1;
    return isAllowed;
  };
  t.same([await store(), await store(), await store(), await store()], [true, true, true, false]);
  t.equal(counts, 1);
  stored = 1;
  t.equal(await store(), false, 'within a second nobody is counted again');
  now = 1000;
  t.same([await store(), await store(), await store()], [true, true, false]);
  t.equal(counts, 2);
  t.equal(
    await mayStore({ subject: 'anna', issuer: 'https://id.example' }),
    false,
    'another caller has a count of their own',
  );
  t.equal(counts, 3);
  stored = 0;
  now = 61_000;
  t.equal(await store(), true);
  t.equal(counts, 4);
});
