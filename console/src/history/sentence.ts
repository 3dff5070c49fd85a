import { nameOf } from '../actor.ts';
import type { Shape } from '../shape.ts';

export type Change = Shape<'Change'>;
type Cluster = Change['clusters'][number];

/** A sentence about a change: ACTOR DEED JOINT ROLE in ACCOUNT REST. */
export interface Sentence {
  actor: string;
  /** What the actor did, with the clusters: "added us-west-2/search". */
  deed: string;
  /** The words between the deed and the role. Empty: none. */
  joint: string;
  roleName: string;
  accountId: string;
  /** What follows, with its first blank or mark. */
  rest: string;
}

/** The same deed as it is done, to be done, and being done. */
type Verb = readonly [past: string, infinitive: string, participle: string];

export function sentenceOf(change: Change): Sentence {
  const { verb, object, joint, rest } = deedOf(change);
  const [opening, form, end] = wordsOfOutcome[change.outcome];
  return {
    actor: nameOf(change),
    deed: [opening, verb[form], object].filter(Boolean).join(' '),
    joint,
    roleName: change.roleName,
    accountId: change.accountId,
    rest: `${rest}${wordsOfVia[change.via]}${end}.`,
  };
}

/** The sentence as one text. */
export function sentenceText(change: Change): string {
  const { actor, deed, joint, roleName, accountId, rest } = sentenceOf(change);
  return `${[actor, deed, joint, roleName].filter(Boolean).join(' ')} in ${accountId}${rest}`;
}

/** The heading of a change: what was done to which role. */
export function titleOf(change: Change): string {
  const { deed, joint, roleName } = sentenceOf(change);
  const title = [deed, joint, roleName].filter(Boolean).join(' ');
  return `${title.charAt(0).toUpperCase()}${title.slice(1)}`;
}

/**
 * Whether there is something that a revert could undo. A role that was created is not deleted, and a change that
 * wrote nothing left nothing behind.
 */
export const canRevert = ({ kind, outcome, planned }: Change): boolean =>
  kind !== 'CREATE' && outcome !== 'FAILED' && outcome !== 'PENDING' && planned.length > 0;

// Docs/changes.md says what each outcome means.
const wordsOfOutcome: Record<Change['outcome'], readonly [opening: string, form: 0 | 1 | 2, end: string]> = {
  SUCCEEDED: ['', 0, ''],
  PARTIAL: ['began to', 1, '; AWS took only some of the writes'],
  FAILED: ['tried to', 1, '; nothing was changed'],
  UNKNOWN: ['tried to', 1, '; whether AWS took it is not known'],
  PENDING: ['is', 2, ''],
};

const wordsOfVia: Record<Change['via'], string> = {
  REST: '',
  GRAPHQL: ' through GraphQL',
  SWEEP: ' in a sweep',
};

function deedOf(change: Change): { verb: Verb; object: string; joint: string; rest: string } {
  const clusters = listOf(change.clusters);
  const claimant = claimantOf(change);
  const kept = change.lineKept ? wordsOfKept[change.lineKept] : '';
  switch (change.kind) {
    case 'CREATE':
      return {
        verb: ['created', 'create', 'creating'],
        object: '',
        joint: '',
        rest: clusters && ` for ${clusters}`,
      };
    case 'REPAIR':
      return {
        verb: ['repaired', 'repair', 'repairing'],
        object: '',
        joint: '',
        rest: clusters && ` for ${clusters}`,
      };
    case 'EXTEND':
      return clusters
        ? { verb: ['added', 'add', 'adding'], object: clusters, joint: 'to', rest: '' }
        : { verb: ['extended', 'extend', 'extending'], object: '', joint: '', rest: '' };
    case 'RETRACT':
      return {
        verb: ['removed', 'remove', 'removing'],
        object: clusters || 'clusters',
        joint: 'from',
        rest: kept,
      };
    case 'REVERT':
      return { verb: ['reverted', 'revert', 'reverting'], object: 'a change', joint: 'of', rest: '' };
    case 'CLAIM':
      return {
        verb: ['claimed', 'claim', 'claiming'],
        object: clusters,
        joint: 'of',
        rest: claimant && ` for ${claimant}`,
      };
    case 'RELEASE':
      return {
        verb: ['ended', 'end', 'ending'],
        object: `${claimant ? `the claim of ${claimant}` : 'a claim'}${clusters && ` on ${clusters}`}`,
        joint: 'of',
        rest: kept,
      };
  }
}

const wordsOfKept = {
  CLAIMED: ', whose line stays: another claim needs it',
  LAST_CLUSTER: ', whose line stays: it is the last one',
} as const;

/** A claimant that was not named is the caller: "ISSUER|SUBJECT". */
export const claimantOf = ({ claimant }: Pick<Change, 'claimant'>): string =>
  claimant ? claimant.slice(claimant.lastIndexOf('|') + 1) : '';

/** A cluster in words. A star is a wide line. */
export function clusterText({ region, name }: Cluster): string {
  if (region === '*' && name === '*') return 'any cluster';
  if (region === '*') return `${name} in every Region`;
  return name === '*' ? `every cluster in ${region}` : `${region}/${name}`;
}

/** "a", "a and b", "a, b and c", "a, b and 4 more". Empty of none. */
function listOf(clusters: Cluster[]): string {
  const names = clusters.map(clusterText);
  const shown = names.length > 3 ? [...names.slice(0, 2), `${names.length - 2} more`] : names;
  return [shown.slice(0, -1).join(', '), shown.at(-1)].filter(Boolean).join(' and ');
}

/** What a reader should know of a change beside its outcome. */
export function marksOf(change: Change): string[] {
  const overrides = change.overrides ?? (change.override === null ? [] : [change.override]);
  return [
    ...(change.recovered
      ? ['Recovered: the process ended early, and the outcome was read from the role']
      : []),
    ...(change.editedOutside ? ['Edited outside: somebody else changed the trust policy as well'] : []),
    ...overrides.map((one) => `Overridden: ${wordsOfOverride[one]}`),
  ];
}

const wordsOfOverride: Record<NonNullable<Change['override']>, string> = {
  MANAGED_ELSEWHERE: 'another tool owns the role',
  NOT_AN_EXECUTION_ROLE: 'the role has no sign of an execution role',
  PRINCIPALS_LOST: 'other principals lose the role',
  CLUSTER_CLAIMED: 'somebody claims the cluster',
  PROFILE_ACTIVE: 'an active Fargate profile uses the role',
};
