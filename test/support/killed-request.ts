import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { spawnBound } from '#dev/sandbox/spawn-bound.ts';
import { createAws } from '#src/aws/aws.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import { operations } from '#src/operations/index.ts';
import { openTestDatabase } from '#test/support/database.ts';
import { plainDeps } from './plain-deps.ts';
import { callerOf, useOwnCredentials } from './scripted-aws.ts';

/** The moments at which a process can die: each just after the step of that name. */
export type Moment = 'BEGUN' | 'OPENED' | 'WRITTEN' | 'SETTLED' | 'KEPT';

export interface KilledRequest {
  databaseUrl: string;
  awsUrl: string;
  memberRole: Deps['memberRole'];
  operation: keyof typeof operations;
  input: object;
  at: Moment;
}

/** Runs one operation in a process that kills itself at that moment. Answers the signal that ended it. */
export async function killedRequest(request: KilledRequest): Promise<string | null> {
  const child = spawnBound(process.execPath, [fileURLToPath(import.meta.url), JSON.stringify(request)]);
  let said = '';
  child.stderr.on('data', (text: string) => (said += text));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (signal === null) throw new Error(`the process ended with ${code}: ${said}`);
  return signal;
}

async function run({ databaseUrl, awsUrl, memberRole, operation, input, at }: KilledRequest): Promise<void> {
  useOwnCredentials();
  // Allow enough time: on a busy machine the process starts slowly.
  const database = openTestDatabase({ url: databaseUrl, timeoutMs: 60_000 });
  const { ledger, idempotencyKeys } = database;
  const { roles, clusters } = createAws({ now: () => new Date(), endpoint: awsUrl });
  const dyingAfter = <A extends unknown[], T>(moment: Moment, work: (...args: A) => Promise<T>) => {
    return async (...args: A): Promise<T> => {
      const result = await work(...args);
      if (moment === at) process.kill(process.pid, 'SIGKILL');
      return result;
    };
  };
  const deps: Deps = {
    ...plainDeps(database),
    clusters,
    roles: { ...roles, write: dyingAfter('WRITTEN', roles.write) },
    ledger: {
      ...ledger,
      open: dyingAfter('OPENED', ledger.open),
      settle: dyingAfter('SETTLED', ledger.settle),
    },
    idempotencyKeys: {
      ...idempotencyKeys,
      begin: dyingAfter('BEGUN', idempotencyKeys.begin),
      finish: dyingAfter('KEPT', idempotencyKeys.finish),
    },
    memberRole,
    readBackDelays: [5, 10, 20],
    recordDelays: [],
    recordPatienceMs: 1000,
    untouchedPatienceMs: 300,
    readiness: { patienceMs: 2000, intervalMs: 5, settleMs: 20 },
    log: console,
  };
  await operations[operation].call(deps, input, callerOf());
  throw new Error(`it never came to ${at}`);
}

if (import.meta.main) await run(JSON.parse(process.argv[2] ?? '') as KilledRequest);
