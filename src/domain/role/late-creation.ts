import type { Change } from '../../schema/change.ts';

/** Our creation of a role that is younger than a read may be old: IAM may not know the role everywhere yet. */
export const findLateCreation = (history: readonly Change[], now: number, staleMs: number): Change | null =>
  history.find(({ steps }) =>
    steps.some(({ action, outcome, at }) => action === 'iam:CreateRole' && outcome === 'SUCCEEDED' && now - Date.parse(at) < staleMs),
  ) ?? null;
