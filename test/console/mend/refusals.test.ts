import t from 'tap';
import { isOverridable, overrideStatement, plainDetail } from '#console/mend/refusals.ts';

t.test('a refusal in words, without requests of the API', async (t) => {
  t.equal(
    plainDetail(
      'Profile default of us-west-2/a is ACTIVE. Delete it first. To change the role anyway, send override=PROFILE_ACTIVE.',
    ),
    'Profile default of us-west-2/a is ACTIVE. Delete it first.',
  );
  t.equal(
    plainDetail(
      'No condition confines it. Send POST …/extend with onMismatch MERGE to apply the plan shown here.',
    ),
    'No condition confines it.',
  );
  t.equal(
    plainDetail('us-west-2/a is claimed by x. A claimant ends a claim with DELETE …/clusters/REGION/NAME.'),
    'us-west-2/a is claimed by x.',
  );
  t.equal(
    plainDetail(
      'The role was changed after it. To undo that as well, by this plan, set onLaterChanges to UNDO.',
    ),
    'The role was changed after it.',
  );
  t.equal(plainDetail('Send POST …/extend.'), 'Send POST …/extend.');
});

t.test('what can be overridden, and what somebody says to that', async (t) => {
  t.ok(isOverridable('PROFILE_ACTIVE'));
  t.notOk(isOverridable('LAST_CLUSTER'));
  t.match(overrideStatement('MANAGED_ELSEWHERE', 'Terraform'), 'Terraform may undo the change');
  t.match(overrideStatement('MANAGED_ELSEWHERE', undefined), 'The tool that owns it may undo');
});
