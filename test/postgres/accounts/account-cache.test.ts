import t from 'tap';
import { Fault } from '#src/fault.ts';
import type { AccountRecord } from '#src/ports/accounts.ts';
import { withCache } from '#src/postgres/accounts/account-cache.ts';

const known = { accountId: '111122223333', name: 'payments', labels: {} } as unknown as AccountRecord;

/** A registry of one account, whose database can fail. */
function started() {
  const state = { isDown: false, record: known as AccountRecord | null };
  const answering = async <T>(answer: T) => {
    if (state.isDown) throw new Fault('UNAVAILABLE', 'down');
    return answer;
  };
  const accounts = withCache({
    get: (accountId) => answering(accountId === known.accountId ? state.record : null),
    among: () => answering([]),
    list: () => answering([]),
    count: () => answering(1),
    put: (record) => answering(record as AccountRecord),
    delete: () => answering(state.record !== null),
  });
  return { state, accounts };
}

t.test('requests for unknown accounts evict no known account from the cache', async (t) => {
  const { state, accounts } = started();
  await accounts.getCached(known.accountId);
  for (let i = 0; i < 10_001; i += 1) await accounts.getCached(String(i).padStart(12, '0'));
  state.isDown = true;
  t.equal(await accounts.getCached(known.accountId), known);
});

t.test('a deleted account is not cached as an existing one', async (t) => {
  const { state, accounts } = started();
  for (const forget of [() => accounts.get(known.accountId), () => accounts.delete(known.accountId)]) {
    state.record = known;
    await accounts.getCached(known.accountId);
    state.record = null;
    await forget();
    state.isDown = true;
    await t.rejects(accounts.getCached(known.accountId), { code: 'UNAVAILABLE' });
    state.isDown = false;
  }
});
