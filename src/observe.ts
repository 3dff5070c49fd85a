import type { Observer } from './ports/observer.ts';

/** Nobody watches. */
export const unobserved: Observer = { observe: (_, work) => work(), note() {} };

/** Lets several observers watch. The first one runs outermost. */
export function combineObservers(observers: readonly Observer[]): Observer {
  const [first, ...others] = observers;
  if (first === undefined) return unobserved;
  if (others.length === 0) return first;
  const rest = combineObservers(others);
  const trace = first.trace ?? rest.trace;
  return {
    ...(trace && { trace }),
    observe: (activity, work) => first.observe(activity, () => rest.observe(activity, work)),
    note(occurrence) {
      first.note(occurrence);
      rest.note(occurrence);
    },
  };
}
