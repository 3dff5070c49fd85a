import type { NamedRequest, Remedy } from '../../domain/remedies/remedy.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Override } from '../../schema/override.ts';
import type { Cluster, ListedCluster } from '../../schema/primitives.ts';

/** Whose words a text is in. What is stored, as the results of sweeps are, is read through any face. */
export type Face = 'REST' | 'GRAPHQL' | 'COMMAND_LINE' | 'STORED';

export const faceOf = ({ via, isCommandLine }: Pick<Caller, 'via' | 'isCommandLine'>): Face =>
  via === 'SWEEP' ? 'STORED' : via === 'GRAPHQL' ? 'GRAPHQL' : isCommandLine ? 'COMMAND_LINE' : 'REST';

/** The role that a text is about. */
interface About {
  accountId: string;
  roleName: string;
  /** The clusters that were asked about. */
  clusters: Cluster[];
}

/** A remedy in the words of a face. */
export function sayRemedy({ before, request, text, after }: Remedy, face: Face, about: About): string {
  const sentence = request === null ? text : `${words[face](request, about)} to ${text}.`;
  // A condition or a first step ends in a comma or a word, and its sentence goes on.
  const goesOn = before !== undefined && !/[.!?]$/.test(before);
  return [before, goesOn ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence, after].filter(Boolean).join(' ');
}

type Say = (request: NamedRequest, about: About) => string;

const keyOf = ({ region, name }: ListedCluster) => `${region}/${name}`;
/** So many clusters are named, and no more. */
const most = 10;
const listed = (clusters: ListedCluster[]) =>
  [...clusters.slice(0, most).map(keyOf), ...(clusters.length > most ? [`${clusters.length - most} more`] : [])].join(', ');
const joined = (parts: string[]) => [parts.slice(0, -1).join(', '), ...parts.slice(-1)].filter(Boolean).join(' and ');

/** What a request has besides its address, as `with …`; none where there is nothing. */
function details(
  { request, clusters, onMismatch, compact, drop, overrides = [] }: NamedRequest,
  separator: ' ' | ': ',
  override: (codes: string[]) => string,
) {
  const parts = [
    ...(Array.isArray(clusters) ? [listed(clusters)] : []),
    ...(onMismatch ? [`onMismatch${separator}${onMismatch}`] : []),
    ...(compact ? [separator === ' ' ? 'compact' : 'compact: true'] : []),
    ...(drop ? [`drop${separator}${listed(drop)}`] : []),
    ...(overrides.length > 0 ? [override(overrides)] : []),
  ];
  if (request === 'RETRACT') return '';
  return parts.length > 0 ? ` with ${joined(parts)}` : standing[clusters as keyof typeof standing];
}

const standing = { SAME: ' with the same clusters', OWN: " with the role's clusters", CHOSEN: ' with the clusters that are meant' };

const routes: Record<NamedRequest['request'], string> = {
  CREATE: 'POST …/execution-roles',
  EXTEND: 'POST …/extend',
  ENSURE: 'PUT …/{roleName}',
  RETRACT: 'DELETE …/clusters/REGION/NAME',
};
const fields: Record<NamedRequest['request'], string> = {
  CREATE: 'createExecutionRole',
  EXTEND: 'extendExecutionRole',
  ENSURE: 'ensureExecutionRole',
  RETRACT: 'retractCluster',
};
const verbs: Record<NamedRequest['request'], string> = {
  CREATE: 'Ask for the role',
  EXTEND: 'Extend the role',
  ENSURE: 'Ensure the role',
  RETRACT: 'Delete a line',
};

const inRest: Say = (request) =>
  `Send ${routes[request.request]}${details(request, ' ', (codes) => codes.map((code) => `override=${code}`).join('&'))}`;

const words: Record<Face, Say> = {
  REST: inRest,
  GRAPHQL: (request) => `Send ${fields[request.request]}${details(request, ': ', (codes) => `override: [${codes.join(', ')}]`)}`,
  STORED: (request) => `${verbs[request.request]}${details(request, ' ', (codes) => `override ${codes.join(', ')}`)}`,
  COMMAND_LINE: (request, about) =>
    request.request === 'CREATE'
      ? inRest(request, about).replace('…', `/v1/accounts/${about.accountId}`)
      : `Run ${commandOf(request, about).join(' ')}`,
};

/** How a request says that it goes past a refusal, to follow "or". */
export function sayOverride(code: Override, face: Face): string {
  const says = {
    REST: `send override=${code}`,
    GRAPHQL: `send override: ${code}`,
    COMMAND_LINE: `add --override ${code}`,
    STORED: `override ${code}`,
  };
  return says[face];
}

/** How a line is taken away, to follow "with". */
export const sayRetract = (face: Face): string =>
  ({ REST: routes.RETRACT, GRAPHQL: fields.RETRACT, COMMAND_LINE: routes.RETRACT, STORED: 'a retraction' })[face];

/** What the shell would take for more than text is quoted. */
const quoted = (text: string) => (/^[\w./+=,@-]+$/.test(text) ? text : `'${text}'`);
const anyCluster = 'REGION/NAME';

/** `rolewright extend` does all of it. */
function commandOf({ request, clusters, onMismatch, compact, drop, overrides = [] }: NamedRequest, about: About): string[] {
  const asked = Array.isArray(clusters) ? clusters : clusters === 'CHOSEN' ? [] : about.clusters;
  const named = asked.length > 0 && asked.length <= most ? asked.map(keyOf) : [anyCluster];
  const options = request === 'RETRACT' ? ['--drop', anyCluster] : named.flatMap((key) => ['--cluster', quoted(key)]);
  return [
    'rolewright extend',
    about.accountId,
    quoted(about.roleName),
    ...options,
    ...(onMismatch ? ['--on-mismatch', onMismatch] : []),
    ...(compact ? ['--compact'] : []),
    ...(drop ?? []).flatMap((one) => ['--drop', quoted(keyOf(one))]),
    ...overrides.flatMap((code) => ['--override', code]),
  ];
}
