import { randomUUID } from 'node:crypto';
import {
  type EntityJson,
  policySetTextToParts,
  policyToJson,
  preparsePolicySet,
  schemaToJson,
  statefulIsAuthorized,
} from '@cedar-policy/cedar-wasm/nodejs';
import { LRUCache } from 'lru-cache';
import type { Permissions } from '../ports/permissions.ts';
import { schemaText } from './policies.ts';

/**
 * Decisions in the cache, and characters of their questions: callers and labels decide how long a question
 * is.
 */
const cacheBounds = { decisions: 5000, characters: 4_000_000 };

const uid = (type: 'User' | 'Group' | 'Action' | 'Account' | 'Service', id: string) => ({
  type: `Rolewright::${type}`,
  id,
});

/** Creates permissions from policies that `readPolicies` has validated. Throws for invalid policies. */
export function createPermissions(policies: string): Permissions {
  // Cedar stores parsed policies for the process, by a name.
  const preparsedPolicySetId = randomUUID();
  const parsed = preparsePolicySet(preparsedPolicySetId, { staticPolicies: policies });
  if (parsed.type === 'failure') throw new Error(parsed.errors.map(({ message }) => message).join('\n'));
  const actions = actionsInGroups();
  const named = groupsIn(policies);
  const names = wordsIn(policies);
  const reduce = createReducer(policies);
  // A decision depends on the question only. Cedar takes about a hundred times as long as the cache.
  const decisions = new LRUCache<string, boolean>({
    max: cacheBounds.decisions,
    maxSize: cacheBounds.characters,
    sizeCalculation: (_, key) => key.length,
  });

  function decide({ user, groups, action, resource, context }: Question): boolean {
    const principal = uid('User', `${user.issuer ?? ''}|${user.subject}`);
    const { id, tags, attrs } = resource;
    const about = tags ? uid('Account', id) : uid('Service', id);
    const doing = actions.get(action);
    const answer = statefulIsAuthorized({
      principal,
      action: uid('Action', action),
      resource: about,
      context,
      preparsedPolicySetId,
      // The types guarantee what the schema requires.
      validateRequest: false,
      entities: [
        { uid: principal, attrs: { ...user }, parents: groups.map((group) => uid('Group', group)) },
        { uid: about, attrs, parents: [], ...(tags && { tags }) },
        ...(doing ? [doing] : []),
      ],
    });
    if (answer.type === 'failure')
      throw new Error(`Cedar cannot decide: ${answer.errors.map(({ message }) => message).join('; ')}`);
    const { decision, diagnostics } = answer.response;
    // A policy that fails is ignored by Cedar, and it could have been one that forbids.
    return decision === 'allow' && diagnostics.errors.length === 0;
  }

  return {
    tellsApart: {
      accounts: names('Account', 'id', 'name', 'partition'),
      labels: names('hasTag', 'getTag'),
      roleNames: names('roleName'),
    },
    considersProfiles: names('profilesKnown'),
    allows({ actor, groups, via }, action, resource, { dryRun, roleName, own, profilesKnown }) {
      const question: Question = {
        user: { subject: actor.subject, ...(actor.issuer !== null && { issuer: actor.issuer }) },
        // Other groups decide nothing, and passing hundreds of them takes Cedar milliseconds.
        groups: groups.filter((group) => named.has(group)),
        action,
        resource: resource === 'SERVICE' ? { id: 'rolewright', attrs: {}, tags: null } : accountOf(resource),
        context: {
          via,
          dryRun,
          ...(roleName !== null && { roleName }),
          ...(own !== null && { own }),
          ...(profilesKnown !== null && { profilesKnown }),
        },
      };
      const key = JSON.stringify(reduce(question));
      const known = decisions.get(key);
      if (known !== undefined) return known;
      const decision = decide(question);
      decisions.set(key, decision);
      return decision;
    },
  };
}

/** Everything that a decision depends on. */
interface Question {
  user: { subject: string; issuer?: string };
  groups: readonly string[];
  action: string;
  /** `tags` is null for the service. */
  resource: { id: string; attrs: Record<string, string>; tags: Record<string, string> | null };
  context: { via: string; dryRun: boolean; roleName?: string; own?: boolean; profilesKnown?: boolean };
}

function accountOf({
  accountId: id,
  account,
}: Exclude<Parameters<Permissions['allows']>[2], 'SERVICE'>): Question['resource'] {
  if (!account) return { id, attrs: { id }, tags: {} };
  const { name, partition, labels } = account;
  return { id, attrs: { id, name, partition }, tags: labels };
}

/** Finds the groups that policies name. A policy cannot compute the name of a group. */
function groupsIn(policies: string): Set<string> {
  const parts = policySetTextToParts(policies);
  if (parts.type === 'failure') throw new Error(parts.errors.map(({ message }) => message).join('\n'));
  const groups = new Set<string>();
  const collect = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    if ('type' in part && part.type === 'Rolewright::Group' && 'id' in part && typeof part.id === 'string')
      groups.add(part.id);
    Object.values(part).forEach(collect);
  };
  for (const policy of parts.policies) {
    const read = policyToJson(policy);
    if (read.type === 'failure') throw new Error(read.errors.map(({ message }) => message).join('\n'));
    collect(read.json);
  }
  return groups;
}

/** Lists each action with its groups. An action that the schema does not name is in none. */
function actionsInGroups(): Map<string, EntityJson> {
  const schema = schemaToJson(schemaText);
  if (schema.type === 'failure') throw new Error(schema.errors.map(({ message }) => message).join('\n'));
  return new Map(
    Object.entries(schema.json.Rolewright?.actions ?? {}).map(([name, { memberOf = [] }]) => [
      name,
      { uid: uid('Action', name), attrs: {}, parents: memberOf.map(({ id }) => uid('Action', id)) },
    ]),
  );
}

/**
 * Creates the function that reduces a question to the parts that the policies can depend on. Ten thousand
 * accounts then make only a few different questions. Policies cannot depend on attributes that they do not
 * name. A text with a backslash can spell any word in another way, so then every part counts.
 */
function createReducer(policies: string): (question: Question) => unknown {
  const names = wordsIn(policies);
  const [user, id, name, partition] = [
    names('User', 'subject', 'issuer'),
    names('Account', 'id'),
    names('name'),
    names('partition'),
  ];
  const [via, dryRun, roleName] = [names('via'), names('dryRun'), names('roleName')];
  const [own, profilesKnown] = [names('own'), names('profilesKnown')];
  return (question) => {
    const { resource, context } = question;
    const { attrs, tags } = resource;
    return [
      user && question.user,
      question.groups,
      question.action,
      tags,
      id && resource.id,
      // Any attribute shows whether the account is registered.
      name && attrs.name,
      partition && attrs.partition,
      via && context.via,
      dryRun && context.dryRun,
      roleName && context.roleName,
      own && context.own,
      profilesKnown && context.profilesKnown,
    ];
  };
}

/** Creates the test whether policies name one of some words, or could do so. */
function wordsIn(policies: string): (...words: string[]) => boolean {
  // Without the IDs of policies, which Cedar uses in its reports.
  const text = policies.replaceAll(/@id\s*\(\s*"[^"\\]*"\s*\)/g, '');
  // A context that is compared as a whole depends on every member.
  const isOpen = text.includes('\\') || /\bcontext\b(?!\s*(?:\.|has\b|\[))/.test(text);
  return (...words) => isOpen || words.some((word) => new RegExp(`\\b${word}\\b`).test(text));
}
