import t from 'tap';
import type { Deps } from '#src/operations/call/deps.ts';
import type { Face } from '#src/operations/call/remedy-text.ts';
import type { PlannedChange } from '#src/operations/guards/guard.ts';
import { guardProfiles } from '#src/operations/guards/profile-guard.ts';
import type { ProfileEffect } from '#src/schema/plan.ts';

const profile = (name: string, more: Partial<ProfileEffect> = {}): ProfileEffect => ({
  region: 'us-west-2',
  clusterName: 'c',
  name,
  status: 'ACTIVE',
  effect: 'LOST',
  ...more,
});
const ask = (fargateProfiles: ProfileEffect[] | null | undefined, face: Face = 'REST') =>
  guardProfiles(
    {} as Deps,
    {
      observed: { role: { roleName: 'pods' } },
      planned: { effects: { fargateProfiles } },
      face,
    } as unknown as PlannedChange,
  );

t.test('what is no objection', async (t) => {
  for (const profiles of [
    undefined,
    null,
    [],
    [profile('a', { effect: 'GAINED' })],
    (['CREATING', 'DELETING', 'CREATE_FAILED', 'DELETE_FAILED'] as const).map((status) =>
      profile('a', { status }),
    ),
  ])
    t.equal(ask(profiles), null, JSON.stringify(profiles));
});

t.test('one profile, some, many; only those that are active and lost', async (t) => {
  t.same(ask([profile('a'), profile('b', { status: 'DELETING' }), profile('c', { effect: 'GAINED' })]), {
    message:
      'Fargate profile a of cluster us-west-2/c is ACTIVE and uses pods. EKS could start no more pods with it. Delete the profile with DeleteFargateProfile first. To change the role anyway, send override=PROFILE_ACTIVE.',
  });
  t.match(ask(['a', 'b'].map((name) => profile(name))), {
    message:
      /^Fargate profile a of cluster us-west-2\/c, Fargate profile b of cluster us-west-2\/c are ACTIVE and use pods\. .*Delete the profiles /,
  });
  t.match(ask(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => profile(name))), {
    message: /Fargate profile e of cluster us-west-2\/c and 2 more are ACTIVE/,
  });
});

t.test('in the words of the face', async (t) => {
  for (const [face, override] of [
    ['GRAPHQL', 'send override: PROFILE_ACTIVE'],
    ['COMMAND_LINE', 'add --override PROFILE_ACTIVE'],
    ['STORED', 'override PROFILE_ACTIVE'],
  ] as const)
    t.match(ask([profile('a')], face), { message: new RegExp(`anyway, ${override}\\.$`) });
});
