import t from 'tap';
import { originalLog, tamper } from '#dev/chaos/tamper.ts';
import { verifyLog } from '#src/audit/verify-log.ts';

t.test('every falsification of a log is detected', async (t) => {
  const { tried, missed, told } = await tamper({ seed: 7, count: 600, size: 300 });
  t.equal(tried, 600);
  t.same(missed, []);
  for (const code of [
    'ENTRY_MISSING',
    'ENTRY_CHANGED',
    'ENTRY_MISPLACED',
    'OUTCOME_WITHOUT_INTENT',
    'LOG_CUT_OFF',
    'CHECKPOINT_CONTRADICTED',
    'CHECKPOINT_FORGED',
    'CHECKPOINT_KEY_UNKNOWN',
  ])
    t.ok((told[code] ?? 0) > 0, `${code} was told`, told);
});

t.test('unsigned entries can be cut off: that is the accepted window', async (t) => {
  const { entries, checkpoints, keys } = originalLog(1, 300);
  t.match(await verifyLog([entries.slice(0, 290)], { checkpoints, keys }), { ok: true, head: { seq: 290 } });
  t.match(await verifyLog([entries.slice(0, 289)], { checkpoints, keys }), {
    ok: false,
    firstFault: { code: 'LOG_CUT_OFF', seq: 290 },
  });
});
