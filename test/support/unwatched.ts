import { unobserved } from '#src/observe.ts';
import { createRefusalCounts } from '#src/operations/call/refusal-counts.ts';

/** What every call of an operation needs, with nobody who watches. */
export const unwatched = { observer: unobserved, refusals: createRefusalCounts(unobserved) };
