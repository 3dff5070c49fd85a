import type { Cluster } from '../../schema/primitives.ts';
import { componentsOf } from '../role/arn.ts';
import type { Effort } from './budget.ts';
import { digits, lettersAndDigits, ofName } from './characters.ts';
import { includes, intersects, type Language, many, one, times } from './language.ts';
import { beginningOf, matchesText, meets } from './prefix-match.ts';
import { componentsApart, type Sources, type SourceValue } from './source-value.ts';

const anyName: Language = [one(lettersAndDigits), many(ofName)];
const uuid: Language = [8, 4, 4, 4, 12].flatMap((length, i) => [...(i > 0 ? ['-'] : []), ...times(length, `${digits}abcdef`)]);
const profile: Language = [...anyName, '/', ...uuid];
const anyCluster: Language = ['fargateprofile/', ...anyName, '/', ...profile];

/** Resource parts of the ARNs of a cluster's Fargate profiles: fargateprofile/CLUSTER/PROFILE/UUID. `*` is every cluster. */
export function resourcesOf(sources: Sources): Language {
  sources.resources ??= sources.name === '*' ? anyCluster : [`fargateprofile/${sources.name}/`, ...profile];
  return sources.resources;
}

/** The text with which the resources of a cluster's profiles begin. */
export const startOfResources = ({ name }: Cluster) => (name === '*' ? 'fargateprofile/' : `fargateprofile/${name}/`);

/** What a line's resource begins with: the line meets no cluster whose resources begin otherwise. '' where that cannot be said. */
export function headOfResource(line: SourceValue): string {
  const resource = line.comparison === 'EXACT' ? componentsOf(line.value)?.[5] : componentsApart(line)?.[5];
  if (resource === undefined) return '';
  line.beginning ??= beginningOf(resource, line.comparison === 'EXACT' ? 'EXACT' : 'STRING');
  return line.beginning.head;
}

/** Most resource patterns begin unlike the cluster's, or with all that it fixes and a `*`: then `meets` answers. */
function meetsResources(line: SourceValue, resource: string, sources: Sources): boolean | null {
  line.beginning ??= beginningOf(resource, 'STRING');
  sources.start ??= startOfResources(sources);
  return meets(line.beginning, 'STRING', sources.start);
}

/** One profile of the cluster. That a pattern does not match it is proof enough, and cheap; so is, where any will do, that it does. */
function matchesExample(resource: string, sources: Sources, effort: Effort): boolean {
  sources.example ??= `fargateprofile/${sources.name === '*' ? 'Q' : sources.name}/Q/77777777-7777-7777-7777-777777777777`;
  return matchesText(resource, sources.example, effort);
}

/** Does it match what all begin with, and take by its last star whatever follows? */
function matchesStart(resource: string, sources: Sources, effort: Effort): boolean {
  sources.start ??= startOfResources(sources);
  return resource.endsWith('*') && matchesText(resource, sources.start, effort);
}

export const coversResources = (line: SourceValue, resource: string, sources: Sources, effort: Effort) =>
  meetsResources(line, resource, sources) ??
  (matchesStart(resource, sources, effort) ||
    (matchesExample(resource, sources, effort) && includes(resource, resourcesOf(sources), effort)));
export const touchesResources = (line: SourceValue, resource: string, sources: Sources, effort: Effort) =>
  meetsResources(line, resource, sources) ??
  (matchesExample(resource, sources, effort) || intersects(resource, resourcesOf(sources), effort));
