import {
  ListRoleTagsCommand,
  paginateListRoleTags,
  TagRoleCommand,
  UntagRoleCommand,
} from '@aws-sdk/client-iam';
import t from 'tap';
import { failure, home, start, trust } from './fixtures/sandbox.ts';

const RoleName = 'Pods';
const tag = (tags: Record<string, string>) =>
  new TagRoleCommand({ RoleName, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) });

t.test('keys ignore case and keep the one last given', async (t) => {
  const { iam, world } = await start(t);
  world.putRole({ accountId: home, roleName: RoleName, trustText: trust, tags: { Team: 'a', other: 'b' } });
  await iam().send(tag({ TEAM: 'c' }));
  t.same(world.role(home, RoleName)?.tags, { other: 'b', TEAM: 'c' });
  await iam().send(new UntagRoleCommand({ RoleName, TagKeys: ['team', 'none'] }));
  t.same((await iam().send(new ListRoleTagsCommand({ RoleName }))).Tags, [{ Key: 'other', Value: 'b' }]);
  t.equal(await failure(iam().send(tag({ one: '1', ONE: '2' }))), 'InvalidInput 400');
  t.equal(await failure(iam().send(tag({ good: '1', 'AWS:bad': '2' }))), 'InvalidInput 400');
  t.same(world.role(home, RoleName)?.tags, { other: 'b' }, 'one bad tag fails them all');
});

t.test('50 tags and no more, over several calls; pages', async (t) => {
  const { iam, world } = await start(t);
  const tags = (from: number, to: number) =>
    Object.fromEntries(Array.from({ length: to - from }, (_, i) => [`k${from + i}`, '']));
  world.putRole({ accountId: home, roleName: RoleName, trustText: trust, tags: tags(0, 30) });
  t.equal(await failure(iam().send(tag(tags(30, 51)))), 'LimitExceeded 409');
  await iam().send(tag(tags(30, 50)));
  await iam().send(tag(tags(0, 1)));
  const sizes: (number | undefined)[] = [];
  for await (const page of paginateListRoleTags({ client: iam(), pageSize: 20 }, { RoleName }))
    sizes.push(page.Tags?.length);
  t.same(sizes, [20, 20, 10]);
});
