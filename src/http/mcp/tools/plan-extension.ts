import Type from 'typebox';
import { StepAction } from '../../../schema/plan.ts';
import { AccountId, nullable, RoleName } from '../../../schema/primitives.ts';
import { OnMismatch } from '../../../schema/role.ts';
import { ClusterTexts, Count, closed, clusterTexts, parseCluster } from '../shapes.ts';
import { defineTool } from '../tool.ts';
import { clean, cleanAll, quote, UntrustedText, UntrustedTexts, untrusted } from '../untrusted.ts';

/** The texts in a document, without those that the other has too: what a change of it adds. */
function textsOnlyIn(one: unknown, other: unknown): string[] {
  const others = textsIn(other);
  return [...textsIn(one)].filter((text) => !others.has(text));
}

const textsIn = (value: unknown): Set<string> =>
  typeof value === 'string'
    ? new Set([value])
    : typeof value === 'object' && value !== null
      ? new Set(Object.values(value).flatMap((part) => [...textsIn(part)]))
      : new Set();

export const planExtension = defineTool({
  name: 'plan_extension',
  title: 'Plan an extension',
  description:
    'Shows what extending a role by clusters would change: the AWS writes, the clusters gained and lost, the lines of the trust policy. It is a dry run always: it writes nothing and cannot be told to. A person applies a plan with the command line or the console.',
  input: Type.Object(
    {
      accountId: AccountId,
      roleName: RoleName,
      clusters: ClusterTexts,
      onMismatch: Type.Optional(OnMismatch),
    },
    closed,
  ),
  output: Type.Object(
    {
      accountId: AccountId,
      dryRun: Type.Literal(true),
      steps: Type.Array(StepAction),
      statementsRemoved: Count,
      untrusted: untrusted({
        roleName: UntrustedText,
        clustersGained: UntrustedTexts,
        clustersLost: UntrustedTexts,
        principalsRemoved: UntrustedTexts,
        valuesAdded: { ...UntrustedTexts, description: 'Values that the trust policy gains' },
        valuesRemoved: { ...UntrustedTexts, description: 'Values that the trust policy loses' },
        profiles: nullable(UntrustedTexts, 'Fargate profiles that gain or lose the role. Null: not known'),
        profilesUnknown: nullable(UntrustedText, 'Why they are not known'),
      }),
    },
    closed,
  ),
  run: async (calls, { clusters, ...role }) => {
    const { plan } = await calls.planExtension({ ...role, clusters: clusters.map(parseCluster) });
    const { clustersGained, clustersLost, statementsRemoved } = plan.effects;
    const { principalsRemoved, fargateProfiles, fargateProfilesUnknown } = plan.effects;
    const [gained, lost] = [clusterTexts(clustersGained), clusterTexts(clustersLost)];
    const steps = plan.steps.map(({ action }) => action);
    const list = (texts: string[]) =>
      texts
        .slice(0, 10)
        .map((one) => quote(one))
        .join(', ') || 'none';
    return {
      data: {
        accountId: role.accountId,
        dryRun: true as const,
        steps,
        statementsRemoved: statementsRemoved.length,
        untrusted: {
          roleName: clean(role.roleName),
          clustersGained: cleanAll(gained, 20),
          clustersLost: cleanAll(lost, 20),
          principalsRemoved: cleanAll(principalsRemoved ?? []),
          valuesAdded: cleanAll(textsOnlyIn(plan.after?.trust, plan.before?.trust), 20),
          valuesRemoved: cleanAll(textsOnlyIn(plan.before?.trust, plan.after?.trust), 20),
          profiles:
            fargateProfiles == null
              ? null
              : cleanAll(
                  fargateProfiles.map(
                    ({ region, clusterName, name, status, effect }) =>
                      `${region}/${clusterName}/${name} ${status} ${effect}`,
                  ),
                  20,
                ),
          profilesUnknown: fargateProfilesUnknown == null ? null : clean(fargateProfilesUnknown),
        },
      },
      text: [
        `Dry run, nothing was written. Role ${quote(role.roleName)} in account ${role.accountId}.`,
        steps.length > 0 ? `It would take: ${steps.join(', ')}.` : 'Nothing has to be done.',
        `Clusters gained: ${list(gained)}. Clusters lost: ${list(lost)}. Statements removed: ${statementsRemoved.length}.`,
        'To apply it, a person runs `rolewright role extend` or uses the console.',
      ],
    };
  },
});
