import type { FindingCode } from '../../schema/report.ts';

interface Row {
  /** Null: any. */
  codes: FindingCode[] | null;
  /** When no request helps against them. */
  when: string;
  reason: string;
}

/** Findings that no request to this service makes go, and why. Their remedies say what a person has to do. */
export const beyondRequests = {
  WANTED_POLICIES: {
    codes: ['EXTRA_POLICIES'],
    when: 'always',
    reason: 'Other policies are often wanted, as for Fargate logging. This service never detaches one.',
  },
  OWNER: {
    codes: ['MANAGED_ELSEWHERE'],
    when: 'always',
    reason: 'The tags are those of the tool that owns the role. A change belongs there, or the tool undoes it.',
  },
  UNCONFIRMED: {
    codes: ['SOURCE_ACCOUNT_UNCONFIRMED', 'SOURCE_ORG_UNCONFIRMED'],
    when: 'always',
    reason: 'The condition hardens the role. Only a pod that starts shows that EKS sends the key.',
  },
  UNPROVABLE: {
    codes: ['CONDITION_UNPROVABLE'],
    when: 'always',
    reason: 'Without the condition an Allow lets in more, and a Deny bars more. Only a person knows what it is for.',
  },
  FULL: {
    codes: ['QUOTA_NEAR'],
    when: 'nothing can be folded or dropped',
    reason: 'Only a higher quota, or fewer clusters, makes room.',
  },
  BARRED_PRINCIPAL: {
    codes: ['PRINCIPAL_DELETED'],
    when: 'the ID stands in NotPrincipal',
    reason: 'Without it the statement means others. Only a person knows whom it is to mean.',
  },
  OTHERS_TRUSTED: {
    codes: ['SOURCE_ARN_DEAD', 'SOURCE_ARN_WIDE', 'CONDITION_WEAK', 'STATEMENT_DEAD', 'REGION_WILDCARD', 'CLUSTER_WILDCARD'],
    when: 'the policy trusts other principals, too',
    reason: 'REPLACE would take the role from them, and a line of a shared statement may be theirs.',
  },
  ORGANIZATION: {
    codes: null,
    when: "REPLACE alone helps, and would drop an organization's condition",
    reason: 'The condition hardens the role, and a remedy never loosens it.',
  },
  ASKED_FOR: {
    codes: ['REGION_WILDCARD', 'CLUSTER_WILDCARD', 'REGION_UNKNOWN'],
    when: 'the cluster of the line is itself asked about',
    reason: 'A request cannot ask for a line and drop it.',
  },
  NOT_A_NAME: {
    codes: ['REGION_WILDCARD', 'CLUSTER_WILDCARD', 'REGION_UNKNOWN'],
    when: 'no Region and name stand for the line',
    reason: 'A line is dropped by Region and name.',
  },
  REGION: {
    codes: ['CLUSTER_NOT_LISTED'],
    when: 'the Region asked about is not on the list of AWS',
    reason: 'A line is added only for a Region that AWS lists, or that EXTRA_REGIONS adds.',
  },
  QUOTA: {
    codes: null,
    when: "the account's quota has no room for what would help",
    reason: 'The refusal of the request says what would fit.',
  },
  AWS_ALONE: {
    codes: null,
    when: 'the role is under a path of AWS',
    reason: 'Only AWS itself may change it.',
  },
  TOO_HARD: {
    codes: null,
    when: 'the patterns take too much work to decide',
    reason: 'Nobody can say what a change would do.',
  },
  WRITTEN_BY_HAND: {
    codes: null,
    when: 'the policy has something that IAM takes from nobody, or that every plan has to keep',
    reason: 'The refusal of the request says what to write in IAM.',
  },
} as const satisfies Record<string, Row>;

export type Beyond = keyof typeof beyondRequests;
