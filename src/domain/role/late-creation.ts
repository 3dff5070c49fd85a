import type { Change } from '../../schema/change.ts';

/** Our recent creation of the role. Until it is `staleMs` old, IAM may not know the role everywhere. */
export const findLateCreation = (history: readonly Change[], now: number, staleMs: number): Change | null =>
  history.find(({ steps }) =>
    steps.some(
      ({ action, outcome, at }) =>
        action === 'iam:CreateRole' && outcome === 'SUCCEEDED' && now - Date.parse(at) < staleMs,
    ),
  ) ?? null;
