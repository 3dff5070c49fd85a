import Type from 'typebox';
import { operations } from '../../../operations/index.ts';
import { AccountId, nullable, RoleName, Timestamp } from '../../../schema/primitives.ts';
import { Action, Verdict } from '../../../schema/report.ts';
import {
  ClusterTexts,
  Count,
  closed,
  clusterTexts,
  findingLines,
  parseCluster,
  ShownFinding,
  showFindings,
} from '../shapes.ts';
import { defineTool } from '../tool.ts';
import { clean, cleanAll, pairs, quote, UntrustedText, UntrustedTexts, untrusted } from '../untrusted.ts';

export const checkRole = defineTool({
  name: 'check_role',
  title: 'Check a role',
  description:
    'Reads one role in AWS now. Says whether pods of these EKS clusters may use it on Fargate, and what is wrong with it. `covered` answers for each cluster.',
  input: Type.Object({ accountId: AccountId, roleName: RoleName, clusters: ClusterTexts }, closed),
  output: Type.Object(
    {
      accountId: AccountId,
      checkedAt: Timestamp,
      verdict: Verdict,
      action: Action,
      clusters: Type.Array(
        Type.Object(
          {
            covered: Type.Boolean(),
            untrusted: untrusted({ cluster: UntrustedText, coveredBy: UntrustedTexts }),
          },
          closed,
        ),
      ),
      findings: Type.Array(ShownFinding),
      findingsTotal: Count,
      linesTotal: {
        ...Count,
        description: 'How many lines the trust policy has. `lines` shows the first 10',
      },
      linesLeft: nullable(Type.Integer(), 'How many more clusters fit. Null: no such role'),
      untrusted: untrusted({
        roleName: UntrustedText,
        lines: UntrustedTexts,
        attachedPolicies: UntrustedTexts,
        tags: UntrustedTexts,
      }),
    },
    closed,
  ),
  run: async ({ read }, { clusters, ...role }) => {
    const report = await read(operations.checkExecutionRole, {
      ...role,
      clusters: clusters.map(parseCluster),
    });
    const { accountId, roleName, checkedAt, verdict, action, trust, policies, tags } = report;
    const findings = showFindings(report.findings);
    const coverage = report.clusters.map(({ covered, coveredBy, ...cluster }) => ({
      covered,
      untrusted: { cluster: clean(clusterTexts([cluster])[0] ?? ''), coveredBy: cleanAll(coveredBy, 3) },
    }));
    return {
      data: {
        ...{ accountId, checkedAt, verdict, action },
        clusters: coverage,
        findings,
        findingsTotal: report.findings.length,
        linesTotal: trust?.lines.length ?? 0,
        linesLeft: trust?.linesLeft ?? null,
        untrusted: {
          roleName: clean(roleName),
          lines: cleanAll(trust?.lines.map(({ pattern }) => pattern) ?? []),
          attachedPolicies: cleanAll(policies?.attached ?? []),
          tags: pairs(tags),
        },
      },
      text: [
        `${verdict}: role ${quote(roleName)} in account ${accountId}, next action ${action}.`,
        ...coverage.map(
          ({ covered, untrusted: { cluster } }) =>
            `${quote(cluster)}: ${covered ? 'may' : 'may not'} use it.`,
        ),
        ...findingLines(findings),
      ],
    };
  },
});
