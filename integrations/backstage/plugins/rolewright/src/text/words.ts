import type { Change, Cluster, ExtendAnswer, Readiness } from 'backstage-plugin-rolewright-common';

/** A cluster in words. A star is a wide line. */
export function clusterText({ region, name }: Cluster): string {
  if (region === '*' && name === '*') return 'any cluster';
  if (region === '*') return `${name} in every Region`;
  return name === '*' ? `every cluster in ${region}` : `${region}/${name}`;
}

/** "a", "a and b", "a, b and 4 more". */
export function listClusters(clusters: Cluster[]): string {
  const names = clusters.map(clusterText);
  const shown = names.length > 3 ? [...names.slice(0, 2), `${names.length - 2} more`] : names;
  return [shown.slice(0, -1).join(', '), shown.at(-1)].filter(Boolean).join(' and ');
}

/** Readiness in one sentence, which counts the clusters. */
export function readinessText(readiness: Readiness[]): string {
  const ready = readiness.filter(({ verdict }) => verdict === 'READY').length;
  if (readiness.length === 0) return 'There is no cluster to ask about.';
  if (readiness.length === 1)
    return ready === 1 ? 'The cluster is ready.' : 'The cluster is not shown to be ready.';
  return ready === readiness.length
    ? `All ${ready} clusters are ready.`
    : `${ready} of ${readiness.length} clusters are ready.`;
}

/** A change in one sentence: who it was, what they did, and through what. */
export function changeText({ kind, outcome, clusters, actor, onBehalfOf }: Change): string {
  const { verb, ofRole } = deeds[kind] ?? { verb: ['changed', 'change', 'changing'], ofRole: ' for' };
  const [past, infinitive, participle] = verb;
  const deed = {
    SUCCEEDED: past,
    PENDING: `is ${participle}`,
    PARTIAL: `began to ${infinitive}`,
    FAILED: `tried to ${infinitive}`,
    UNKNOWN: `tried to ${infinitive}`,
  }[outcome];
  const isAboutRole = ofRole !== null || clusters.length === 0;
  const object = [isAboutRole && 'the role', clusters.length > 0 && `${listClusters(clusters)}`]
    .filter(Boolean)
    .join(`${ofRole ?? ''} `);
  const through = onBehalfOf === null ? '' : `, through ${actor}`;
  return `${onBehalfOf ?? actor} ${deed} ${object}${through}${endings[outcome]}.`;
}

/**
 * The verb as it is done, to be done, and being done. `ofRole`: what joins "the role" to the clusters. Null: the
 * clusters are what it is about.
 */
const deeds: Record<string, { verb: readonly [string, string, string]; ofRole: string | null }> = {
  CREATE: { verb: ['created', 'create', 'creating'], ofRole: ' for' },
  EXTEND: { verb: ['added', 'add', 'adding'], ofRole: null },
  REPAIR: { verb: ['repaired', 'repair', 'repairing'], ofRole: ' for' },
  RETRACT: { verb: ['removed', 'remove', 'removing'], ofRole: null },
  REVERT: { verb: ['reverted a change of', 'revert a change of', 'reverting a change of'], ofRole: ' for' },
  CLAIM: { verb: ['claimed', 'claim', 'claiming'], ofRole: null },
  RELEASE: { verb: ['ended a claim on', 'end a claim on', 'ending a claim on'], ofRole: null },
};

const endings: Record<Change['outcome'], string> = {
  SUCCEEDED: '',
  PARTIAL: '; AWS took only some of the writes',
  FAILED: '; nothing was changed',
  UNKNOWN: '; whether AWS took it is not known',
  PENDING: '',
};

/** What a change does, one sentence each. What is lost is first. */
export function effectTexts({
  clustersGained,
  clustersLost,
  statementsRemoved,
}: ExtendAnswer['effects']): string[] {
  return [
    ...clustersLost.map((one) => `${upperFirst(clusterText(one))} can no longer use the role.`),
    ...clustersGained.map((one) => `${upperFirst(clusterText(one))} can use the role.`),
    ...(statementsRemoved > 0
      ? [
          `${statementsRemoved} ${statementsRemoved === 1 ? 'statement goes' : 'statements go'} from the trust policy.`,
        ]
      : []),
  ];
}

const upperFirst = (text: string) =>
  /^(any|every) /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
