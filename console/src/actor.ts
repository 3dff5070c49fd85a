import type { Shape } from './shape.ts';

/** Who asked for a change, a sweep or a schedule: the person first, where a portal asked for one. */
export const nameOf = ({ actor, onBehalfOf }: Pick<Shape<'Change'>, 'actor' | 'onBehalfOf'>): string =>
  onBehalfOf ? `${onBehalfOf.subject} through ${actor.subject}` : actor.subject;
