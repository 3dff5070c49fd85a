import type { AccessEntry, ReadinessFinding } from '../../schema/readiness.ts';
import { readinessFinding as finding } from './finding.ts';
import type { ClusterWorld, FargateProfile } from './world.ts';

/** A role, and the Fargate profiles of the cluster that use it: none yet, where one is to be made. */
export interface RoleUse {
  roleArn: string;
  profiles: readonly FargateProfile[];
  /** The JSON pointer of the first of these profiles in the answer. */
  pointer: string | null;
}

/** The types of access entries by which nodes other than Fargate's join. Source: the EKS API. */
const nodeTypes = new Set(['EC2_LINUX', 'EC2_WINDOWS', 'EC2', 'HYBRID_LINUX', 'HYPERPOD_LINUX']);
const fargateType = 'FARGATE_LINUX';

const listProfiles = ({ profiles }: RoleUse): string => {
  if (profiles.length === 0) return 'a Fargate profile that is to be made';
  const names = profiles.map(({ name }) => name).join(', ');
  return profiles.length === 1 ? `Fargate profile ${names}` : `Fargate profiles ${names}`;
};

/** The faults of a role, but for those of its access entry. */
export function judgeRole(world: ClusterWorld, use: RoleUse): ReadinessFinding[] {
  const { cluster } = world;
  const role = world.roles.get(use.roleArn);
  const findings: ReadinessFinding[] = [];
  if (role && role.verdict !== 'COMPLIANT')
    findings.push(
      finding(
        'ROLE_NOT_READY',
        `The role ${use.roleArn} of ${listProfiles(use)} is ${role.verdict} for this cluster.${role.error ? ` ${role.error.message}` : ''}`,
        role.checkPath,
        role.error?.remedy ?? 'Read the check of the role at the pointer.',
      ),
    );
  if (role?.isPropagating)
    findings.push(
      finding(
        'PROPAGATING',
        `The role ${use.roleArn} was changed under two minutes ago. EKS may still refuse it.`,
        use.pointer,
        'Wait two minutes, then check again.',
      ),
    );
  const usedBy = findNodes(world, use.roleArn);
  if (usedBy !== null)
    findings.push(
      finding(
        'ROLE_USED_BY_NODES',
        `The role ${use.roleArn} of ${listProfiles(use)} is also the role of ${usedBy}. Fargate profiles need a role of their own.`,
        use.pointer,
        `Create another role for Fargate, then make each profile with it: aws eks create-fargate-profile --region ${cluster.region} --cluster-name ${cluster.name} --fargate-profile-name NEW-NAME --pod-execution-role-arn NEW-ROLE-ARN --subnets SUBNETS --selectors SELECTORS. A profile cannot change its role.`,
      ),
    );
  return findings;
}

/** The nodes that use the role, in words. Null: AWS shows none. */
function findNodes({ nodeGroups, accessEntries }: ClusterWorld, roleArn: string): string | null {
  const groups = nodeGroups.get(roleArn) ?? [];
  if (groups.length > 0) return `managed node group ${groups.join(', ')}`;
  const type = accessEntries.get(roleArn)?.type;
  return type !== undefined && nodeTypes.has(type) ? `nodes: its access entry has the type ${type}` : null;
}

/** How the cluster knows the role, and what is wrong with it. */
export function judgeAccessEntry(
  world: ClusterWorld,
  use: RoleUse,
): { accessEntry: AccessEntry; isUnverified: boolean; findings: ReadinessFinding[] } {
  const { roleArn } = use;
  const mode = world.state?.authenticationMode;
  const none = { isUnverified: false, findings: [] };
  if (mode === undefined) return { accessEntry: 'UNKNOWN', ...none };
  if (mode === 'CONFIG_MAP') return { accessEntry: 'UNKNOWN', isUnverified: true, findings: [] };
  const entry = world.accessEntries.get(roleArn);
  if (entry === undefined) return { accessEntry: 'UNKNOWN', ...none };
  if (entry?.type === fargateType)
    return { isUnverified: false, ...judgeAge(world, use, entry.createdAt, entry.modifiedAt) };
  // An entry of another type takes precedence over aws-auth. Source: the EKS user guide, "Migrating existing
  // aws-auth ConfigMap entries".
  if (entry === null && mode === 'API_AND_CONFIG_MAP')
    return { accessEntry: 'UNKNOWN', isUnverified: true, findings: [] };
  // A principal has one entry, and the nodes need it. ROLE_USED_BY_NODES says so.
  if (findNodes(world, roleArn) !== null) return { accessEntry: 'MISSING', ...none };
  const { region, name } = world.cluster;
  const about = `--region ${region} --cluster-name ${name} --principal-arn ${roleArn}`;
  const create = `aws eks create-access-entry ${about} --type ${fargateType}`;
  return {
    accessEntry: 'MISSING',
    isUnverified: false,
    findings: [
      entry
        ? finding(
            'ACCESS_ENTRY_MISSING',
            `The access entry of the role ${roleArn} has the type ${entry.type}, not ${fargateType}. The kubelets of ${listProfiles(use)} cannot join the cluster.`,
            `${use.pointer}/accessEntry`,
            `A principal has one entry. Delete it, then create the right one: aws eks delete-access-entry ${about} && ${create}`,
          )
        : finding(
            'ACCESS_ENTRY_MISSING',
            `The role ${roleArn} has no access entry. The kubelets of ${listProfiles(use)} cannot join the cluster.`,
            `${use.pointer}/accessEntry`,
            `Create it: ${create}`,
          ),
    ],
  };
}

function judgeAge(
  { cluster: { region, name }, roles }: ClusterWorld,
  { roleArn, pointer }: RoleUse,
  entryCreatedAt: Date,
  entryModifiedAt: Date,
): { accessEntry: AccessEntry; findings: ReadinessFinding[] } {
  const roleCreatedAt = roles.get(roleArn)?.createdAt;
  if (!roleCreatedAt || roleCreatedAt <= entryCreatedAt) return { accessEntry: 'PRESENT', findings: [] };
  const about = `--region ${region} --cluster-name ${name} --principal-arn ${roleArn}`;
  const renew = `aws eks delete-access-entry ${about} && aws eks create-access-entry ${about} --type ${fargateType}`;
  const [roleDate, entryDate] = [roleCreatedAt.toISOString(), entryCreatedAt.toISOString()];
  if (entryModifiedAt >= roleCreatedAt)
    return {
      accessEntry: 'UNKNOWN',
      findings: [
        finding(
          'READINESS_UNKNOWN',
          `The role ${roleArn} was created at ${roleDate}, after its access entry, and the entry was modified after that. AWS does not show which role's ID the entry holds.`,
          `${pointer}/accessEntry`,
          `If pods do not start, make the entry again: ${renew}`,
        ),
      ],
    };
  return {
    accessEntry: 'STALE',
    findings: [
      finding(
        'ACCESS_ENTRY_STALE',
        `The role ${roleArn} was created at ${roleDate}, after its access entry (${entryDate}). The entry holds the ID of a deleted role, so the kubelets cannot join the cluster.`,
        `${pointer}/accessEntry`,
        `Make the entry again: ${renew}`,
      ),
    ],
  };
}
