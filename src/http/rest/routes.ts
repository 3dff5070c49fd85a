import Type, { type TObject, type TProperties } from 'typebox';
import type { Operation } from '../../operations/call/operation.ts';
import { operations } from '../../operations/index.ts';
import { ListAccountsInput } from '../../schema/account.ts';
import { PostureInput } from '../../schema/posture.ts';
import { AccountId, ClusterName, ClusterText, labelKey, Region, RoleName } from '../../schema/primitives.ts';
import { CheckRoleInput, ExtendExecutionRoleInput } from '../../schema/role.ts';
import type { Streamed } from './streams.ts';
import { sweepResultLines } from './sweep-results.ts';

type Flat = Record<string, unknown>;

/** One route: its words, and the operation that they call. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  operation: Operation;
  /** What makes two routes of one operation differ in the API description. */
  operationId?: string;
  /** The face's own words, where they are not the operation's. */
  shape?: TObject;
  /** Turns the face's own words into the operation's input. */
  translate?: (flat: Flat) => Flat;
  status?: (answer: unknown, input: Flat) => 200 | 201 | 204;
  /** Answered with 202 and, under this path, where to see how it goes. */
  accepted?: string;
  /** Of the fields that stand in the query, those that the body may have instead. */
  alsoInBody?: string[];
  /** What answers GET of the same address: a PUT takes that answer, read-only members included. See read-only.ts. */
  read?: Operation;
  /** Another form of the answer, for who asks for application/x-ndjson, or ?format=ndjson: see streams.ts. */
  stream?: Streamed;
}

/** What has to be known of a route to read its input. */
export type Described = Pick<Route, 'method' | 'url' | 'shape' | 'translate' | 'alsoInBody'> & { operation: Pick<Operation, 'input'> };

const isNew = ({ createdAt, updatedAt }: { createdAt: string; updatedAt: string }) => createdAt === updatedAt;
const created = (answer: unknown) => ((answer as { change?: { kind?: string } | null }).change?.kind === 'CREATE' ? 201 : 200);
const role = '/accounts/:accountId/execution-roles/:roleName';
const line = `${role}/clusters/:region/:name`;

const without = (shape: TObject, ...names: string[]): TProperties =>
  Object.fromEntries(Object.entries(shape.properties).filter(([name]) => !names.includes(name)));

const CheckQuery = Type.Object(
  {
    ...without(CheckRoleInput, 'clusters'),
    cluster: Type.Array(ClusterText, {
      minItems: 1,
      maxItems: 100,
      description: 'REGION/NAME, as in us-west-2/my-cluster; it may repeat, up to 100 times',
    }),
  },
  { additionalProperties: false },
);

const label = Type.Optional(
  Type.Array(
    Type.String({
      pattern: `^${labelKey}=[\\s\\S]{0,256}$`,
      description:
        'KEY=VALUE, with a key of 1 to 63 letters, digits or _./-, beginning with a letter or digit, and a value of at most 256 characters',
    }),
    {
      description: 'KEY=VALUE; it may repeat, and all must hold',
      maxItems: 50,
    },
  ),
);
/** The words of a list whose labels stand in the query. */
const labelled = (shape: TObject) => Type.Object({ label, ...without(shape, 'labels') }, { additionalProperties: false });
const withLabels = ({ label, ...rest }: Flat): Flat =>
  label === undefined ? rest : { ...rest, labels: Object.fromEntries(split(label, '=')) };

const LineBody = Type.Object(
  {
    accountId: AccountId,
    roleName: RoleName,
    region: Region,
    name: ClusterName,
    ...without(ExtendExecutionRoleInput, 'accountId', 'roleName', 'clusters', 'claim', 'drop'),
  },
  { additionalProperties: false },
);

/** `value` split at the first `separator`; anything but a list of such texts is left for the operation to refuse. */
const split = (texts: unknown, separator: string): [string, string][] =>
  (Array.isArray(texts) ? texts : []).map((text) => {
    const [head = '', ...tail] = String(text).split(separator);
    return [head, tail.join(separator)];
  });

export const routes: Route[] = [
  {
    method: 'GET',
    url: '/accounts',
    operation: operations.accounts,
    shape: labelled(ListAccountsInput),
    translate: withLabels,
  },
  { method: 'GET', url: '/accounts/:accountId', operation: operations.account },
  {
    method: 'PUT',
    url: '/accounts/:accountId',
    operation: operations.putAccount,
    read: operations.account,
    status: (answer, { dryRun }) => (!dryRun && isNew(answer as { createdAt: string; updatedAt: string }) ? 201 : 200),
  },
  { method: 'DELETE', url: '/accounts/:accountId', operation: operations.deleteAccount, status: () => 204 },
  { method: 'POST', url: '/accounts/import', operation: operations.importAccounts, accepted: '/account-imports' },
  { method: 'GET', url: '/account-imports/:id', operation: operations.accountImport },
  { method: 'GET', url: '/account-imports/:id/changes', operation: operations.accountImportChanges },
  { method: 'GET', url: '/accounts/:accountId/execution-roles', operation: operations.executionRoles },
  { method: 'POST', url: '/accounts/:accountId/execution-roles', operation: operations.createExecutionRole, status: created },
  { method: 'GET', url: role, operation: operations.executionRole },
  { method: 'PUT', url: role, operation: operations.ensureExecutionRole, read: operations.executionRole, status: created },
  { method: 'POST', url: `${role}/check`, operation: operations.checkExecutionRole },
  {
    method: 'GET',
    url: `${role}/check`,
    operation: operations.checkExecutionRole,
    operationId: 'readCheckOfExecutionRole',
    shape: CheckQuery,
    translate: ({ cluster, ...rest }) => ({ ...rest, clusters: split(cluster, '/').map(([region, name]) => ({ region, name })) }),
  },
  { method: 'POST', url: `${role}/extend`, operation: operations.extendExecutionRole },
  { method: 'GET', url: line, operation: operations.executionRoleCluster },
  {
    method: 'PUT',
    url: line,
    operation: operations.extendExecutionRole,
    operationId: 'putCluster',
    read: operations.executionRoleCluster,
    shape: LineBody,
    translate: ({ region, name, ...rest }) => ({ ...rest, clusters: [{ region, name }], claim: true }),
  },
  { method: 'DELETE', url: line, operation: operations.retractCluster },
  { method: 'GET', url: '/claims', operation: operations.claims },
  { method: 'DELETE', url: '/claims/:id', operation: operations.endClaim },
  { method: 'GET', url: '/changes', operation: operations.changes },
  { method: 'GET', url: '/changes/:id', operation: operations.change },
  { method: 'GET', url: '/changes/:id/proof', operation: operations.changeProof },
  { method: 'GET', url: '/audit/verification', operation: operations.auditVerification },
  { method: 'POST', url: '/changes/:id/revert', operation: operations.revertChange },
  {
    method: 'POST',
    url: '/service-tokens',
    operation: operations.createServiceToken,
    status: (_, { dryRun }) => (dryRun ? 200 : 201),
  },
  { method: 'GET', url: '/service-tokens', operation: operations.serviceTokens },
  { method: 'DELETE', url: '/service-tokens/:id', operation: operations.revokeServiceToken },
  { method: 'POST', url: '/sweeps', operation: operations.startSweep, accepted: '/sweeps', alsoInBody: ['dryRun'] },
  { method: 'GET', url: '/sweeps', operation: operations.sweeps },
  { method: 'GET', url: '/sweeps/:id', operation: operations.sweep },
  { method: 'GET', url: '/sweeps/:id/results', operation: operations.sweepResults, stream: sweepResultLines },
  { method: 'POST', url: '/sweeps/:id/cancel', operation: operations.cancelSweep },
  { method: 'GET', url: '/posture', operation: operations.posture, shape: labelled(PostureInput), translate: withLabels },
  { method: 'GET', url: '/schedules', operation: operations.schedules },
  { method: 'GET', url: '/schedules/:name', operation: operations.schedule },
  {
    method: 'PUT',
    url: '/schedules/:name',
    operation: operations.putSchedule,
    read: operations.schedule,
    status: (answer, { dryRun }) => (!dryRun && isNew(answer as { createdAt: string; updatedAt: string }) ? 201 : 200),
  },
  { method: 'DELETE', url: '/schedules/:name', operation: operations.deleteSchedule, status: () => 204 },
  { method: 'GET', url: '/webhooks/dead-letters', operation: operations.deadLetters },
  { method: 'POST', url: '/webhooks/dead-letters/:id/redeliver', operation: operations.redeliverDeadLetter },
];

/** What a write takes beside its body, whatever the method. */
const inQuery = ['dryRun', 'override', 'claimant'];

/** What a write takes in a header, by the header's name. */
export const inHeader: Record<string, string> = { ifMatch: 'if-match', idempotencyKey: 'idempotency-key' };

/** Where each field of a route's input stands. */
export function placesOf({
  method,
  url,
  operation,
  shape = operation.input,
}: Described): Record<string, 'path' | 'query' | 'body' | 'header'> {
  const inPath = new Set([...url.matchAll(/:(\w+)/g)].map(([, name]) => name));
  const hasBody = method === 'POST' || method === 'PUT';
  return Object.fromEntries(
    Object.keys(shape.properties).map((name) => [
      name,
      inPath.has(name) ? 'path' : inHeader[name] ? 'header' : hasBody && !inQuery.includes(name) ? 'body' : 'query',
    ]),
  );
}
