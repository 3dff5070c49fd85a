import type { TObject } from 'typebox';
import type { Input } from '../parameter-locations.ts';
import { accountId, clusters, ids, names, reason, uuid } from './sample.ts';

const account = { accountId };
const role = { accountId, roleName: names.role };
const [cluster] = clusters;
/** One click in `/docs` sends the example, so every write is a dry run. */
const dryRun = true;

/**
 * A valid and harmless request for each operation that needs input: its fields by operationId, wherever they
 * are sent. Without these, `/docs` would propose made-up values such as `*` or `compact: true`.
 */
export const examples: Record<string, Input> = {
  getAccount: account,
  putAccount: { ...account, name: 'payments-prod', labels: { team: 'payments', stage: 'prod' }, dryRun },
  deleteAccount: { ...account, dryRun },
  importAccounts: { dryRun },
  getAccountImport: { id: ids.import },
  listAccountImportChanges: { id: ids.import },
  listExecutionRoles: account,
  createExecutionRole: { accountId: '333344445555', clusters, reason, dryRun },
  getExecutionRole: role,
  ensureExecutionRole: { ...role, clusters, reason, dryRun },
  checkExecutionRole: { ...role, clusters },
  getExecutionRoleCheck: { ...role, cluster: ['us-west-2/my-cluster'] },
  extendExecutionRole: { ...role, clusters, reason, dryRun },
  getCluster: { ...role, ...cluster },
  putCluster: { ...role, ...cluster, claimant: uuid, reason, dryRun },
  pruneExecutionRole: { ...role, reason, dryRun },
  retractCluster: { ...role, ...cluster, claimant: uuid, dryRun },
  getFargateReadiness: { ...account, ...cluster },
  listClaims: role,
  endClaim: { id: ids.claim, dryRun },
  getChange: { id: ids.change },
  getChangeProof: { id: ids.change },
  revertChange: { id: ids.change, reason: 'CHG-1043: back to before', dryRun },
  createServiceToken: { name: 'portal', groups: ['rolewright-viewers'], accountIds: [accountId], dryRun },
  revokeServiceToken: { id: ids.token, dryRun },
  startSweep: { operation: 'CHECK', select: { labels: { team: 'payments' } }, dryRun },
  getSweep: { id: ids.sweep },
  listSweepResults: { id: ids.sweep },
  streamSweepEvents: { id: ids.sweep },
  cancelSweep: { id: ids.sweep },
  getSchedule: { name: 'nightly' },
  putSchedule: {
    name: 'nightly',
    cron: '0 3 * * *',
    timezone: 'Europe/Berlin',
    sweep: { select: { all: true } },
    dryRun,
  },
  deleteSchedule: { name: 'nightly', dryRun },
  redeliverDeadLetter: { id: uuid },
};

/** Gives each parameter of a path or a query its part of the example. */
export function withParameterExamples(schema: TObject, example: Input = {}): TObject {
  const properties = Object.entries(schema.properties).map(([name, part]) => [
    name,
    name in example && !('$ref' in part) ? { ...part, examples: [example[name]] } : part,
  ]);
  return { ...schema, properties: Object.fromEntries(properties) };
}

/** Gives a body its part of the example: the fields that `places` puts there. */
export function withBodyExample(
  schema: TObject,
  example: Input = {},
  places: Record<string, string> = {},
): TObject {
  const body = Object.fromEntries(Object.entries(example).filter(([name]) => places[name] === 'body'));
  return { ...schema, examples: [body] } as TObject;
}
