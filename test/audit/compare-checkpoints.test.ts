import t from 'tap';
import { bodiesOf, chained, dice, seeded, signedAt } from '#dev/chaos/log.ts';
import { createSigningKey, parseSigningKey } from '#src/audit/checkpoint.ts';
import { checkSignatures } from '#src/audit/compare-checkpoints.ts';

t.test('other work gets its turn while thousands of signatures are checked', async (t) => {
  const key = parseSigningKey(createSigningKey().privateKey);
  const entries = chained(bodiesOf(1000, dice(seeded(1))));
  const checkpoints = signedAt(
    entries,
    entries.map(({ seq }) => seq),
    key,
  );
  let turns = 0;
  let next = setImmediate(function count() {
    turns += 1;
    next = setImmediate(count);
  });
  const { signed, faults } = await checkSignatures(checkpoints, new Map([[key.keyId, key.publicKey]]));
  clearImmediate(next);
  t.equal(signed.length, 1000);
  t.strictSame(faults, []);
  t.ok(turns >= 15, `other work had ${turns} turns`);
});

t.test('a checkpoint that nobody trusted has signed is a fault', async (t) => {
  const key = parseSigningKey(createSigningKey().privateKey);
  const checkpoints = signedAt(chained(bodiesOf(3, dice(seeded(1)))), [1, 2, 3], key);
  const [, second] = checkpoints;
  const altered = checkpoints.with(1, { ...(second as NonNullable<typeof second>), root: '0'.repeat(64) });
  const { signed, faults } = await checkSignatures(altered, new Map([[key.keyId, key.publicKey]]));
  t.strictSame(
    signed.map(({ seq }) => seq),
    [1, 3],
  );
  t.match(faults, [{ seq: 2, code: 'CHECKPOINT_FORGED' }]);
});
