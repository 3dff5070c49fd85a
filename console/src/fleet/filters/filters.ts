import { many, one, type Search } from '../../app/search.ts';
import type { Shape } from '../../shape.ts';

// The filters of the fleet have the names of `GET /v1/posture`, in the page's address too.

type RoleVerdict = Shape<'Verdict'>;
/** In the order of the bar. */
export const roleVerdicts = ['COMPLIANT', 'NEEDS_EXTENSION', 'NEEDS_REPAIR', 'MISSING'] as const;

/** A verdict that can be filtered by. UNREACHABLE: accounts that the last check could not read. */
export type ChosenVerdict = RoleVerdict | 'UNREACHABLE';

export interface Filters {
  q?: string;
  /** `KEY=VALUE`. All of them must match. */
  label?: string[];
  finding?: Shape<'FindingCode'>;
  changedSince?: string;
}

/** The filters of an address, but for the verdict. What is empty or malformed is left out. */
export function filtersOf(search: Search): Filters {
  const q = one(search, 'q')?.trim();
  const label = many(search, 'label').filter((text) => /^[^=]+=/.test(text));
  const finding = one(search, 'finding');
  const changedSince = one(search, 'changedSince');
  return {
    ...(q && { q }),
    ...(label.length > 0 && { label }),
    ...(finding && /^[A-Z_]+$/.test(finding) && { finding: finding as Shape<'FindingCode'> }),
    ...(changedSince && !Number.isNaN(Date.parse(changedSince)) && { changedSince }),
  };
}

export function verdictOf(search: Search): ChosenVerdict | undefined {
  const verdict = one(search, 'verdict');
  return [...roleVerdicts, 'UNREACHABLE' as const].find((known) => known === verdict);
}

/** The names of the filters without values, which removes them. */
export const noFilters: Search = {
  q: undefined,
  label: undefined,
  finding: undefined,
  changedSince: undefined,
  verdict: undefined,
};

/**
 * The accounts of a sweep over what is filtered. Null: the filters are about roles or words, so that the accounts have
 * to be named one by one.
 */
export function selectOf(filters: Filters, verdict: ChosenVerdict | undefined): Shape<'SweepSelect'> | null {
  const { label = [], ...others } = filters;
  if (verdict !== undefined || Object.keys(others).length > 0) return null;
  if (label.length === 0) return { all: true };
  const labels = label.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]);
  return { labels: Object.fromEntries(labels) };
}
