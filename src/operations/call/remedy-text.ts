import type { NamedRequest, Remedy } from '../../domain/remedies/remedy.ts';
import { clusterKey } from '../../domain/role/cluster.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Override } from '../../schema/override.ts';
import type { Cluster, ListedCluster } from '../../schema/primitives.ts';

/**
 * The face whose words a text uses. A stored text, such as the result of a sweep, is read through any face.
 */
export type Face = 'REST' | 'GRAPHQL' | 'COMMAND_LINE' | 'STORED';

export const faceOf = ({ via, isCommandLine }: Pick<Caller, 'via' | 'isCommandLine'>): Face =>
  via === 'SWEEP' ? 'STORED' : via === 'GRAPHQL' ? 'GRAPHQL' : isCommandLine ? 'COMMAND_LINE' : 'REST';

/** The role that a text is about. */
interface About {
  accountId: string;
  roleName: string;
  /** The clusters of the request. */
  clusters: Cluster[];
}

/** A remedy in the words of a face. */
export function formatRemedy({ before, request, text, after }: Remedy, face: Face, about: About): string {
  const sentence = request === null ? text : `${words[face](request, about)} to ${text}.`;
  // After a condition, which ends in a comma or a word, the sentence goes on.
  const goesOn = before !== undefined && !/[.!?]$/.test(before);
  return [before, goesOn ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence, after]
    .filter(Boolean)
    .join(' ');
}

type Say = (request: NamedRequest, about: About) => string;

/** Maximum number of clusters that a text names. */
const most = 10;
const listClusters = (clusters: ListedCluster[]) =>
  [
    ...clusters.slice(0, most).map(clusterKey),
    ...(clusters.length > most ? [`${clusters.length - most} more`] : []),
  ].join(', ');
const joinParts = (parts: string[]) =>
  [parts.slice(0, -1).join(', '), ...parts.slice(-1)].filter(Boolean).join(' and ');

/** The parts of a request besides its address, as ` with …`. */
function details(
  { request, clusters, onMismatch, compact, drop, overrides = [] }: NamedRequest,
  separator: ' ' | ': ',
  override: (codes: string[]) => string,
) {
  const parts = [
    ...(request !== 'PRUNE' && Array.isArray(clusters) ? [listClusters(clusters)] : []),
    ...(onMismatch ? [`onMismatch${separator}${onMismatch}`] : []),
    ...(compact ? [separator === ' ' ? 'compact' : 'compact: true'] : []),
    ...(drop ? [`drop${separator}${listClusters(drop)}`] : []),
    ...(overrides.length > 0 ? [override(overrides)] : []),
  ];
  if (request === 'RETRACT' || (request === 'PRUNE' && parts.length === 0)) return '';
  return parts.length > 0 ? ` with ${joinParts(parts)}` : standing[clusters as keyof typeof standing];
}

const standing = {
  SAME: ' with the same clusters',
  OWN: " with the role's clusters",
  CHOSEN: ' with the clusters that are meant',
};

const routes: Record<NamedRequest['request'], string> = {
  CREATE: 'POST …/execution-roles',
  EXTEND: 'POST …/extend',
  ENSURE: 'PUT …/{roleName}',
  RETRACT: 'DELETE …/clusters/REGION/NAME',
  PRUNE: 'POST …/{roleName}/prune',
};
const fields: Record<NamedRequest['request'], string> = {
  CREATE: 'createExecutionRole',
  EXTEND: 'extendExecutionRole',
  ENSURE: 'ensureExecutionRole',
  RETRACT: 'retractCluster',
  PRUNE: 'pruneExecutionRole',
};
const verbs: Record<NamedRequest['request'], string> = {
  CREATE: 'Ask for the role',
  EXTEND: 'Extend the role',
  ENSURE: 'Ensure the role',
  RETRACT: 'Delete a line',
  PRUNE: 'Prune the role',
};

const inRest: Say = (request) =>
  `Send ${routes[request.request]}${details(request, ' ', (codes) => codes.map((code) => `override=${code}`).join('&'))}`;

const words: Record<Face, Say> = {
  REST: inRest,
  GRAPHQL: (request) =>
    `Send ${fields[request.request]}${details(request, ': ', (codes) => `override: [${codes.join(', ')}]`)}`,
  STORED: (request) =>
    `${verbs[request.request]}${details(request, ' ', (codes) => `override ${codes.join(', ')}`)}`,
  COMMAND_LINE: (request, about) =>
    request.request === 'CREATE'
      ? inRest(request, about).replace('…', `/v1/accounts/${about.accountId}`)
      : `Run ${commandOf(request, about).join(' ')}`,
};

/** How to override a refusal, to follow "or". */
export function formatOverride(code: Override, face: Face): string {
  const says = {
    REST: `send override=${code}`,
    GRAPHQL: `send override: ${code}`,
    COMMAND_LINE: `add --override ${code}`,
    STORED: `override ${code}`,
  };
  return says[face];
}

/** How to remove a line, to follow "with". */
export const formatRetract = (face: Face): string =>
  ({ REST: routes.RETRACT, GRAPHQL: fields.RETRACT, COMMAND_LINE: routes.RETRACT, STORED: 'a retraction' })[
    face
  ];

/** Quotes a text that a shell would not take as it is. */
const quote = (text: string) => (/^[\w./+=,@-]+$/.test(text) ? text : `'${text}'`);
const anyCluster = 'REGION/NAME';

/** The command `rolewright extend` for any request but a prune. */
function commandOf(
  { request, clusters, onMismatch, compact, drop, overrides = [] }: NamedRequest,
  about: About,
): string[] {
  const overriding = overrides.flatMap((code) => ['--override', code]);
  if (request === 'PRUNE')
    return ['rolewright prune', about.accountId, quote(about.roleName), '--apply', ...overriding];
  const asked = Array.isArray(clusters) ? clusters : clusters === 'CHOSEN' ? [] : about.clusters;
  const named = asked.length > 0 && asked.length <= most ? asked.map(clusterKey) : [anyCluster];
  const options =
    request === 'RETRACT' ? ['--drop', anyCluster] : named.flatMap((key) => ['--cluster', quote(key)]);
  return [
    'rolewright extend',
    about.accountId,
    quote(about.roleName),
    ...options,
    ...(onMismatch ? ['--on-mismatch', onMismatch] : []),
    ...(compact ? ['--compact'] : []),
    ...(drop ?? []).flatMap((one) => ['--drop', quote(clusterKey(one))]),
    ...overriding,
  ];
}
