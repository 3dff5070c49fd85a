import { type Comparison, componentsOf } from '../role/arn.ts';

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
