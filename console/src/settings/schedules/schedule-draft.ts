import type { FieldError } from '../../ui/form/form-errors.ts';
import { labelTexts, parseLabels, splitWords } from '../lists.ts';

/** What a schedule starts, as the API has it. */
export interface ScheduledSweep {
  operation?: 'CHECK' | 'READINESS';
  select: { all?: boolean; labels?: Record<string, string>; accountIds?: string[] };
  roleName?: string;
  clusters?: { region: string; name: string }[];
  regions?: string[];
  reason?: string;
}

/** A schedule as it stands in the form. */
export interface ScheduleDraft {
  name: string;
  cron: string;
  timezone: string;
  operation: 'CHECK' | 'READINESS';
  accounts: 'all' | 'labels' | 'accountIds';
  labels: string;
  accountIds: string;
  roleName: string;
  clusters: string;
  regions: string;
  reason: string;
}

export interface ScheduleValues {
  name: string;
  cron: string;
  timezone: string;
  sweep: ScheduledSweep;
}

/** The fields of the form, by their pointers. */
export const scheduleFields = [
  '/name',
  '/cron',
  '/timezone',
  '/sweep/operation',
  '/sweep/select',
  '/sweep/select/labels',
  '/sweep/select/accountIds',
  '/sweep/roleName',
  '/sweep/clusters',
  '/sweep/regions',
  '/sweep/reason',
];

export const emptySchedule = (timezone: string): ScheduleDraft => ({
  name: '',
  cron: '0 3 * * *',
  timezone,
  operation: 'CHECK',
  accounts: 'all',
  labels: '',
  accountIds: '',
  roleName: '',
  clusters: '',
  regions: '',
  reason: '',
});

export function draftOfSchedule({ name, cron, timezone, sweep }: ScheduleValues): ScheduleDraft {
  const { select } = sweep;
  return {
    name,
    cron,
    timezone,
    operation: sweep.operation ?? 'CHECK',
    accounts: select.labels ? 'labels' : select.accountIds ? 'accountIds' : 'all',
    labels: labelTexts(select.labels ?? {}).join('\n'),
    accountIds: (select.accountIds ?? []).join('\n'),
    roleName: sweep.roleName ?? '',
    clusters: (sweep.clusters ?? []).map(({ region, name }) => `${region}/${name}`).join('\n'),
    regions: (sweep.regions ?? []).join('\n'),
    reason: sweep.reason ?? '',
  };
}

/** What is sent. Empty fields, and fields that the operation does not have, are left out. */
export function readSchedule(draft: ScheduleDraft): { input: ScheduleValues; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const name = draft.name.trim();
  // The name is part of the address of the request: it must be right before there is one.
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.test(name))
    errors.push({
      pointer: '/name',
      message: 'must have 1 to 63 letters, digits or _.-, beginning with a letter or digit',
    });
  const select: ScheduledSweep['select'] = {};
  if (draft.accounts === 'all') select.all = true;
  else if (draft.accounts === 'accountIds') select.accountIds = splitWords(draft.accountIds);
  else {
    const parsed = parseLabels(draft.labels, '/sweep/select/labels');
    select.labels = parsed.labels;
    errors.push(...parsed.errors);
  }
  const isCheck = draft.operation === 'CHECK';
  const roleName = draft.roleName.trim();
  const clusters = splitWords(draft.clusters).map((text) => {
    const [region = '', name = '', ...more] = text.split('/');
    if (region === '' || name === '' || more.length > 0)
      errors.push({ pointer: '/sweep/clusters', message: `“${text}” must be REGION/NAME` });
    return { region, name };
  });
  const regions = splitWords(draft.regions);
  const reason = draft.reason.trim();
  return {
    input: {
      name,
      cron: draft.cron.trim().replace(/\s+/g, ' '),
      timezone: draft.timezone.trim(),
      sweep: {
        operation: draft.operation,
        select,
        ...(isCheck && roleName && { roleName }),
        ...(clusters.length > 0 && { clusters }),
        ...(!isCheck && regions.length > 0 && { regions }),
        ...(reason && { reason }),
      },
    },
    errors,
  };
}

/** "Checks the roles of every account". */
export function describeSweep({ operation = 'CHECK', select, roleName, clusters, regions }: ScheduledSweep) {
  const what =
    operation === 'READINESS'
      ? 'Checks the clusters'
      : roleName
        ? `Checks the role ${roleName}`
        : 'Checks the roles';
  const where = select.labels
    ? `accounts with ${labelTexts(select.labels).join(', ')}`
    : select.accountIds
      ? select.accountIds.length === 1
        ? `account ${select.accountIds[0]}`
        : `${select.accountIds.length} accounts`
      : 'every account';
  const limits = [
    regions && regions.length > 0 && `in ${regions.join(', ')}`,
    clusters && clusters.length > 0 && `for ${clusters.map((one) => `${one.region}/${one.name}`).join(', ')}`,
  ].filter(Boolean);
  return [`${what} of ${where}`, ...limits].join(', ');
}
