import type pg from 'pg';
import type { Change } from '#src/schema/change.ts';
import type { SweepResult } from '#src/schema/sweep.ts';
import { allChanges, send } from './client.ts';
import type { Stage } from './stage.ts';
import { until } from './waiting.ts';

/** Maximum time for a sweep on a slow machine, in ms. */
const patienceMs = 30 * 60_000;
/** The latency of an AWS call, in ms. */
const latencyMs = 50;

/** The fields of a sweep that the rows read. */
export interface Progress {
  id: string;
  state: string;
  done: number;
  failed: number;
  total: number;
  verdicts: Record<string, number>;
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
}

/**
 * Creates accounts in AWS and in the registry, each with a role that has a line for `first`. From then on AWS
 * has its latency. Answers their IDs.
 */
export async function putFleet(stage: Stage, client: pg.Client, count: number): Promise<string[]> {
  const accountIds = Array.from({ length: count }, (_, i) => String(310000000001 + i));
  for (const accountId of accountIds) stage.account(accountId, ['first']);
  stage.aws.world.addFaults({ latency: [{ ms: latencyMs }] });
  await client.query(
    `INSERT INTO account (account_id, name, partition, updated_at) SELECT id, 'chaos ' || id, 'aws', now() FROM unnest($1::text[]) AS id`,
    [accountIds],
  );
  return accountIds;
}

/** Starts a sweep of all accounts for the cluster `second`. Throws an Error when it is refused. */
export async function startSweep(origin: string, operation: 'CHECK' | 'EXTEND'): Promise<Progress> {
  const clusters = [{ region: 'us-west-2', name: 'second' }];
  const { status, body } = await send(origin, 'POST', '/v1/sweeps', {
    operation,
    select: { all: true },
    clusters,
  });
  if (status !== 202) throw new Error(`the sweep was refused: ${JSON.stringify(body)}`);
  return body as Progress;
}

/** Waits until `done` accounts have their results. Answers the sweep at that time. */
export async function doneOf(origin: string, id: string, done: number): Promise<Progress> {
  let seen: Progress | undefined;
  await until(`${done} accounts are done`, patienceMs, async () => {
    seen = (await send(origin, 'GET', `/v1/sweeps/${id}`)).body as Progress;
    return seen.done >= done;
  });
  return seen as Progress;
}

export async function allResults(origin: string, id: string): Promise<SweepResult[]> {
  const response = await fetch(`${origin}/v1/sweeps/${id}/results?format=ndjson`);
  const lines = (await response.text()).split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as SweepResult);
}

/** Every change of these accounts. Reads sixteen accounts at a time. */
export async function changesOf(origin: string, accountIds: string[]): Promise<Change[]> {
  const changes: Change[] = [];
  for (let i = 0; i < accountIds.length; i += 16)
    changes.push(
      ...(
        await Promise.all(accountIds.slice(i, i + 16).map((accountId) => allChanges(origin, accountId)))
      ).flat(),
    );
  return changes;
}
