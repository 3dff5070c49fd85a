import t from 'tap';
import { Fault } from '#src/fault.ts';
import { createResultKeeper } from '#src/jobs/result-keeper.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import type { SweepOutcome } from '#src/ports/sweeps.ts';

const sweep = {
  id: 'sweep_1',
  roleName: null,
  caller: { actor: { subject: 'jane', issuer: null }, groups: [], scope: null, requestId: 'r' },
};
const outcome = (accountId: string) => ({
  accountId,
  results: [
    { roleName: 'a', verdict: 'COMPLIANT', report: null, plan: null, change: null, error: null },
  ] as SweepOutcome[],
});

type Kept = { accountId: string; results: SweepOutcome[] };
/** Stores the results that `refuse` does not refuse. */
function keeping(refuse: (outcomes: readonly Kept[]) => Fault | undefined) {
  const kept: Kept[] = [];
  const keep = async (_: string, outcomes: readonly Kept[]) => {
    const fault = refuse(outcomes);
    if (fault) throw fault;
    kept.push(...outcomes);
  };
  const log = { info: () => {}, error: () => {} };
  return { kept, keep: createResultKeeper({ sweeps: { keep } as unknown as Deps['sweeps'], log }) };
}

t.test('results that the database never accepts are replaced by their failure, alone', async (t) => {
  const { kept, keep } = keeping((outcomes) =>
    outcomes.some(({ accountId, results }) => accountId === 'bad' && results[0]?.error === null)
      ? new Fault('INTERNAL', 'The results cannot be kept as they are.')
      : undefined,
  );
  await Promise.all(
    ['good', 'bad', 'fine'].map((accountId) => keep(sweep, outcome(accountId), new AbortController().signal)),
  );
  t.match(kept, [
    outcome('good'),
    {
      accountId: 'bad',
      results: [{ roleName: null, verdict: null, error: { code: 'INTERNAL', requestId: 'r' } }],
    },
    outcome('fine'),
  ]);
});

t.test('a waiter that has given up is forgotten', async (t) => {
  const gone = keeping(() => new Fault('UNAVAILABLE', 'away'));
  await gone.keep(sweep, outcome('1'), AbortSignal.abort());
  const later = new AbortController();
  const waiting = keeping(() => {
    later.abort();
    return new Fault('UNAVAILABLE', 'away');
  });
  await waiting.keep(sweep, outcome('1'), later.signal);
  t.same([...gone.kept, ...waiting.kept], []);
});
