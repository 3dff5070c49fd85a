import type { Shape } from '../shape.ts';

/** What somebody says who goes ahead in spite of a refusal. */
export function overrideStatement(code: Shape<'OverrideCode'>, tool: string | undefined): string {
  switch (code) {
    case 'MANAGED_ELSEWHERE':
      return `Change the role here. ${tool ?? 'The tool that owns it'} may undo the change, unless it is made there too.`;
    case 'NOT_AN_EXECUTION_ROLE':
      return 'Change the role, although it does not look like an execution role.';
    case 'PRINCIPALS_LOST':
      return 'Take the other principals out of the trust policy.';
    case 'CLUSTER_CLAIMED':
      return 'Take the role from clusters that others claim. Their claims stay.';
    case 'PROFILE_ACTIVE':
      return 'Take the role from active Fargate profiles. EKS starts no more pods with them.';
  }
}

/** The detail of a refusal without the sentences that name a request of the API: the page has its controls for them. */
export const plainDetail = (detail: string): string =>
  detail
    .split(/(?<=[.!?]) (?=[A-Z])/)
    .filter(
      (sentence) => !/\b(?:POST|PUT|DELETE) …|\b(?:override=|onLaterChanges\b|onMismatch\b)/.test(sentence),
    )
    .join(' ') || detail;

const overridable: readonly string[] = [
  'MANAGED_ELSEWHERE',
  'NOT_AN_EXECUTION_ROLE',
  'PRINCIPALS_LOST',
  'CLUSTER_CLAIMED',
  'PROFILE_ACTIVE',
] satisfies Shape<'OverrideCode'>[];
export const isOverridable = (code: string): code is Shape<'OverrideCode'> => overridable.includes(code);
