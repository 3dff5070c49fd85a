import type { Cluster, Partition } from '../../schema/primitives.ts';
import { type Comparison, type Components, componentsOf } from '../role/arn.ts';
import { costs, type Effort } from './budget.ts';
import { glob, includes, intersects, type Language, many, one, Pattern, times } from './language.ts';
import { type Beginning, beginningOf, hasWildcard, matchesText, meets } from './prefix-match.ts';
import { canBeRegion } from './regions.ts';

/**
 * What the values of `aws:SourceArn` match: everything that is asked of them, decided exactly. ArnLike compares six
 * components apart, and a wildcard of the first five takes no colon; so what is asked of a line is asked of each of its
 * components. Only a StringLike value with a wildcard before its resource is one text, whose `*` takes colons.
 */
export interface Sources extends Cluster {
  partition: Partition;
  /** null: any account. */
  account: string | null;
  /** What the resources of all begin with, one of them, and all, once they are asked for. */
  start?: string;
  example?: string;
  resources?: Language;
}

const digits = '0123456789';
const lower = 'abcdefghijklmnopqrstuvwxyz';
const lettersAndDigits = `${digits}${lower}${lower.toUpperCase()}`;
const ofName = `${lettersAndDigits}-_`;
const ofRegion = `${lower}${digits}-`;

const anyRegion: Language = [one(ofRegion), many(ofRegion)];
const anyName: Language = [one(lettersAndDigits), many(ofName)];
const uuid: Language = [8, 4, 4, 4, 12].flatMap((length, i) => [...(i > 0 ? ['-'] : []), ...times(length, `${digits}abcdef`)]);
const profile: Language = [...anyName, '/', ...uuid];
const anyCluster: Language = ['fargateprofile/', ...anyName, '/', ...profile];

/** Resource parts of the ARNs of a cluster's Fargate profiles: fargateprofile/CLUSTER/PROFILE/UUID. `*` is every cluster. */
function resourcesOf(sources: Sources): Language {
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

const coversResources = (line: SourceValue, resource: string, sources: Sources, effort: Effort) =>
  meetsResources(line, resource, sources) ??
  (matchesStart(resource, sources, effort) ||
    (matchesExample(resource, sources, effort) && includes(resource, resourcesOf(sources), effort)));
const touchesResources = (line: SourceValue, resource: string, sources: Sources, effort: Effort) =>
  meetsResources(line, resource, sources) ??
  (matchesExample(resource, sources, effort) || intersects(resource, resourcesOf(sources), effort));

/** The ARNs of all Fargate profiles of a cluster. */
export const profilesOf = (sources: Sources): Language => [
  `arn:${sources.partition}:eks:`,
  ...(sources.region === '*' ? anyRegion : [sources.region]),
  ':',
  ...(sources.account === null ? times(12, digits) : [sources.account]),
  ':',
  ...resourcesOf(sources),
];

const literalsIn = (pattern: string) => pattern.replace(/[*?]/g, '');
const isMadeOf = (text: string, of: string) => [...text].every((character) => of.includes(character));

/** One value of `aws:SourceArn`, and how its operator compares. */
export interface SourceValue {
  value: string;
  comparison: Comparison;
  /** Its components, and how its resource begins, once they are known. */
  apart?: Components | null;
  beginning?: Beginning;
}

/** The components of a value, where its wildcards stay within them. */
export function componentsApart(line: SourceValue): Components | null {
  if (line.apart === undefined) {
    const parts = componentsOf(line.value);
    line.apart = line.comparison === 'ARN' || (line.comparison === 'STRING' && !parts?.slice(0, 5).some(hasWildcard)) ? parts : null;
  }
  return line.apart;
}

/** Does the value match every one of the ARNs? A text without wildcards matches one at most. */
export function coversAll(line: SourceValue, sources: Sources, effort: Effort): boolean {
  if (line.comparison !== 'ARN' && line.comparison !== 'STRING') return false;
  effort.spend(costs.pattern);
  const parts = componentsApart(line);
  if (!parts) return line.comparison === 'STRING' && includes(line.value, profilesOf(sources), effort);
  const [arn, partition, service, region, account, resource] = parts;
  return (
    (sources.region === '*' ? takesAnyText(region) : matchesText(region, sources.region, effort)) &&
    matchesText(arn, 'arn', effort) &&
    matchesText(partition, sources.partition, effort) &&
    matchesText(service, 'eks', effort) &&
    (sources.account === null ? includes(account, times(12, digits), effort) : matchesText(account, sources.account, effort)) &&
    coversResources(line, resource, sources, effort)
  );
}

/** Does it match every text but, perhaps, the empty one? */
const takesAnyText = (pattern: string) => pattern === '*' || (pattern.includes('*') && ['', '?'].includes(pattern.replaceAll('*', '')));

/** Does the value match one of the ARNs? null where it is no ARN and so, compared as one, matches nothing. */
export function touchesSome(line: SourceValue, sources: Sources, effort: Effort): boolean | null {
  const { value, comparison } = line;
  effort.spend(costs.pattern);
  if (comparison === 'EXACT') return isOneOf(value, sources, (text) => text);
  if (comparison === 'EXACT_IGNORING_CASE') return isOneOf(value, sources, (text) => text.toLowerCase());
  const parts = componentsApart(line);
  if (!parts) return comparison === 'ARN' ? null : intersects(value, profilesOf(sources), effort);
  const [arn, partition, service, region, account, resource] = parts;
  return (
    matchesText(arn, 'arn', effort) &&
    matchesText(partition, sources.partition, effort) &&
    matchesText(service, 'eks', effort) &&
    (sources.region === '*' ? region !== '' && isMadeOf(literalsIn(region), ofRegion) : matchesText(region, sources.region, effort)) &&
    (sources.account === null ? canBeAccount(account) : matchesText(account, sources.account, effort)) &&
    touchesResources(line, resource, sources, effort)
  );
}

/** Can the Region that the value names be one of the partition's? */
export function canMatchRegion(line: SourceValue, partition: Partition, effort: Effort): boolean {
  const region = regionOf(line);
  return region === null || canBeRegion(region, partition, effort);
}

/** The Region of a value as it is written; null where that cannot be told. */
export function regionOf(line: SourceValue): string | null {
  if (line.comparison === 'EXACT') return componentsOf(line.value)?.[3] ?? null;
  if (line.comparison === 'EXACT_IGNORING_CASE') return componentsOf(line.value.toLowerCase())?.[3] ?? null;
  return componentsApart(line)?.[3] ?? null;
}

/** Can it match twelve digits? */
export function canBeAccount(pattern: string): boolean {
  const fixed = pattern.replaceAll('*', '').length;
  return isMadeOf(literalsIn(pattern), digits) && (fixed === 12 || (fixed < 12 && pattern.includes('*')));
}

const inProfile = '[0-9A-Za-z][0-9A-Za-z_-]*/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
const profileShape = new RegExp(`^${inProfile}`);
const anyClusterShape = new RegExp(`^fargateprofile/[0-9A-Za-z][0-9A-Za-z_-]*/${inProfile}`);

/** Is a text one of the ARNs, if letter case is `folded` so? */
function isOneOf(value: string, { partition, account, region, name }: Sources, folded: (text: string) => string): boolean {
  const parts = componentsOf(value)?.map(folded);
  if (!parts) return false;
  const resource = parts[5] as string;
  const start = folded(`fargateprofile/${name}/`);
  // A lower-case text has the shapes of names and UUIDs if any of its forms has.
  return (
    parts[0] === 'arn' &&
    parts[1] === partition &&
    parts[2] === 'eks' &&
    (region === '*' ? /^[a-z0-9-]+$/.test(parts[3] as string) : parts[3] === folded(region)) &&
    (account === null ? /^\d{12}$/.test(parts[4] as string) : parts[4] === account) &&
    (name === '*' ? anyClusterShape.test(resource) : resource.startsWith(start) && profileShape.test(resource.slice(start.length)))
  );
}

/** Can the value match a source in another account? What is no ARN is judged as plain text: caution costs nothing here. */
export function reachesAnotherAccount(value: string, comparison: Comparison, accountId: string, effort: Effort): boolean {
  const parts = componentsOf(value);
  if (parts && /^\d{12}$/.test(parts[4])) {
    if (parts[4] !== accountId) return true;
    // The fifth component of whatever it matches is ours: no wildcard stands before it that could hold a colon.
    if (comparison !== 'STRING' || !parts.slice(0, 5).some(hasWildcard)) return false;
  }
  if (comparison === 'EXACT' || comparison === 'EXACT_IGNORING_CASE') return false;
  if (!parts || comparison === 'STRING') return canBeForeign(value, accountId, effort);
  const [arn, , , region, account] = parts;
  return (
    matchesText(arn, 'arn', effort) &&
    isMadeOf(literalsIn(region), ofRegion) &&
    canBeAccount(account) &&
    // What has a `?`, or digits to add to those that it names, can match a second account.
    account.replaceAll('*', '') !== accountId
  );
}

/**
 * Can a text with wildcards that take colons match an ARN whose account differs from ours in some digit? What follows the
 * account has no colons: so no `*` can mistake something there for the account.
 */
function canBeForeign(value: string, accountId: string, effort: Effort): boolean {
  const pattern = new Pattern(value, effort);
  let same = pattern.after(['arn:', many(null, ':'), ':', many(null, ':'), ':', many(ofRegion), ':']);
  let different: readonly number[] = [];
  for (const digit of accountId) {
    different = pattern.union(pattern.step(different, digits), pattern.step(same, digits.replace(digit, '')));
    same = pattern.step(same, digit);
  }
  const places = pattern.after([':', many(null, ':')], different);
  return pattern.takesAll(places) || pattern.ends(places);
}

/** What a line says of sources in this account, as one line; null where that cannot be written or is nothing. */
export function ownPart(value: string, comparison: Comparison, accountId: string, effort: Effort): string | null {
  if (!reachesAnotherAccount(value, comparison, accountId, effort)) return value;
  const parts = componentsOf(value);
  if (!parts || (comparison !== 'ARN' && comparison !== 'STRING')) return null;
  if (!matchesText(parts[4], accountId, effort)) return null;
  const own = [...parts.slice(0, 4), accountId, parts[5]].join(':');
  return reachesAnotherAccount(own, comparison, accountId, effort) ? null : own;
}

const profilesOnly = 'arn:*:eks:*:*:fargateprofile/*';

/** Are all sources that the value matches Fargate profiles, of whatever account? */
export function isProfilesOnly(value: string, comparison: Comparison): boolean {
  if (comparison === 'ARN') {
    const parts = componentsOf(value);
    return parts !== null && parts[0] === 'arn' && parts[2] === 'eks' && parts[5].startsWith('fargateprofile/');
  }
  // "ARN:" is no Fargate profile's.
  if (comparison === 'EXACT_IGNORING_CASE') return false;
  // Followed through the shape itself, whose components end at a colon and whose resource takes whatever comes.
  let places = new Set([0]);
  const isLast = (place: number) => place === profilesOnly.length - 1;
  for (const character of value) {
    if ([...places].every(isLast)) return true;
    // It takes what differs from the shape, too.
    if (character === '*' && comparison === 'STRING') return false;
    const next = new Set<number>();
    for (const place of places)
      for (const taken of character === '?' && comparison === 'STRING' ? [':', ''] : [character]) {
        const wanted = profilesOnly[place];
        if (wanted !== '*' && wanted !== taken) return false;
        next.add(isLast(place) || (wanted === '*' && taken !== ':') ? place : place + (wanted === '*' ? 2 : 1));
      }
    places = next;
  }
  return [...places].every(isLast);
}

interface Part extends Beginning {
  text: string;
  /** One text that it matches, and all, once they are asked for. */
  example?: string;
  language?: Language;
  /** The length of the shortest text that it matches. */
  least: number;
}

/** A value in the parts that its operator compares apart. Each is held against others: what is known of one is found once. */
export class Parts {
  readonly #texts: readonly string[];
  readonly #within: Comparison;
  readonly #known: Part[] = [];

  private constructor(texts: readonly string[], within: Comparison) {
    this.#texts = texts;
    this.#within = within;
  }

  /** null where it matches nothing. */
  static of(value: string, comparison: Comparison): Parts | null {
    if (comparison !== 'ARN') return new Parts([comparison === 'EXACT_IGNORING_CASE' ? value.toLowerCase() : value], comparison);
    const texts = componentsOf(value);
    return texts && new Parts(texts, 'STRING');
  }

  /** What the last part begins with: it tells most values apart. */
  get head(): string {
    return this.#at(this.#texts.length - 1).head;
  }

  /** Does one value match whatever another does, both under the same operator? */
  covers(narrow: Parts, effort: Effort): boolean {
    effort.spend(costs.line);
    for (let i = this.#texts.length - 1; i >= 0; i--)
      if (this.#texts[i] !== narrow.#texts[i] && !coversPart(this.#at(i), narrow.#at(i), effort)) return false;
    return true;
  }

  #at(i: number): Part {
    const text = this.#texts[i] as string;
    this.#known[i] ??= { text, ...beginningOf(text, this.#within), least: text.replaceAll('*', '').length };
    return this.#known[i];
  }
}

function coversPart(wide: Part, narrow: Part, effort: Effort): boolean {
  // Whatever the narrower begins with, its first wildcard stands for more than one character.
  if (!narrow.head.startsWith(wide.head)) return false;
  if (wide.isPrefix) return true;
  if (narrow.head.length === narrow.text.length) return wide.head.length < wide.text.length && matchesText(wide.text, narrow.text, effort);
  if (wide.head.length === wide.text.length || wide.least > narrow.least) return false;
  effort.spend(costs.pattern);
  // What follows is the last star's.
  if (narrow.isPrefix && wide.text.endsWith('*') && matchesText(wide.text, narrow.head, effort)) return true;
  narrow.example ??= narrow.text.replace(/[*?]/g, 'Q');
  if (!matchesText(wide.text, narrow.example, effort)) return false;
  effort.spend(wide.text.length + narrow.text.length);
  narrow.language ??= glob(narrow.text);
  return includes(wide.text, narrow.language, effort);
}
