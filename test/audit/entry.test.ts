import t from 'tap';
import { entryHash, genesis } from '#src/audit/entry.ts';

t.test('an entry hashes the hash before it and its body', async (t) => {
  // (head -c 32 /dev/zero; printf '{"a":1}') | sha256sum
  const first = entryHash(genesis, '{"a":1}');
  t.equal(first.toString('hex'), 'b06a229070741292512e8760f470dd7a4c46ccfdf253df781d88dabe58c1ccb1');
  t.strictSame(entryHash(genesis, Buffer.from('{"a":1}')), first, 'as text or as bytes');
  t.notSame(entryHash(first, '{"a":1}'), first);
});
