import type { Cluster } from '../../schema/primitives.ts';
import { type Removal, removeLines } from '../rewrite/retract.ts';
import { lineFor } from '../role/arn.ts';
import type { Observed } from '../role/role-state.ts';
import { findAllowingLines } from '../trust/coverage.ts';
import { type ParsedRole, parseTrust } from '../trust/parse-trust.ts';
import { linesOf } from '../trust/reading.ts';
import { assemble } from './assemble.ts';
import { explainDropped, listDropped } from './effects/dropped.ts';
import { refuseLostCoverage } from './effects/lost-coverage.ts';
import {
  isRefusal,
  type PlanResult,
  refuse,
  refuseMissingRole,
  requestRemedy,
  withinBudget,
} from './planned.ts';
import { refuseProtected } from './protected-path.ts';

/** Drops one line and nothing else. */
export const planRetract = (observed: Observed, cluster: Cluster): PlanResult =>
  withinBudget(observed, () => retractWithinBudget(observed, cluster));

function retractWithinBudget(observed: Observed, cluster: Cluster): PlanResult {
  const { role } = observed;
  if (!role) return refuseMissingRole(observed);
  const refused = refuseProtected(role.roleName, role.path);
  if (refused) return refused;
  const current = parseTrust(observed, role);
  const { document, reading } = current;
  const line = lineFor(observed, cluster);
  if (!linesOf(reading).some(({ value }) => value === line)) {
    const covering = findAllowingLines(reading, cluster);
    return refuse(
      'CLUSTER_NOT_LISTED',
      `${role.roleName} has no line ${line}.${covering?.length ? ` The cluster is covered by ${covering.join(', ')}, which other clusters may rely on.` : ''}`,
    );
  }
  const retraction = removeLines(document, reading, (value) => value === line);
  if (retraction.outcome === 'LAST')
    return refuse(
      'LAST_CLUSTER',
      `${line} is the last line that lets a cluster use ${role.roleName}. Delete the role in IAM if nothing uses it.`,
    );
  return planRetraction(observed, current, retraction, [cluster]);
}

/** The plan that removes the lines of these clusters. */
export function planRetraction(
  observed: Observed,
  current: ParsedRole,
  { document, removed }: Removal,
  clusters: Cluster[],
): PlanResult {
  const dropped = listDropped(current, document);
  if (dropped.length > 0)
    return refuse('TRUST_MISMATCH', explainDropped(dropped), {
      remedy: requestRemedy(
        { request: 'EXTEND', clusters: 'CHOSEN', onMismatch: 'MERGE' },
        'write each key once',
        'Then repeat the request.',
      ),
    });
  const trust = { document, removed, isRepair: false };
  const planned = assemble(observed, current, trust, [], [], {}, []);
  return refuseLostCoverage(isRefusal(planned) ? planned : { ...planned, kind: 'RETRACT' }, clusters);
}
