import type { FindingCode } from '../../schema/report.ts';
import { type CheckContext, serviceOf } from '../role/check-context.ts';
import type { Beyond } from './beyond-requests.ts';

/** What a person has to do about a finding that no request removes. */
export function adviseOn(
  code: FindingCode,
  beyond: Beyond,
  context: Pick<CheckContext, 'kind' | 'partition' | 'organizationId'>,
  effect?: 'Allow' | 'Deny',
): string {
  const { kind, organizationId } = context;
  const byHand = adviceByHand(context)[code];
  switch (beyond) {
    case 'WANTED_POLICIES':
      return 'Nothing to do if they are intended, for example for Fargate logging. If not, detach them in IAM (DetachRolePolicy). Rolewright never detaches them.';
    case 'OWNER':
      return 'Make changes in that tool, or it reverts them. A write here is refused and answers with the patch for the tool.';
    case 'UNCONFIRMED':
      return `${kind.trial} to test the condition. If that works, change nothing.`;
    case 'UNPROVABLE':
      if (effect === 'Deny')
        return 'In IAM, exempt AWS services from the Deny: add BoolIfExists with aws:PrincipalIsAWSService "false" to its conditions.';
      return `${kind.trial} to test whether the statement applies.${organizationId === null ? ` ${tellOrganization}` : ''}`;
    case 'FULL':
      return `${moreRoom} Or use a second role.`;
    case 'ORGANIZATION':
      return organizationId === null ? tellOrganization : `${byHand} Keep the condition on the organization.`;
    case 'ASKED_FOR':
      return 'Nothing to do: the request itself asks for it.';
    case 'REGION':
      return "Name a Region on AWS's list. If the Region is new, add it to EXTRA_REGIONS.";
    case 'QUOTA':
      return `${byHand} The quota has no room for that. ${moreRoom}`;
    case 'AWS_ALONE':
      return 'Use another role: only AWS can change this one.';
    case 'TOO_HARD':
      return 'Write simpler aws:SourceArn patterns in IAM (UpdateAssumeRolePolicy), then check again.';
    case 'BARRED_PRINCIPAL':
    case 'OTHERS_TRUSTED':
    case 'NOT_A_NAME':
    case 'WRITTEN_BY_HAND':
      return byHand;
  }
}

const tellOrganization =
  'Import the account from AWS Organizations, or set ORGANIZATION_ID, so that conditions on the organization can be decided.';
const moreRoom = 'Raise the quota "Role trust policy length" (L-C07B4B0D) in Service Quotas.';

/** What to do in IAM. */
function adviceByHand(context: Pick<CheckContext, 'kind' | 'partition'>): Record<FindingCode, string> {
  const { source, trial } = context.kind;
  const ownStatement = `Give ${serviceOf(context)} its own statement in IAM, with one line for each cluster that ends in :${source.beforeName}CLUSTER${source.afterName}${source.restInLine}.`;
  return {
    ROLE_MISSING: 'Create the role.',
    POLICY_NOT_ATTACHED: 'Attach the policy in IAM (AttachRolePolicy).',
    SERVICE_NOT_TRUSTED: ownStatement,
    SOURCE_ARN_MISSING: 'Add ArnLike on aws:SourceArn to the statement in IAM, with a line for each cluster.',
    SOURCE_ARN_FOREIGN: 'Write the line with this account in IAM.',
    CLUSTER_NOT_LISTED: 'Add a line for the cluster in IAM.',
    DENIED: 'A Deny overrides every Allow, so another line does not help. Narrow it in IAM.',
    PRINCIPAL_ANYONE: 'In IAM, name the intended principals in the statement, or confine it with a condition.',
    NO_CLUSTER_COVERED: 'Correct the statements in IAM.',
    STATEMENT_DEAD: 'Correct the condition in IAM.',
    SOURCE_ARN_DEAD: 'Remove the line in IAM, unless another principal of its statement needs it.',
    SOURCE_ARN_WIDE: ownStatement,
    CONDITION_WEAK: 'Use the plain operator in IAM.',
    CONDITION_UNPROVABLE: `${trial} to test whether the statement applies.`,
    PRINCIPAL_NODE_SHARED: 'Give the EC2 nodes their own role.',
    PRINCIPAL_OTHER: 'If it should not assume this role, remove it in IAM.',
    PRINCIPAL_DELETED: 'In IAM, write the statement without the ID, or with the principal that it should name.',
    REGION_UNKNOWN: 'If the Region exists, add it to EXTRA_REGIONS. If it is a typing error, correct the line in IAM.',
    SOURCE_ORG_UNCONFIRMED: `${trial} to test the condition.`,
    DUPLICATE_KEYS: 'Write each key once, in IAM.',
    QUOTA_NEAR: moreRoom,
    MANAGED_ELSEWHERE: 'Make changes in that tool.',
    REGION_WILDCARD: `Nothing to do if that is intended. If not: ${ownStatement.charAt(0).toLowerCase()}${ownStatement.slice(1)}`,
    CLUSTER_WILDCARD: `Nothing to do if that is intended. If not: ${ownStatement.charAt(0).toLowerCase()}${ownStatement.slice(1)}`,
    EXTRA_POLICIES: 'Nothing to do if they are intended.',
    SOURCE_ACCOUNT_UNCONFIRMED: `${trial} to test the condition.`,
  };
}
