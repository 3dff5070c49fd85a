import type { FindingCode } from '../../schema/report.ts';

interface Row {
  /** The findings that it applies to. Null: any. */
  codes: FindingCode[] | null;
  /** When no request removes them. */
  when: string;
  reason: string;
}

/** Why no request to this service removes a finding. Its remedy then says what a person has to do. */
export const beyondRequests = {
  WANTED_POLICIES: {
    codes: ['EXTRA_POLICIES'],
    when: 'always',
    reason: 'Other policies are often intended. This service never detaches one.',
  },
  OWNER: {
    codes: ['MANAGED_ELSEWHERE'],
    when: 'always',
    reason: 'The tags show which tool owns the role. A change belongs there, or the tool reverts it.',
  },
  UNCONFIRMED: {
    codes: ['SOURCE_ACCOUNT_UNCONFIRMED', 'SOURCE_ORG_UNCONFIRMED'],
    when: 'always',
    reason: 'The condition hardens the role. Only a use that succeeds shows that the service sends the key.',
  },
  UNPROVABLE: {
    codes: ['CONDITION_UNPROVABLE'],
    when: 'always',
    reason:
      'Without the condition an Allow lets in more, and a Deny blocks more. Only a person knows its purpose.',
  },
  AHEAD: {
    codes: ['CLUSTER_NOT_SEEN'],
    when: 'always',
    reason: 'A line is often written before its cluster. Only a person knows whether it is to come.',
  },
  LAST_LINE: {
    codes: ['CLUSTER_GONE'],
    when: 'every line is of a cluster that is gone',
    reason: 'A role without lines serves no cluster. Only a person knows whether the role is still needed.',
  },
  FULL: {
    codes: ['QUOTA_NEAR'],
    when: 'nothing can be merged or dropped',
    reason: 'Only a higher quota, or fewer clusters, makes room.',
  },
  BARRED_PRINCIPAL: {
    codes: ['PRINCIPAL_DELETED'],
    when: 'the ID is in NotPrincipal',
    reason: 'Without it the statement applies to others. Only a person knows whom it should name.',
  },
  OTHERS_TRUSTED: {
    codes: [
      'SOURCE_ARN_DEAD',
      'SOURCE_ARN_WIDE',
      'CONDITION_WEAK',
      'STATEMENT_DEAD',
      'REGION_WILDCARD',
      'CLUSTER_WILDCARD',
    ],
    when: 'the policy trusts other principals, too',
    reason: 'REPLACE would remove their access, and a line of a shared statement may be theirs.',
  },
  ORGANIZATION: {
    codes: null,
    when: 'only REPLACE helps, and it would drop a condition on the organization',
    reason: 'The condition hardens the role, and a remedy never removes it.',
  },
  ASKED_FOR: {
    codes: ['REGION_WILDCARD', 'CLUSTER_WILDCARD', 'REGION_UNKNOWN'],
    when: 'the request asks for the cluster of the line',
    reason: 'A request cannot ask for a line and drop it.',
  },
  NOT_A_NAME: {
    codes: ['REGION_WILDCARD', 'CLUSTER_WILDCARD', 'REGION_UNKNOWN'],
    when: 'no Region and name identify the line',
    reason: 'A line is dropped by Region and name.',
  },
  REGION: {
    codes: ['CLUSTER_NOT_LISTED', 'CLUSTER_GONE'],
    when: "the Region is not on AWS's list",
    reason: 'A line is added or pruned only for a Region that AWS lists, or that EXTRA_REGIONS adds.',
  },
  QUOTA: {
    codes: null,
    when: "the account's quota has no room for what would help",
    reason: 'The refusal of the request says what would fit.',
  },
  AWS_ALONE: {
    codes: null,
    when: 'the role is under a path that AWS reserves',
    reason: 'Only AWS can change it.',
  },
  TOO_HARD: {
    codes: null,
    when: 'the patterns are too complex to evaluate',
    reason: 'The effect of a change is unknown.',
  },
  WRITTEN_BY_HAND: {
    codes: null,
    when: 'the policy contains something that IAM rejects, or that every plan has to keep',
    reason: 'The refusal of the request says what to write in IAM.',
  },
} as const satisfies Record<string, Row>;

export type Beyond = keyof typeof beyondRequests;
