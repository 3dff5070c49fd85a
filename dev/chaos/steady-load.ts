import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, changeOf, send } from './client.ts';
import type { Random } from './random.ts';
import { lineOf, roleName } from './stage.ts';
import { until } from './waiting.ts';

/** Which of the replicas that take requests a caller uses is random, as behind a load balancer. */
export interface SteadyLoad {
  /** Replicas that take requests, by their origin. Change it at any time. */
  targets: Map<string, { headers: Record<string, string> }>;
  /** Answers when this many more writes have been answered. */
  writes(count: number): Promise<void>;
  /** Ends when every request has its answer. */
  stop(): Promise<void>;
  /** Answers that no caller should get: of the server's fault, or none at all. */
  faults: string[];
  /** The lines that each role must have at the end, by account. */
  lines: ReadonlyMap<string, string[]>;
  /** The changes that callers were told of, by account. */
  told: ReadonlyMap<string, string[]>;
  counts: { writes: number; reads: number; busy: number; slowestMs: number };
}

const region = 'us-west-2';
/** How long to wait for writes to be answered, in ms. */
const patienceMs = 180_000;

/**
 * A writer for each account, which adds a line and then removes the one before it, and `readers` callers that
 * read what the writers did. Every account has a role with the line `first`.
 */
export function startSteadyLoad(accountIds: string[], readers: number, random: Random): SteadyLoad {
  const targets: SteadyLoad['targets'] = new Map();
  const faults: string[] = [];
  const lines = new Map(accountIds.map((id) => [id, [lineOf(id, 'first')]]));
  const told = new Map<string, string[]>(accountIds.map((id) => [id, []]));
  const counts = { writes: 0, reads: 0, busy: 0, slowestMs: 0 };
  let isOver = false;

  async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const [origin, { headers }] = random.oneOf([...targets]);
    const answer = await send(origin, method, path, body, { headers });
    counts.slowestMs = Math.max(counts.slowestMs, answer.ms);
    if (answer.status === 0 || answer.status >= 500)
      faults.push(
        `${method} ${path} was answered ${answer.status} ${answer.code}: ${JSON.stringify(answer.body)}`,
      );
    return answer;
  }

  async function write(accountId: string, method: string, path: string, body?: unknown): Promise<void> {
    for (;;) {
      const answer = await ask(method, `/v1/accounts/${accountId}/execution-roles/${roleName}${path}`, body);
      counts.writes += 1;
      const change = changeOf(answer);
      if (change) told.get(accountId)?.push(change.id);
      if (answer.status === 200) return;
      if (answer.code !== 'ROLE_BUSY') {
        if (answer.status >= 400 && answer.status < 500)
          faults.push(`${method} ${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
        return;
      }
      counts.busy += 1;
      await pause(answer.retryAfterMs ?? 200);
    }
  }

  async function writer(accountId: string): Promise<void> {
    for (let i = 0; !isOver; i += 1) {
      await write(accountId, 'POST', '/extend', {
        clusters: [{ region, name: `c${i}` }],
        reason: `step ${i}`,
      });
      if (i > 0) await write(accountId, 'DELETE', `/clusters/${region}/c${i - 1}`);
      lines.set(accountId, [lineOf(accountId, 'first'), lineOf(accountId, `c${i}`)]);
    }
  }

  async function reader(): Promise<void> {
    while (!isOver) {
      const accountId = random.oneOf(accountIds);
      const change = told.get(accountId)?.at(-1);
      const role = `/v1/accounts/${accountId}/execution-roles/${roleName}`;
      const path = random.oneOf([
        `${role}/check?cluster=${region}/first`,
        `/v1/changes?accountId=${accountId}&limit=20`,
        '/v1/changes?outcome=PENDING',
        '/v1/accounts',
        '/v1/posture',
        '/v1/sweeps',
        ...(change ? [`/v1/changes/${change}`] : []),
      ]);
      const { status, code } = await ask('GET', path);
      counts.reads += 1;
      if (status >= 400 && status < 500) faults.push(`GET ${path} was answered ${status} ${code}`);
    }
  }

  let callers: Promise<unknown> | null = null;
  return {
    targets,
    faults,
    lines,
    told,
    counts,
    async writes(count) {
      // Not awaited: `stop` waits for them, and what they are answered is in `faults`.
      callers ??= Promise.all([...accountIds.map(writer), ...Array.from({ length: readers }, reader)]);
      const wanted = counts.writes + count;
      await until(
        `${count} writes are answered`,
        patienceMs,
        () => counts.writes >= wanted || faults.length > 0,
      );
    },
    async stop() {
      isOver = true;
      await callers;
    },
  };
}
