import type { Source } from '../kinds/role-kind.ts';
import { type Comparison, componentsOf } from '../role/arn.ts';

/** Is everything that the value matches a source of this kind, in whatever account? */
export function matchesSourcesOnly(
  { service, beforeName }: Source,
  value: string,
  comparison: Comparison,
): boolean {
  if (comparison === 'ARN') {
    const parts = componentsOf(value);
    return parts !== null && parts[0] === 'arn' && parts[2] === service && parts[5].startsWith(beforeName);
  }
  // The value matches "ARN:" too, and no source begins like that.
  if (comparison === 'EXACT_IGNORING_CASE') return false;
  return isWithin(`arn:*:${service}:*:*:${beforeName}*`, value, comparison);
}

/**
 * Does the shape match all that the value matches? The value is followed through the shape. A `*` of the
 * shape ends at a colon, but for the last, which matches everything.
 */
function isWithin(shape: string, value: string, comparison: Comparison): boolean {
  const isLast = (place: number) => place === shape.length - 1;
  let places = new Set([0]);
  for (const character of value) {
    if ([...places].every(isLast)) return true;
    // It matches texts outside the shape, too.
    if (character === '*' && comparison === 'STRING') return false;
    const next = new Set<number>();
    for (const place of places)
      for (const taken of character === '?' && comparison === 'STRING' ? [':', ''] : [character]) {
        const wanted = shape[place];
        if (wanted !== '*' && wanted !== taken) return false;
        next.add(
          isLast(place) || (wanted === '*' && taken !== ':') ? place : place + (wanted === '*' ? 2 : 1),
        );
      }
    places = next;
  }
  return [...places].every(isLast);
}
