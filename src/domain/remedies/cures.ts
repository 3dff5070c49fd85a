import type { FindingCode } from '../../schema/report.ts';

/** What an extend request may ask for besides its clusters. */
export interface Attempt {
  onMismatch?: 'MERGE' | 'REPLACE';
  compact?: true;
  /** The line that the finding is about. */
  drop?: true;
}

/** How a request may make findings of one code go. */
export interface Cure {
  /** From the mildest: the first that works is named. */
  attempts: Attempt[];
  /** What that does, to follow "to". */
  purpose: string;
  before?: string;
}

const add: Attempt[] = [{}, { onMismatch: 'MERGE' }, { onMismatch: 'REPLACE' }];
const merge: Attempt[] = [{ onMismatch: 'MERGE' }, { onMismatch: 'REPLACE' }];
const replace: Attempt[] = [{ onMismatch: 'REPLACE' }];
const drop: Attempt[] = [{}, { onMismatch: 'MERGE' as const }, { onMismatch: 'REPLACE' as const }].map((one) => ({ ...one, drop: true }));

/** For each code that a request can make go. */
export const cures: Partial<Record<FindingCode, Cure>> = {
  POLICY_NOT_ATTACHED: { attempts: add, purpose: 'attach the policy' },
  SERVICE_NOT_TRUSTED: { attempts: merge, purpose: 'add a statement for the service' },
  SOURCE_ARN_MISSING: { attempts: merge, purpose: 'confine the statement to the clusters that you name' },
  SOURCE_ARN_FOREIGN: { attempts: merge, purpose: 'narrow the line to this account, or remove it' },
  CLUSTER_NOT_LISTED: { attempts: add, purpose: 'add a line for the cluster' },
  NO_CLUSTER_COVERED: { attempts: add, purpose: 'let in the clusters that you name' },
  DENIED: {
    attempts: replace,
    purpose: 'write the policy without it',
    before: 'A Deny beats every Allow, so another line does not help. If it is meant, narrow it in IAM. If it is not,',
  },
  PRINCIPAL_ANYONE: { attempts: replace, purpose: 'write the policy without the statement' },
  STATEMENT_DEAD: { attempts: replace, purpose: 'write its lines into a statement that works' },
  SOURCE_ARN_DEAD: { attempts: replace, purpose: 'write the policy without the line; name the cluster that it was meant for' },
  SOURCE_ARN_WIDE: { attempts: replace, purpose: 'write a line for Fargate profiles alone' },
  CONDITION_WEAK: { attempts: replace, purpose: 'write ArnLike in its place' },
  PRINCIPAL_NODE_SHARED: {
    attempts: replace,
    purpose: 'write the policy without them',
    before: 'EKS wants pods and EC2 nodes to have different roles. Give the nodes a role of their own, then',
  },
  PRINCIPAL_OTHER: { attempts: replace, purpose: 'write the policy without it', before: 'If it is not meant to assume this role,' },
  PRINCIPAL_DELETED: { attempts: merge, purpose: 'take it out' },
  REGION_UNKNOWN: {
    attempts: drop,
    purpose: 'take the line away',
    before: 'If AWS has the Region, add it to EXTRA_REGIONS. If it is a typing error, name the cluster in the right Region and',
  },
  DUPLICATE_KEYS: { attempts: merge, purpose: 'write each key once' },
  QUOTA_NEAR: {
    attempts: [{ compact: true }, { compact: true, onMismatch: 'MERGE' }],
    purpose: 'fold statements and drop lines that wider ones cover',
  },
  REGION_WILDCARD: {
    attempts: drop,
    purpose: 'take the line away',
    before: 'If that is not meant, name the clusters that are to stay and',
  },
  CLUSTER_WILDCARD: {
    attempts: drop,
    purpose: 'take the line away',
    before: 'If that is not meant, name the clusters that are to stay and',
  },
};

/** Does REPLACE act where only such findings stand? Of errors it always does. */
export const isReplaced = ({ severity, code }: { severity: string; code: FindingCode }): boolean =>
  severity === 'ERROR' || (severity === 'WARNING' && cures[code]?.attempts === replace);
