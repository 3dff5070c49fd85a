import t from 'tap';
import { countWord, plural } from '#console/counts.ts';
import { codeText, errorText, whyOf } from '#console/fleet/words.ts';

t.test('why a role has its verdict', async (t) => {
  t.equal(whyOf([]), '');
  t.equal(whyOf(['QUOTA_NEAR']), '1 remark');
  t.equal(whyOf(['QUOTA_NEAR', 'DENIED']), 'A Deny statement keeps clusters out');
  t.equal(
    whyOf(['DENIED', 'PRINCIPAL_ANYONE']),
    'Anybody can use this role, and 1 more',
    'the heaviest first',
  );
});

t.test('counts', async (t) => {
  t.equal(countWord('NEEDS_REPAIR', 1), 'needs repair');
  t.equal(countWord('NEEDS_REPAIR', 2), 'need repair');
  t.equal(countWord('UNREACHABLE', 2), 'unreachable');
  t.equal(plural(1, 'role'), '1 role');
  t.equal(plural(12_408, 'account'), '12,408 accounts');
});

t.test('codes', async (t) => {
  t.equal(codeText('SOURCE_ARN_MISSING'), 'Source ARN missing');
  t.match(errorText('ACCOUNT_UNREACHABLE'), /^The member role/);
  t.equal(errorText('SOMETHING_NEW'), 'Something new');
});
