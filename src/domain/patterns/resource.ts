import type { Cluster } from '../../schema/primitives.ts';
import type { Source, SourcePiece } from '../kinds/role-kind.ts';
import { componentsOf } from '../role/arn.ts';
import type { Budget } from './budget.ts';
import { digits, lettersAndDigits, ofName } from './characters.ts';
import { includes, intersects } from './compare-languages.ts';
import { type Language, many, one, times } from './language.ts';
import { beginningOf, matchesText, meets } from './prefix-match.ts';
import { componentsApart, type Sources, type SourceValue } from './source-value.ts';

const anyName: Language = [one(lettersAndDigits), many(ofName)];
const uuid: Language = [8, 4, 4, 4, 12].flatMap((length, i) => [
  ...(i > 0 ? ['-'] : []),
  ...times(length, `${digits}abcdef`),
]);
const languages: Record<SourcePiece, Language> = { NAME: anyName, UUID: uuid, '/': ['/'] };

/**
 * The languages of what follows a cluster's name, and of the resource parts of every cluster. They are
 * constants of a kind, so each is compiled once.
 */
const languagesOf = new WeakMap<Source, { rest: Language; everyCluster: Language }>();

function compile(source: Source): { rest: Language; everyCluster: Language } {
  const rest = source.rest.flatMap((piece) => languages[piece]);
  const compiled = { rest, everyCluster: [source.beforeName, ...anyName, source.afterName, ...rest] };
  languagesOf.set(source, compiled);
  return compiled;
}

/** The resource parts of the sources. */
export function resourcesOf(sources: Sources): Language {
  const { source, name } = sources;
  const { rest, everyCluster } = languagesOf.get(source) ?? compile(source);
  sources.resources ??= name === '*' ? everyCluster : [source.beforeName + name + source.afterName, ...rest];
  return sources.resources;
}

/** The text with which the resource parts of a cluster's sources begin. */
export const startOfResources = ({ beforeName, afterName }: Source, { name }: Cluster): string =>
  name === '*' ? beforeName : beforeName + name + afterName;

/** The fixed text with which a line's resource part begins. Empty when that is unknown. */
export function headOfResource(line: SourceValue): string {
  const resource = line.comparison === 'EXACT' ? componentsOf(line.value)?.[5] : componentsApart(line)?.[5];
  if (resource === undefined) return '';
  line.beginning ??= beginningOf(resource, line.comparison === 'EXACT' ? 'EXACT' : 'STRING');
  return line.beginning.head;
}

/**
 * Most lines are for another cluster, or for exactly this one and end in `*`. For those `meets` is enough.
 */
function meetsResources(line: SourceValue, resource: string, sources: Sources): boolean | null {
  line.beginning ??= beginningOf(resource, 'STRING');
  sources.start ??= startOfResources(sources.source, sources);
  return meets(line.beginning, 'STRING', sources.start);
}

/** Does the pattern match one example? A cheap test before the exact ones. */
function matchesExample(resource: string, sources: Sources, budget: Budget): boolean {
  const { source, name } = sources;
  sources.example ??= source.beforeName + (name === '*' ? 'Q' : name) + source.afterName + source.restExample;
  return matchesText(resource, sources.example, budget);
}

/** Does the pattern match the common start, and end in a `*` that matches whatever follows? */
function matchesStart(resource: string, sources: Sources, budget: Budget): boolean {
  sources.start ??= startOfResources(sources.source, sources);
  return resource.endsWith('*') && matchesText(resource, sources.start, budget);
}

/** Does the pattern match every resource part of the sources? */
export const coversResources = (
  line: SourceValue,
  resource: string,
  sources: Sources,
  budget: Budget,
): boolean =>
  meetsResources(line, resource, sources) ??
  (matchesStart(resource, sources, budget) ||
    (matchesExample(resource, sources, budget) && includes(resource, resourcesOf(sources), budget)));

/** Does the pattern match one of them? */
export const touchesResources = (
  line: SourceValue,
  resource: string,
  sources: Sources,
  budget: Budget,
): boolean =>
  meetsResources(line, resource, sources) ??
  (matchesExample(resource, sources, budget) || intersects(resource, resourcesOf(sources), budget));
