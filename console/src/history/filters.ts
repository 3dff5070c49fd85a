import type { operations } from '../../../clients/typescript/src/generated/schema.ts';

// The filters of the history have the names of `GET /v1/changes`, in the page's address too.

type Query = NonNullable<operations['listChanges']['parameters']['query']>;
export type Filters = Omit<Query, 'cursor' | 'limit'>;
export type FilterName = keyof Filters;

export const kinds = {
  CREATE: 'Created',
  EXTEND: 'Added clusters',
  REPAIR: 'Repaired',
  RETRACT: 'Removed clusters',
  REVERT: 'Reverted',
  CLAIM: 'Claimed',
  RELEASE: 'Ended a claim',
} as const;

export const outcomes = {
  SUCCEEDED: 'Succeeded',
  PARTIAL: 'Partly done',
  FAILED: 'Failed',
  UNKNOWN: 'Unknown',
  PENDING: 'In progress',
} as const;

export const filterLabels: Record<FilterName, string> = {
  q: 'Words',
  kind: 'Kind',
  outcome: 'Outcome',
  accountId: 'Account',
  roleName: 'Role',
  cluster: 'Cluster',
  actor: 'Actor',
  actorIssuer: 'Issuer of the actor',
  since: 'Since',
  until: 'Before',
};

const names = Object.keys(filterLabels) as FilterName[];

/** The filters of an address. Of a name that is there twice the last value counts. What is empty is left out. */
export function filtersOf(search: Record<string, string | string[] | undefined>): Filters {
  const pairs = names.flatMap((name) => {
    const value = [search[name]].flat().at(-1)?.trim();
    return value ? [[name, value]] : [];
  });
  return Object.fromEntries(pairs) as Filters;
}

/** The value of a filter as people read it. */
export function filterText(name: FilterName, value: string): string {
  if (name === 'kind') return kinds[value as keyof typeof kinds] ?? value;
  if (name === 'outcome') return outcomes[value as keyof typeof outcomes] ?? value;
  // The service takes a date as its beginning in UTC.
  return (name === 'since' || name === 'until') && /^\d{4}-\d\d-\d\d$/.test(value) ? `${value} (UTC)` : value;
}
