import Type from 'typebox';
import { operations } from '../../../operations/index.ts';
import { Cursor } from '../../../schema/page.ts';
import { AccountId, nullable } from '../../../schema/primitives.ts';
import { Action, Severity, Verdict } from '../../../schema/report.ts';
import { Code, Count, closed, clusterTexts, defaultLimit, Limit, NextCursor } from '../shapes.ts';
import { defineTool } from '../tool.ts';
import { clean, cleanAll, pairs, quote, UntrustedText, UntrustedTexts, untrusted } from '../untrusted.ts';

export const findRoles = defineTool({
  name: 'find_roles',
  title: 'Find the roles of an account',
  description:
    'Reads one AWS account now, and lists its roles that are, or look like, pod execution roles. Each has its verdict, its findings and the clusters that its trust policy names.',
  input: Type.Object({ accountId: AccountId, limit: Limit, cursor: Type.Optional(Cursor) }, closed),
  output: Type.Object(
    {
      accountId: AccountId,
      items: Type.Array(
        Type.Object(
          {
            verdict: Verdict,
            action: Action,
            findings: Type.Array(Type.Object({ code: Code, severity: Severity }, closed)),
            clusters: Count,
            untrusted: untrusted({
              roleName: UntrustedText,
              clusters: UntrustedTexts,
              description: nullable(UntrustedText),
              tags: UntrustedTexts,
            }),
          },
          closed,
        ),
      ),
      nextCursor: NextCursor,
    },
    closed,
  ),
  run: async ({ read }, { accountId, limit = defaultLimit, cursor }) => {
    const { items, nextCursor } = await read(operations.executionRoles, {
      accountId,
      limit,
      ...(cursor !== undefined && { cursor }),
    });
    const roles = items.map(({ verdict, action, findings, clusters, roleName, description, tags }) => ({
      verdict,
      action,
      findings: findings.slice(0, 20).map(({ code, severity }) => ({ code, severity })),
      clusters: clusters.length,
      untrusted: {
        roleName: clean(roleName),
        clusters: cleanAll(clusterTexts(clusters), 5),
        description: description === null ? null : clean(description),
        tags: pairs(tags),
      },
    }));
    const compliant = roles.filter(({ verdict }) => verdict === 'COMPLIANT').length;
    return {
      data: { accountId, items: roles, nextCursor },
      text: [
        `${compliant} of ${roles.length} roles ${nextCursor === null ? '' : 'on this page '}are compliant in account ${accountId}.`,
        ...roles.map(({ verdict, findings, untrusted: { roleName, clusters } }) => {
          const codes = findings.filter(({ severity }) => severity === 'ERROR').map(({ code }) => code);
          const named = clusters.slice(0, 5).map((one) => quote(one));
          return `${quote(roleName)}: ${[verdict, ...new Set(codes)].join(' ')}; clusters ${named.join(', ') || 'none'}`;
        }),
      ],
    };
  },
});
