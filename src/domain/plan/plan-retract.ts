import type { Cluster } from '../../schema/primitives.ts';
import { removeLine } from '../rewrite/retract.ts';
import { lineFor } from '../role/arn.ts';
import type { Observed } from '../role/role-state.ts';
import { allowedBy } from '../trust/coverage.ts';
import { stored } from '../trust/stored.ts';
import { assemble, keeping } from './assemble.ts';
import { droppedBy, droppedMessage } from './dropped.ts';
import { decidable, isRefusal, noRole, type PlanResult, refuse, request } from './planned.ts';
import { refuseProtected } from './protected-path.ts';

/** Takes one line away and nothing else. */
export const planRetract = (observed: Observed, cluster: Cluster): PlanResult => decidable(observed, () => retract(observed, cluster));

function retract(observed: Observed, cluster: Cluster): PlanResult {
  const { role } = observed;
  if (!role) return noRole(observed);
  const refused = refuseProtected(role.roleName, role.path);
  if (refused) return refused;
  const current = stored(observed, role);
  const { document, reading } = current;
  const line = lineFor(observed, cluster);
  const retraction = removeLine(document, reading, line);
  if (retraction.outcome === 'NOT_LISTED') {
    const covering = allowedBy(reading, cluster);
    return refuse(
      'CLUSTER_NOT_LISTED',
      `${role.roleName} has no line ${line}.${covering?.length ? ` The cluster is covered by ${covering.join(', ')}, which other clusters may rely on.` : ''}`,
    );
  }
  if (retraction.outcome === 'LAST')
    return refuse(
      'LAST_CLUSTER',
      `Without ${line} no pods could use ${role.roleName}: it is the last line that lets any in. Delete the role in IAM if no Fargate profile uses it.`,
    );
  const dropped = droppedBy(current, retraction.document);
  if (dropped.length > 0)
    return refuse('TRUST_MISMATCH', droppedMessage(dropped), {
      remedy: request({ request: 'EXTEND', clusters: 'CHOSEN', onMismatch: 'MERGE' }, 'write each key once', 'Then repeat this.'),
    });
  const trust = { document: retraction.document, removed: retraction.removed, repairs: false };
  const planned = assemble(observed, current, trust, [], [], {}, []);
  return keeping(isRefusal(planned) ? planned : { ...planned, kind: 'RETRACT' }, [cluster]);
}
