import type { FindingCode } from '../../schema/report.ts';
import { type CheckContext, serviceOf } from '../role/check-context.ts';
import type { Beyond } from './beyond-requests.ts';

type Context = Pick<CheckContext, 'kind' | 'partition' | 'organizationId'>;

/** The remedy for a finding that no request removes: a person has to act. */
export function adviseOn(
  code: FindingCode,
  beyond: Beyond,
  context: Context,
  effect?: 'Allow' | 'Deny',
): string {
  const { kind, organizationId } = context;
  const advice = byHand[code];
  const inIam = typeof advice === 'string' ? advice : advice(context);
  switch (beyond) {
    case 'WANTED_POLICIES':
      return `Nothing to do if they are intended, for example for ${kind.usualExtras}. If not, detach them in IAM (DetachRolePolicy). Rolewright never detaches them.`;
    case 'OWNER':
      return 'Make changes in that tool, or it reverts them. A write here is refused and answers with the patch for the tool.';
    case 'UNCONFIRMED':
      return `${kind.trial} to test the condition. If that works, change nothing.`;
    case 'UNPROVABLE':
      if (effect === 'Deny')
        return 'In IAM, exempt AWS services from the Deny: add BoolIfExists with aws:PrincipalIsAWSService "false" to its conditions.';
      return `${kind.trial} to test whether the statement applies.${organizationId === null ? ` ${tellOrganization}` : ''}`;
    case 'AHEAD':
      return 'Nothing to do if the cluster is still to be created. If its name is a typing error, delete the line.';
    case 'LAST_LINE':
      return 'Add a line for a cluster that uses the role. If none does, delete the role in IAM.';
    case 'FULL':
      return `${moreRoom} Or use a second role.`;
    case 'ORGANIZATION':
      return organizationId === null ? tellOrganization : `${inIam} Keep the condition on the organization.`;
    case 'ASKED_FOR':
      return 'Nothing to do: the request itself asks for it.';
    case 'REGION':
      return "Name a Region on AWS's list. If the Region is new, add it to EXTRA_REGIONS.";
    case 'QUOTA':
      return `${inIam} The quota has no room for that. ${moreRoom}`;
    case 'AWS_ALONE':
      return 'Use another role: only AWS can change this one.';
    case 'TOO_HARD':
      return 'Write simpler aws:SourceArn patterns in IAM (UpdateAssumeRolePolicy), then check again.';
    case 'BARRED_PRINCIPAL':
    case 'OTHERS_TRUSTED':
    case 'NOT_A_NAME':
    case 'WRITTEN_BY_HAND':
      return inIam;
  }
}

const tellOrganization =
  'Import the account from AWS Organizations, or set ORGANIZATION_ID, so that conditions on the organization can be decided.';
const moreRoom = 'Raise the quota "Role trust policy length" (L-C07B4B0D) in Service Quotas.';

function adviseOwnStatement(context: Context): string {
  const { beforeName, afterName, restInLine } = context.kind.source;
  const line = `${beforeName}CLUSTER${afterName}${restInLine}`;
  return `Give ${serviceOf(context)} its own statement in IAM, with one line for each cluster that ends in :${line}.`;
}

const adviseIfUnintended = (context: Context) =>
  `Nothing to do if that is intended. If not: ${adviseOwnStatement(context).replace('Give', 'give')}`;

/** The steps in IAM for each code. Some texts depend on the kind of role. */
const byHand: Record<FindingCode, string | ((context: Context) => string)> = {
  ROLE_MISSING: 'Create the role.',
  POLICY_NOT_ATTACHED: 'Attach the policy in IAM (AttachRolePolicy).',
  SERVICE_NOT_TRUSTED: adviseOwnStatement,
  SOURCE_ARN_MISSING: 'Add ArnLike on aws:SourceArn to the statement in IAM, with a line for each cluster.',
  SOURCE_ARN_FOREIGN: 'Write the line with this account in IAM.',
  CLUSTER_NOT_LISTED: 'Add a line for the cluster in IAM.',
  DENIED: 'A Deny overrides every Allow, so another line does not help. Narrow it in IAM.',
  PRINCIPAL_ANYONE: 'In IAM, name the intended principals in the statement, or confine it with a condition.',
  NO_CLUSTER_COVERED: 'Correct the statements in IAM.',
  STATEMENT_DEAD: 'Correct the condition in IAM.',
  SOURCE_ARN_DEAD: 'Remove the line in IAM, unless another principal of its statement needs it.',
  SOURCE_ARN_WIDE: adviseOwnStatement,
  CONDITION_WEAK: 'Use the plain operator in IAM.',
  CONDITION_UNPROVABLE: ({ kind }) => `${kind.trial} to test whether the statement applies.`,
  PRINCIPAL_NODE_SHARED: 'Give the EC2 nodes their own role.',
  PRINCIPAL_OTHER: 'If it should not assume this role, remove it in IAM.',
  PRINCIPAL_DELETED: 'In IAM, write the statement without the ID, or with the principal that it should name.',
  REGION_UNKNOWN:
    'If the Region exists, add it to EXTRA_REGIONS. If it is a typing error, correct the line in IAM.',
  SOURCE_ORG_UNCONFIRMED: ({ kind }) => `${kind.trial} to test the condition.`,
  DUPLICATE_KEYS: 'Write each key once, in IAM.',
  QUOTA_NEAR: moreRoom,
  MANAGED_ELSEWHERE: 'Make changes in that tool.',
  CLUSTER_GONE: 'Remove the line in IAM.',
  CLUSTER_NOT_SEEN: 'Nothing to do if the cluster is still to be created.',
  REGION_WILDCARD: adviseIfUnintended,
  CLUSTER_WILDCARD: adviseIfUnintended,
  EXTRA_POLICIES: 'Nothing to do if they are intended.',
  SOURCE_ACCOUNT_UNCONFIRMED: ({ kind }) => `${kind.trial} to test the condition.`,
};
