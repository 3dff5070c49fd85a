import type { FindingCode } from '../../schema/report.ts';

/** Options of an extend request, besides its clusters. Or a prune. */
export interface CureOptions {
  onMismatch?: 'MERGE' | 'REPLACE';
  compact?: true;
  /** Drop the line that the finding is about. */
  drop?: true;
  /** Remove the lines of all clusters that are gone, by a request of its own. */
  prune?: true;
}

/** How a request can remove findings of one code. */
export interface Cure {
  /** From the mildest. The first that works is named. */
  attempts: CureOptions[];
  /** The effect of the request. It completes a sentence after "to". */
  purpose: string;
  before?: string;
}

const add: CureOptions[] = [{}, { onMismatch: 'MERGE' }, { onMismatch: 'REPLACE' }];
const merge: CureOptions[] = [{ onMismatch: 'MERGE' }, { onMismatch: 'REPLACE' }];
const replace: CureOptions[] = [{ onMismatch: 'REPLACE' }];
const drop: CureOptions[] = [{}, { onMismatch: 'MERGE' as const }, { onMismatch: 'REPLACE' as const }].map(
  (one) => ({
    ...one,
    drop: true,
  }),
);

/** The cure for each code that a request can remove. */
export const cures: Partial<Record<FindingCode, Cure>> = {
  POLICY_NOT_ATTACHED: { attempts: add, purpose: 'attach the policy' },
  SERVICE_NOT_TRUSTED: { attempts: merge, purpose: 'add a statement for the service' },
  SOURCE_ARN_MISSING: { attempts: merge, purpose: 'confine the statement to the clusters that you name' },
  SOURCE_ARN_FOREIGN: { attempts: merge, purpose: 'narrow the line to this account, or remove it' },
  CLUSTER_NOT_LISTED: { attempts: add, purpose: 'add a line for the cluster' },
  NO_CLUSTER_COVERED: { attempts: add, purpose: 'let in the clusters that you name' },
  DENIED: {
    attempts: replace,
    purpose: 'rewrite the policy without it',
    before:
      'A Deny overrides every Allow, so another line does not help. If the Deny is intended, narrow it in IAM. If not,',
  },
  PRINCIPAL_ANYONE: { attempts: replace, purpose: 'rewrite the policy without the statement' },
  STATEMENT_DEAD: { attempts: replace, purpose: 'move its lines to a statement that works' },
  SOURCE_ARN_DEAD: {
    attempts: replace,
    purpose: 'rewrite the policy without the line. Name the cluster that it was meant for',
  },
  SOURCE_ARN_WIDE: { attempts: replace, purpose: 'replace it with a line that matches nothing else' },
  CONDITION_WEAK: { attempts: replace, purpose: 'replace it with ArnLike' },
  PRINCIPAL_NODE_SHARED: {
    attempts: replace,
    purpose: 'rewrite the policy without them',
    before: 'Pods and EC2 nodes need different roles. Give the nodes their own role, then',
  },
  PRINCIPAL_OTHER: {
    attempts: replace,
    purpose: 'rewrite the policy without it',
    before: 'If it should not assume this role,',
  },
  PRINCIPAL_DELETED: { attempts: merge, purpose: 'remove it' },
  REGION_UNKNOWN: {
    attempts: drop,
    purpose: 'remove the line',
    before:
      'If the Region exists, add it to EXTRA_REGIONS. If it is a typing error, name the cluster in the right Region and',
  },
  DUPLICATE_KEYS: { attempts: merge, purpose: 'write each key once' },
  QUOTA_NEAR: {
    attempts: [{ compact: true }, { compact: true, onMismatch: 'MERGE' }],
    purpose: 'merge statements and remove lines that wider lines cover',
  },
  CLUSTER_GONE: {
    attempts: [{ prune: true }],
    purpose: 'remove the lines of clusters that are gone and that nobody claims',
  },
  REGION_WILDCARD: {
    attempts: drop,
    purpose: 'remove the line',
    before: 'If that is not intended, name the clusters to keep and',
  },
  CLUSTER_WILDCARD: {
    attempts: drop,
    purpose: 'remove the line',
    before: 'If that is not intended, name the clusters to keep and',
  },
};

/** Does REPLACE act on such a finding when it is the only one? On errors it always does. */
export const isReplaced = ({ severity, code }: { severity: string; code: FindingCode }): boolean =>
  severity === 'ERROR' || (severity === 'WARNING' && cures[code]?.attempts === replace);
