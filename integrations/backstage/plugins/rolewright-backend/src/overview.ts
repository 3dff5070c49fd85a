import {
  type Cluster,
  type Finding,
  type Overview,
  type Readiness,
  roleExtendPermission,
} from 'backstage-plugin-rolewright-common';
import {
  isProblem,
  type OpenRole,
  toChange,
  toRolewrightError,
  verdictSentence,
} from 'backstage-plugin-rolewright-node';

/** The longest time of an overview, in ms. */
const patience = 20_000;
/** At most so many clusters are asked whether they are ready: each takes several calls of AWS. */
const mostReadiness = 5;
const shownChanges = 5;

/** What the card and the tab show. What the person may not see is null. */
export async function readOverview(role: OpenRole): Promise<Overview> {
  const options = { signal: AbortSignal.timeout(patience) };
  const [report, changes, mayExtend] = await Promise.all([
    readRole(role, options),
    readChanges(role, options),
    readMayExtend(role, options),
  ]);
  const { accountId, roleName, publicUrl } = role;
  return {
    role: { accountId, roleName, roleArn: report.roleArn },
    verdict: report.verdict,
    sentence: verdictSentence({ ...report, accountId, roleName }, report.clusters),
    findings: report.findings.map(toFinding),
    clusters: report.clusters,
    ...(await readReadiness(role, report, options)),
    changes,
    mayExtend,
    consoleUrl: publicUrl && `${publicUrl}/roles/${accountId}/${encodeURIComponent(roleName)}`,
  };
}

interface Options {
  signal: AbortSignal;
}

type Report = Pick<Overview, 'verdict' | 'findings' | 'clusters'> & { roleArn: string | null };

async function readRole({ client, accountId, roleName }: OpenRole, options: Options): Promise<Report> {
  try {
    return await client.getExecutionRole({ accountId, roleName }, options);
  } catch (error) {
    if (!isProblem(error, 'ROLE_NOT_FOUND')) throw error;
    return { verdict: 'MISSING', findings: [], clusters: [], roleArn: null };
  }
}

async function readChanges(role: OpenRole, options: Options): Promise<Overview['changes']> {
  const { client, accountId, roleName } = role;
  try {
    const { items } = await client.listChanges({ accountId, roleName, limit: shownChanges }, options);
    return items.map((one) => toChange(role, one));
  } catch (error) {
    if (isProblem(error, 'FORBIDDEN')) return null;
    throw error;
  }
}

async function readMayExtend(role: OpenRole, options: Options): Promise<boolean> {
  const [isPermitted, { operations }] = await Promise.all([
    role.isPermitted(roleExtendPermission),
    role.client.getCaller({ accountId: role.accountId }, options),
  ]);
  return isPermitted && operations.includes('extendExecutionRole');
}

async function readReadiness(
  { client, accountId }: OpenRole,
  { clusters, verdict }: Report,
  options: Options,
): Promise<Pick<Overview, 'readiness' | 'readinessUnknown'>> {
  if (verdict === 'MISSING') return { readiness: null, readinessUnknown: 'The account has no such role.' };
  // A line may stand for any number of clusters.
  const named = clusters.filter(({ region, name }) => !/[*?]/.test(region + name));
  if (named.length === 0)
    return { readiness: null, readinessUnknown: 'No line of the role names a single cluster.' };
  const readiness = await Promise.all(
    named.slice(0, mostReadiness).map(async (cluster): Promise<Readiness> => {
      try {
        const answer = await client.getFargateReadiness({ accountId, ...cluster }, options);
        return { cluster, verdict: answer.verdict, reason: null, findings: answer.findings.map(toFinding) };
      } catch (error) {
        const known = toRolewrightError(error);
        if (!known) throw error;
        return { cluster, verdict: null, reason: `${known.message} ${known.remedy}`, findings: [] };
      }
    }),
  );
  return { readiness, readinessUnknown: leftOut(clusters, readiness) };
}

function leftOut(clusters: readonly Cluster[], readiness: readonly Readiness[]): string | null {
  const others = clusters.length - readiness.length;
  if (others === 0) return null;
  return others === 1 ? 'One more line was not asked about.' : `${others} more lines were not asked about.`;
}

const toFinding = ({ code, severity, message, remedy }: Finding): Finding => ({
  code,
  severity,
  message,
  remedy,
});
