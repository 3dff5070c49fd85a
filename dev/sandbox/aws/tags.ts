import Type, { type Static } from 'typebox';
import { refuse } from './aws-error.ts';
import type { Account } from './model.ts';
import { reads, writes } from './operation.ts';
import { pageOf } from './page.ts';
import { readRole, replaceRole, writableRole } from './role.ts';
import { Page, RoleName, TagKeys, Tags } from './shapes.ts';
import { list, value } from './xml.ts';

type TagMap = Readonly<Record<string, string>>;

const pairXml = ([key, content]: readonly [string, string]) => value('Key', key) + value('Value', content);

export const tagsXml = (tags: TagMap) => list('Tags', Object.entries(tags), pairXml);

const without = (tags: TagMap, keys: Iterable<string>): Record<string, string> => {
  const gone = new Set([...keys].map((key) => key.toLowerCase()));
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(key.toLowerCase())));
};

/**
 * Adds tags. Keys ignore case, and a key keeps the case that was given last. One invalid tag fails them all.
 * Throws InvalidInput (reserved or repeated key), LimitExceeded.
 */
export const mergeTags = (account: Account, tags: TagMap, added: Static<typeof Tags>): TagMap => {
  const keys = new Set(added.map(({ Key }) => Key.toLowerCase()));
  if ([...keys].some((key) => key.startsWith('aws:'))) {
    throw refuse('InvalidInput', 'Tag keys beginning with aws: are reserved for AWS.');
  }
  if (keys.size < added.length) {
    throw refuse('InvalidInput', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  const merged = {
    ...without(tags, keys),
    ...Object.fromEntries(added.map(({ Key, Value }) => [Key, Value])),
  };
  const quota = account.quotas.tagsPerRole;
  if (Object.keys(merged).length > quota)
    throw refuse('LimitExceeded', `Cannot exceed quota for TagsPerRole: ${quota}`);
  return merged;
};

export const tagOperations = {
  TagRole: writes(Type.Object({ RoleName, Tags }), (call, input) => {
    const role = writableRole(call, input.RoleName);
    replaceRole(call, { ...role, tags: mergeTags(call.account, role.tags, input.Tags) });
    return null;
  }),

  UntagRole: writes(Type.Object({ RoleName, TagKeys }), (call, input) => {
    const role = writableRole(call, input.RoleName);
    replaceRole(call, { ...role, tags: without(role.tags, input.TagKeys) });
    return null;
  }),

  ListRoleTags: reads(Type.Object({ RoleName, ...Page }), (call, input) => {
    const { tags } = readRole(call, input.RoleName);
    const page = pageOf(Object.keys(tags), input);
    return list('Tags', page.keys, (key) => pairXml([key, tags[key] ?? ''])) + page.xml;
  }),
};
