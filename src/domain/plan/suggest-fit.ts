import type { Cluster } from '../../schema/primitives.ts';
import type { Suggestion } from '../../schema/problem.ts';
import { sizeOf } from '../policy/document.ts';
import type { Remedy } from '../remedies/remedy.ts';
import { clusterKey, distinctClusters, isAmong } from '../role/cluster.ts';
import type { Observed } from '../role/role-state.ts';
import { listShown } from '../role/seen.ts';
import { clustersIn } from '../trust/coverage.ts';
import type { ParsedRole } from '../trust/parse-trust.ts';
import { requestRemedy } from './planned.ts';

/** Answers the text of the trust policy for other clusters. Null: the request would be refused. */
export interface Rewrite {
  textFor: (clusters: Cluster[]) => string | null;
  /** Must the request set `compact`? */
  compact: boolean;
}

/** The first ten names, for a sentence. The structured answer has all of them. */
const listShort = (clusters: Cluster[]) =>
  [
    ...clusters.slice(0, 10).map(clusterKey),
    ...(clusters.length > 10 ? [`${clusters.length - 10} more`] : []),
  ].join(', ') || 'none';

const everything: Cluster[] = [{ region: '*', name: '*' }];

/** Wider requests that take the place of the clusters, from narrow to wide. */
const widen = (asked: Cluster[]): Cluster[][] => [
  distinctClusters(asked.map(({ region }) => ({ region, name: '*' }))),
  distinctClusters(asked.map(({ name }) => ({ region: '*', name }))),
  everything,
];

/** Maximum number of clusters that a suggestion names. EKS may show thousands. */
const mostNamed = 100;

/** More characters than our own statement with one line has. */
const oneStatement = 400;

/**
 * Finds what would fit the quota: the same clusters in a compacted document, or the wildcard that covers them
 * and the fewest other known clusters. `remedy` says it in words.
 */
export function suggestFit(
  observed: Observed,
  role: ParsedRole | null,
  asked: Cluster[],
  rewrite: Rewrite | null,
): { remedy: Remedy; suggestion?: Suggestion } {
  const { quota } = observed;
  // By the role's lines, by earlier changes, and by EKS: a wildcard lets in whatever EKS shows.
  const known = distinctClusters([
    ...(role ? clustersIn(role.reading) : []),
    ...observed.earlierClusters,
    ...listShown(observed.seen),
  ]);
  const sizes = new Map<string, number>();
  const sizeFor = (clusters: Cluster[]) => {
    const name = clusters.map(clusterKey).join();
    const text = sizes.has(name) ? null : rewrite?.textFor(clusters);
    const size = sizes.get(name) ?? (text ? sizeOf(text) : Number.POSITIVE_INFINITY);
    sizes.set(name, size);
    return size;
  };
  // A line for every cluster is the shortest and makes most others unnecessary. It may still be one too many
  // if the clusters are covered already. If even that is much too long, no other wildcard can fit.
  const least = sizeFor(everything);
  const isHopeless = Number.isFinite(least) && least > quota + oneStatement;
  const fits = (clusters: Cluster[]) => !isHopeless && sizeFor(clusters) <= quota;
  const others = known.filter((cluster) => !isAmong(asked, cluster));
  const lettingIn = (clusters: Cluster[]) => others.filter((cluster) => isAmong(clusters, cluster));
  const answer = (clusters: Cluster[]): Suggestion => ({
    clusters,
    compact: rewrite?.compact ?? false,
    size: sizeFor(clusters),
    quota,
    alsoLetsIn: lettingIn(clusters).slice(0, mostNamed),
  });
  if (rewrite?.compact && fits(asked)) {
    const suggestion = answer(asked);
    return {
      remedy: requestRemedy(
        { request: 'EXTEND', compact: true },
        `reduce it to ${suggestion.size} characters`,
      ),
      suggestion,
    };
  }
  // Prefer what lets in the fewest known clusters, and the first of equals.
  const chosen = widen(asked)
    .sort((a, b) => lettingIn(a).length - lettingIn(b).length)
    .find(fits);
  const otherwise = 'Or use a second role, or raise the quota L-C07B4B0D in Service Quotas.';
  if (!chosen) {
    const text = rewrite
      ? `No wildcard would fit either: ask for fewer clusters. ${otherwise}`
      : otherwise.replace('Or use', 'Use');
    return { remedy: { request: null, text } };
  }
  const suggestion = answer(chosen);
  const { clusters, size, compact } = suggestion;
  const pattern = findCommonPrefix(asked);
  const inIam =
    pattern && fits([pattern])
      ? ` A line for ${clusterKey(pattern)} would also fit, but it can only be written in IAM.`
      : '';
  const after = `It lets in every cluster that matches. Of the other known clusters: ${listShort(lettingIn(clusters))}.${inIam} ${otherwise}`;
  const remedy: Remedy = compact
    ? requestRemedy({ request: 'EXTEND', clusters, compact }, `reduce it to ${size} characters`, after)
    : {
        request: null,
        text: `Ask for ${listShort(clusters)} instead, which takes ${size} characters. ${after}`,
      };
  return { remedy, suggestion };
}

/**
 * The common prefix of names in one Region, as a pattern. A line can have it, but no request can ask for it.
 */
function findCommonPrefix(asked: Cluster[]): Cluster | null {
  const [first, ...rest] = asked;
  if (!first || rest.length === 0 || rest.some(({ region }) => region !== first.region)) return null;
  let prefix = first.name;
  for (const { name } of rest) while (!name.startsWith(prefix)) prefix = prefix.slice(0, -1);
  return prefix === '' || prefix.includes('*') ? null : { region: first.region, name: `${prefix}*` };
}
