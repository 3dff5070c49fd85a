import { parseClusters } from '../mend/clusters.ts';
import { parseLabels, splitWords } from '../settings/lists.ts';
import type { Shape } from '../shape.ts';
import type { FieldError } from '../ui/form/form-errors.ts';

interface Input {
  operation: Shape<'SweepOperation'>;
  select: Shape<'SweepSelect'>;
  roleName?: string;
  clusters?: Shape<'Cluster'>[];
  regions?: string[];
  reason?: string;
  dryRun?: boolean;
}

/** A sweep as it stands in the form. */
export interface SweepDraft {
  operation: Input['operation'];
  accounts: 'all' | 'labels' | 'accountIds';
  labels: string;
  accountIds: string;
  roleName: string;
  clusters: string;
  regions: string;
  reason: string;
}

export const emptySweep: SweepDraft = {
  operation: 'CHECK',
  accounts: 'all',
  labels: '',
  accountIds: '',
  roleName: '',
  clusters: '',
  regions: '',
  reason: '',
};

/** The fields of the form, by their pointers. */
export const sweepFields = [
  '/operation',
  '/select',
  '/select/labels',
  '/select/accountIds',
  '/roleName',
  '/clusters',
  '/regions',
  '/reason',
];

/**
 * What is sent. Fields that the operation does not have are left out. An extension is tried first: it is always a dry
 * run here.
 */
export function readSweep(draft: SweepDraft): { input: Input; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const report = (pointer: string, message: string) => errors.push({ pointer, message });
  const select: Input['select'] = {};
  if (draft.accounts === 'all') select.all = true;
  else if (draft.accounts === 'accountIds') {
    select.accountIds = [...new Set(splitWords(draft.accountIds))];
    const wrong = select.accountIds.find((id) => !/^\d{12}$/.test(id));
    if (wrong !== undefined) report('/select/accountIds', `“${wrong}” must have 12 digits`);
    if (select.accountIds.length === 0) report('/select/accountIds', 'must name an account');
  } else {
    const { labels, errors: faults } = parseLabels(draft.labels, '/select/labels');
    select.labels = labels;
    errors.push(...faults);
    if (faults.length === 0 && Object.keys(labels).length === 0)
      report('/select/labels', 'must name a label');
  }
  const { clusters, wrong } = parseClusters(draft.clusters);
  for (const text of wrong) report('/clusters', `“${text}” must be REGION/NAME`);
  const isExtension = draft.operation === 'EXTEND';
  if (isExtension && clusters.length === 0 && wrong.length === 0) report('/clusters', 'must name a cluster');
  const isReadiness = draft.operation === 'READINESS';
  const regions = isReadiness ? splitWords(draft.regions) : [];
  const roleName = isReadiness ? '' : draft.roleName.trim();
  const reason = draft.reason.trim();
  return {
    input: {
      operation: draft.operation,
      select,
      ...(roleName && { roleName }),
      ...(clusters.length > 0 && { clusters }),
      ...(regions.length > 0 && { regions }),
      ...(reason && { reason }),
      ...(isExtension && { dryRun: true }),
    },
    errors,
  };
}
