import Type from 'typebox';
import { operations } from '../../../operations/index.ts';
import { AccountId, nullable, OneClusterText, RoleName, Timestamp } from '../../../schema/primitives.ts';
import {
  AccessEntry,
  AuthenticationMode,
  ProfileStatus,
  ReadinessVerdict,
} from '../../../schema/readiness.ts';
import { Verdict } from '../../../schema/report.ts';
import { Count, closed, findingLines, parseCluster, ShownFinding, showFindings } from '../shapes.ts';
import { defineTool } from '../tool.ts';
import { clean, quote, UntrustedText, UntrustedTexts, untrusted } from '../untrusted.ts';

/** Maximum number of profiles in an answer. */
const mostProfiles = 20;

export const clusterReadiness = defineTool({
  name: 'cluster_readiness',
  title: 'Readiness of a cluster',
  description:
    'Reads one EKS cluster and its Fargate profiles now. Says whether pods can start on Fargate there, and what stands in the way. With roleName it judges that role too.',
  input: Type.Object(
    {
      accountId: AccountId,
      cluster: OneClusterText,
      roleName: Type.Optional({ ...RoleName, description: 'a role of a profile that is still to be made' }),
    },
    closed,
  ),
  output: Type.Object(
    {
      accountId: AccountId,
      checkedAt: Timestamp,
      verdict: ReadinessVerdict,
      authenticationMode: nullable(AuthenticationMode, 'Null: AWS does not show the cluster'),
      profiles: Type.Array(
        Type.Object(
          {
            status: ProfileStatus,
            roleVerdict: nullable(Verdict, 'Null: not read'),
            accessEntry: AccessEntry,
            untrusted: untrusted({ name: UntrustedText, roleArn: UntrustedText, health: UntrustedTexts }),
          },
          closed,
        ),
      ),
      profilesTotal: Count,
      findings: Type.Array(ShownFinding),
      findingsTotal: Count,
      untrusted: untrusted({ cluster: UntrustedText }),
    },
    closed,
  ),
  run: async ({ read }, { cluster, ...about }) => {
    const found = await read(operations.fargateReadiness, { ...about, ...parseCluster(cluster) });
    const { accountId, checkedAt, verdict, authenticationMode } = found;
    const findings = showFindings(found.findings);
    const profiles = found.profiles
      .slice(0, mostProfiles)
      .map(({ name, status, roleArn, roleVerdict, health, accessEntry }) => ({
        ...{ status, roleVerdict, accessEntry },
        untrusted: {
          name: clean(name),
          roleArn: clean(roleArn),
          health: health.slice(0, 3).map(({ code, message }) => clean(`${code}: ${message}`, 240)),
        },
      }));
    return {
      data: {
        ...{ accountId, checkedAt, verdict, authenticationMode, profiles, findings },
        profilesTotal: found.profiles.length,
        findingsTotal: found.findings.length,
        untrusted: { cluster },
      },
      text: [
        `${verdict}: cluster ${quote(cluster)} in account ${accountId}, ${found.profiles.length} Fargate profiles.`,
        ...findingLines(findings),
      ],
    };
  },
});
