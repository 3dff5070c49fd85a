import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { Fault, faults } from '../fault.ts';
import type { Activity, Observer, Occurrence } from '../ports/observer.ts';

// In seconds.
const ofOperations = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];
const ofAws = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const ofDatabase = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Counts and times what this process does. With `trace` each time has its trace as an exemplar; the registry is
 * then one of OpenMetrics.
 */
export function createMetricsObserver(registry: Registry, trace?: Observer['trace']): Observer {
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name: `rolewright_${name}`, help, labelNames, registers });
  const histogram = <L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    buckets: number[],
  ): Times<L> => {
    const options = { name: `rolewright_${name}`, help, labelNames, buckets, registers };
    const times = new Histogram({ ...options, enableExemplars: trace !== undefined });
    if (!trace) return times;
    return {
      observe(labels, value) {
        const traceId = trace()?.traceId;
        times.observe({ labels, value, ...(traceId && { exemplarLabels: { trace_id: traceId } as never }) });
      },
    };
  };

  const operations = counter('operations_total', 'Calls of operations that have ended', [
    'operation',
    'face',
    'status',
  ]);
  const operationSeconds = histogram(
    'operation_duration_seconds',
    'Time that calls of operations took',
    ['operation', 'face'],
    ofOperations,
  );
  const answers = counter('http_answers_total', 'Requests over HTTP that were answered', ['face', 'code']);
  const refusals = counter('refusals_total', 'Calls of operations that ended in a fault', ['code']);
  const checks = counter('checks_total', 'Roles that were checked', ['verdict']);
  const changes = counter('changes_total', 'Outcomes of changes that were committed to the audit log', [
    'kind',
    'outcome',
  ]);
  const awsCalls = counter('aws_calls_total', 'Attempts of calls of AWS', ['action', 'result']);
  const awsSeconds = histogram(
    'aws_call_duration_seconds',
    'Time until AWS had answered one attempt of a call',
    ['action'],
    ofAws,
  );
  const sessions = counter('aws_sessions_total', 'Member roles that were assumed, or were not', [
    'purpose',
    'result',
  ]);
  const lockSeconds = histogram(
    'lock_wait_seconds',
    'Time until a lock was held, or was refused',
    ['lock'],
    ofDatabase,
  );
  const jobs = counter('jobs_total', 'Jobs of the queue that have ended', ['queue', 'result']);
  const jobSeconds = histogram('job_duration_seconds', 'Time of jobs of the queue', ['queue'], ofOperations);
  const appends = counter('audit_appends_total', 'Transactions that append to the audit log', ['result']);
  const appendSeconds = histogram(
    'audit_append_duration_seconds',
    'Time of the transactions that append to the audit log',
    [],
    ofDatabase,
  );
  const checkpoints = counter('audit_checkpoint_runs_total', 'Runs that sign and publish checkpoints', [
    'result',
  ]);
  const verifications = counter(
    'audit_verifications_total',
    'Verifications of the audit log that have ended',
    ['result'],
  );
  const verified = createVerificationGauges(registry);

  // From 0 on, so that the first one counts as an increase.
  for (const code of Object.keys(faults)) refusals.inc({ code }, 0);
  for (const result of ['DONE', 'NOT_INTACT', 'FAILED']) checkpoints.inc({ result }, 0);
  for (const result of ['INTACT', 'NOT_INTACT']) verifications.inc({ result }, 0);

  const ends: { [K in Activity['of']]: (activity: Activity & { of: K }, end: End) => void } = {
    // HTTP_ANSWER counts it, by its face.
    REQUEST() {},
    JOB({ queue }, { seconds, failure }) {
      jobs.inc({ queue, result: codeOf(failure) });
      jobSeconds.observe({ queue }, seconds);
    },
    OPERATION({ operation, via: face }, { seconds, failure }) {
      operations.inc({ operation, face, status: statusClassOf(failure) });
      operationSeconds.observe({ operation, face }, seconds);
    },
    AWS_CALL({ action, resultOf }, { seconds, failure }) {
      awsCalls.inc({ action, result: failure ? resultOf(failure.error) : 'OK' });
      awsSeconds.observe({ action }, seconds);
    },
    SESSION: ({ purpose }, { failure }) => sessions.inc({ purpose, result: codeOf(failure) }),
    LOCK_WAIT: ({ lock }, { seconds }) => lockSeconds.observe({ lock }, seconds),
    APPEND(_, { seconds, failure }) {
      appends.inc({ result: codeOf(failure) });
      appendSeconds.observe({}, seconds);
    },
  };
  const notes: { [K in Occurrence['of']]: (occurrence: Occurrence & { of: K }) => void } = {
    CHANGE: ({ kind, outcome }) => changes.inc({ kind, outcome }),
    REFUSAL: ({ code }) => refusals.inc({ code }),
    CHECK: ({ verdict }) => checks.inc({ verdict }),
    HTTP_ANSWER: ({ face, status }) => answers.inc({ face, code: status }),
    CHECKPOINT: ({ result }) => checkpoints.inc({ result }),
    VERIFICATION({ ok, seconds }) {
      verifications.inc({ result: ok ? 'INTACT' : 'NOT_INTACT' });
      verified({ ok, seconds });
    },
  };
  const end = <K extends Activity['of']>(activity: Activity & { of: K }, began: number, failure: Failure) =>
    ends[activity.of as K](activity, { seconds: (performance.now() - began) / 1000, failure });

  return {
    async observe(activity, work) {
      const began = performance.now();
      try {
        const answer = await work();
        end(activity, began, null);
        return answer;
      } catch (error) {
        end(activity, began, { error });
        throw error;
      }
    },
    note: <K extends Occurrence['of']>(occurrence: Occurrence & { of: K }) =>
      notes[occurrence.of as K](occurrence),
  };
}

/** A histogram of seconds. */
interface Times<L extends string> {
  observe(labels: Partial<Record<L, string>>, seconds: number): void;
}

type Failure = { error: unknown } | null;
interface End {
  seconds: number;
  failure: Failure;
}

const codeOf = (failure: Failure): string =>
  failure === null ? 'OK' : failure.error instanceof Fault ? failure.error.code : 'INTERNAL';

function statusClassOf(failure: Failure): string {
  if (failure === null) return '2xx';
  const { error } = failure;
  const status = error instanceof Fault ? faults[error.code].status : faults.INTERNAL.status;
  return `${Math.floor(status / 100)}xx`;
}

/** They have no value until the first verification: 0 would say that the log is not intact. */
function createVerificationGauges(registry: Registry) {
  const [ok, at, took] = (
    [
      ['ok', '1: the last verification by this process found the audit log intact. 0: it did not'],
      ['timestamp_seconds', 'When this process last verified the audit log, since 1970'],
      ['duration_seconds', 'Time of the last verification by this process'],
    ] as const
  ).map(([name, help]) => {
    const gauge = new Gauge({
      name: `rolewright_audit_verification_${name}`,
      help,
      registers: [registry],
    });
    gauge.remove();
    return gauge;
  });
  return (result: { ok: boolean; seconds: number }) => {
    ok?.set(result.ok ? 1 : 0);
    at?.setToCurrentTime();
    took?.set(result.seconds);
  };
}
