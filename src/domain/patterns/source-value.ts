import type { Cluster, Partition } from '../../schema/primitives.ts';
import { type Comparison, type Components, componentsOf } from '../role/arn.ts';
import type { Language } from './language.ts';
import { type Beginning, hasWildcard } from './prefix-match.ts';

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

/** The Region of a value as it is written; null where that cannot be told. */
export function regionOf(line: SourceValue): string | null {
  if (line.comparison === 'EXACT') return componentsOf(line.value)?.[3] ?? null;
  if (line.comparison === 'EXACT_IGNORING_CASE') return componentsOf(line.value.toLowerCase())?.[3] ?? null;
  return componentsApart(line)?.[3] ?? null;
}
