import type { Cluster } from '../../schema/primitives.ts';
import { removeLine } from '../rewrite/retract.ts';
import { lineFor } from '../role/arn.ts';
import type { Observed } from '../role/role-state.ts';
import { findAllowingLines } from '../trust/coverage.ts';
import { parseTrust } from '../trust/parse-trust.ts';
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
  const retraction = removeLine(document, reading, line);
  if (retraction.outcome === 'NOT_LISTED') {
    const covering = findAllowingLines(reading, cluster);
    return refuse(
      'CLUSTER_NOT_LISTED',
      `${role.roleName} has no line ${line}.${covering?.length ? ` The cluster is covered by ${covering.join(', ')}, which other clusters may rely on.` : ''}`,
    );
  }
  if (retraction.outcome === 'LAST')
    return refuse(
      'LAST_CLUSTER',
      `${line} is the last line that lets a cluster use ${role.roleName}. Delete the role in IAM if nothing uses it.`,
    );
  const dropped = listDropped(current, retraction.document);
  if (dropped.length > 0)
    return refuse('TRUST_MISMATCH', explainDropped(dropped), {
      remedy: requestRemedy(
        { request: 'EXTEND', clusters: 'CHOSEN', onMismatch: 'MERGE' },
        'write each key once',
        'Then repeat the request.',
      ),
    });
  const trust = { document: retraction.document, removed: retraction.removed, isRepair: false };
  const planned = assemble(observed, current, trust, [], [], {}, []);
  return refuseLostCoverage(isRefusal(planned) ? planned : { ...planned, kind: 'RETRACT' }, [cluster]);
}
