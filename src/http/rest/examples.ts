import type { TObject } from 'typebox';

type Flat = Record<string, unknown>;

const account = { accountId: '111122223333' };
const role = { ...account, roleName: 'AmazonEKSFargatePodExecutionRole' };
const cluster = { region: 'us-west-2', name: 'my-cluster' };
const clusters = [cluster];
const uuid = '01234567-89ab-4def-8123-456789abcdef';
const reason = 'CHG-1042: new cluster';
/** `/docs` sends what it proposes at a click, so that each write is proposed as a dry run. */
const dryRun = true;

/**
 * A request that is right and does no harm, for each operation that needs input: by operationId, its fields wherever they
 * stand. `/docs` proposes them; without them it makes values up, such as a random Region, `*` or `compact: true`.
 */
export const examples: Record<string, Flat> = {
  getAccount: account,
  putAccount: { ...account, name: 'payments-prod', labels: { team: 'payments', stage: 'prod' }, dryRun },
  deleteAccount: { ...account, dryRun },
  importAccounts: { dryRun },
  getAccountImport: { id: `import_${uuid}` },
  listAccountImportChanges: { id: `import_${uuid}` },
  listExecutionRoles: account,
  createExecutionRole: { accountId: '333344445555', clusters, reason, dryRun },
  getExecutionRole: role,
  ensureExecutionRole: { ...role, clusters, reason, dryRun },
  checkExecutionRole: { ...role, clusters },
  getExecutionRoleCheck: { ...role, cluster: ['us-west-2/my-cluster'] },
  extendExecutionRole: { ...role, clusters, reason, dryRun },
  getCluster: { ...role, ...cluster },
  putCluster: { ...role, ...cluster, claimant: uuid, reason, dryRun },
  retractCluster: { ...role, ...cluster, claimant: uuid, dryRun },
  listClaims: role,
  endClaim: { id: 'claim_0123456789abcdef0123456789abcdef', dryRun },
  getChange: { id: `change_${uuid}` },
  getChangeProof: { id: `change_${uuid}` },
  revertChange: { id: `change_${uuid}`, reason: 'CHG-1043: back to before', dryRun },
  createServiceToken: { name: 'portal', groups: ['rolewright-viewers'], accountIds: ['111122223333'], dryRun },
  revokeServiceToken: { id: '0123456789abcdef', dryRun },
  startSweep: { operation: 'CHECK', select: { labels: { team: 'payments' } }, dryRun },
  getSweep: { id: `sweep_${uuid}` },
  listSweepResults: { id: `sweep_${uuid}` },
  streamSweepEvents: { id: `sweep_${uuid}` },
  cancelSweep: { id: `sweep_${uuid}` },
  getSchedule: { name: 'nightly' },
  putSchedule: { name: 'nightly', cron: '0 3 * * *', timezone: 'Europe/Berlin', sweep: { select: { all: true } }, dryRun },
  deleteSchedule: { name: 'nightly', dryRun },
  redeliverDeadLetter: { id: uuid },
};

/** The parameters of a path or a query, each with its part of the example. */
export function withParameterExamples(schema: TObject, example: Flat = {}): TObject {
  const properties = Object.entries(schema.properties).map(([name, part]) => [
    name,
    name in example && !('$ref' in part) ? { ...part, examples: [example[name]] } : part,
  ]);
  return { ...schema, properties: Object.fromEntries(properties) };
}

/** A body with its part of the example: the fields in `places` that stand there. */
export function withBodyExample(schema: TObject, example: Flat = {}, places: Record<string, string> = {}): TObject {
  const body = Object.fromEntries(Object.entries(example).filter(([name]) => places[name] === 'body'));
  return { ...schema, examples: [body] } as TObject;
}
