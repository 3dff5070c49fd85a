import t from 'tap';
import { entryHash, genesis } from '#src/audit/entry.ts';

t.test('an entry is hashed with the hash of the one before', async (t) => {
  t.equal(genesis.toString('hex'), '0'.repeat(64));
  // (head -c 32 /dev/zero; printf '{"a":"ü"}') | sha256sum, then (printf … | xxd -r -p; printf '{"b":2}') | sha256sum
  const first = entryHash(genesis, '{"a":"ü"}');
  t.equal(first.toString('hex'), '0637edd17ee73aece0a772bf65bfa265d95fdd7d9d8d9bc9644e50010f81e721');
  t.equal(entryHash(first, Buffer.from('{"b":2}')).toString('hex'), '7ba686ec01f79404a4f1e17378103bfcea37edec33f4a32c293c5d0fbc084450');
});
