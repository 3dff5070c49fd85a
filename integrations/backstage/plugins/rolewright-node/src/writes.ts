import { createHash } from 'node:crypto';
import type { Change, Cluster, ExtendAnswer } from 'backstage-plugin-rolewright-common';
import type { Answer } from 'rolewright-client';
import { oneLine } from './error.ts';
import type { OpenRole } from './open-role.ts';
import { clusterList } from './sentences.ts';

export interface WriteRequest {
  clusters: Cluster[];
  reason?: string | undefined;
  dryRun: boolean;
  /** What makes the request the same one when it is sent again, such as a task and its step. */
  once?: readonly string[] | undefined;
  signal?: AbortSignal | undefined;
}

type Write = Answer<'extendExecutionRole'>;
type Logged = NonNullable<Write['change']>;

/** The longest time of a write, in ms. */
const patience = 60_000;

/** Adds lines for the clusters to the role. With `dryRun` it is planned, and nothing is written. */
export async function extendRole(role: OpenRole, request: WriteRequest): Promise<ExtendAnswer> {
  const answer = await role.client.extendExecutionRole(...inputOf(role, request));
  return toAnswer(role, request, answer, 'cover');
}

/** Creates the role, with lines for the clusters. With `dryRun` it is planned, and nothing is written. */
export async function createRole(role: OpenRole, request: WriteRequest): Promise<ExtendAnswer> {
  const answer = await role.client.createExecutionRole(...inputOf(role, request));
  return toAnswer(role, request, answer, 'create');
}

function inputOf(
  { accountId, roleName, personRef, entityRef }: OpenRole,
  { clusters, reason, dryRun, once, signal }: WriteRequest,
) {
  const input = { accountId, roleName, clusters, dryRun, ...(reason && { reason }) };
  const limit = AbortSignal.timeout(patience);
  const options = { signal: signal ? AbortSignal.any([signal, limit]) : limit };
  // People share the plugin's keys: nobody can hit upon the key of somebody else. Another input has another key, so
  // that a corrected one is not refused.
  const parts = once && [personRef, entityRef, ...once, JSON.stringify(input)];
  const idempotencyKey = parts && createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return [{ ...input, ...(idempotencyKey && { idempotencyKey }) }, options] as const;
}

function toAnswer(
  role: OpenRole,
  { clusters, dryRun }: WriteRequest,
  { plan, change }: Write,
  verb: 'cover' | 'create',
): ExtendAnswer {
  const { clustersGained, clustersLost, statementsRemoved } = plan.effects;
  return {
    diff: plan.diff,
    effects: { clustersGained, clustersLost, statementsRemoved: statementsRemoved.length },
    change: change && toChange(role, change),
    sentence: sentenceOf(role, { clusters, dryRun, verb, change, hasSteps: plan.steps.length > 0 }),
  };
}

function sentenceOf(
  { accountId, roleName }: OpenRole,
  about: {
    clusters: Cluster[];
    dryRun: boolean;
    verb: 'cover' | 'create';
    change: Logged | null;
    hasSteps: boolean;
  },
): string {
  const role = `role ${roleName} of account ${accountId}`;
  const { verb, dryRun, change, hasSteps } = about;
  const clusters = clusterList(about.clusters);
  if (change && change.outcome !== 'SUCCEEDED')
    return `The change of the ${role} has the outcome ${change.outcome}: look at the history before you try again.`;
  if (verb === 'create') return `The ${role} ${dryRun ? 'would be' : 'was'} created for ${clusters}.`;
  if (!hasSteps) return `The ${role} covers ${clusters} already.`;
  return `The ${role} ${dryRun ? 'would cover' : 'now covers'} ${clusters}.`;
}

/** A change of the history, as a portal shows it. */
export function toChange({ publicUrl }: Pick<OpenRole, 'publicUrl'>, change: Logged): Change {
  const { id, at, kind, outcome, clusters, actor, onBehalfOf, reason } = change;
  return {
    id,
    at,
    kind,
    outcome,
    clusters,
    actor: oneLine(actor.subject),
    onBehalfOf: onBehalfOf ? oneLine(onBehalfOf.subject) : null,
    reason: reason && oneLine(reason),
    url: publicUrl && `${publicUrl}/history/${encodeURIComponent(id)}`,
  };
}
