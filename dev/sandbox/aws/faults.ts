import Type, { type Static } from 'typebox';
import type { Role } from './model.ts';

const AccountId = Type.String({ pattern: '^\\d{12}$' });
const Action = Type.String({ pattern: '^(iam|sts|organizations|eks):[A-Za-z]+$' });
const closed = { additionalProperties: false };

/**
 * The calls that a rule matches. An omitted field matches any value. AssumeRole is matched by its target
 * account and role. Only calls of EKS have a Region and a cluster.
 */
const scope = {
  accountId: Type.Optional(AccountId),
  action: Type.Optional(Action),
  region: Type.Optional(Type.String()),
  clusterName: Type.Optional(Type.String()),
};

type LatencyRule = Static<typeof LatencyRule>;
const LatencyRule = Type.Object({ ...scope, ms: Type.Number({ minimum: 0 }) }, closed);

/**
 * A token bucket for each calling account; in EKS, for each account and Region. `burst` is its size:
 * `perSecond` by default, and at least 1. With `service` the rule is for that service alone.
 */
type ThrottleRule = Static<typeof ThrottleRule>;
const ThrottleRule = Type.Object(
  {
    accountId: scope.accountId,
    service: Type.Optional(Type.Enum(['iam', 'sts', 'organizations', 'eks'])),
    perSecond: Type.Number({ exclusiveMinimum: 0 }),
    burst: Type.Optional(Type.Number({ minimum: 1 })),
  },
  closed,
);

/**
 * `error` answers with code and status, `hang` never answers, `reset` closes the connection. Without `times`
 * the rule applies to every call. `chance` is the probability that it applies.
 */
export type FailRule = Static<typeof FailRule>;
const FailRule = Type.Object(
  {
    ...scope,
    roleName: Type.Optional(Type.String()),
    kind: Type.Optional(Type.Enum(['error', 'hang', 'reset'])),
    when: Type.Optional(Type.Enum(['before', 'after'])),
    code: Type.Optional(Type.String()),
    status: Type.Optional(Type.Integer({ minimum: 400, maximum: 599 })),
    message: Type.Optional(Type.String()),
    times: Type.Optional(Type.Integer({ minimum: 1 })),
    chance: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
  },
  closed,
);

/**
 * Reads do not show the writes of the last `lagMs`. Writes from before the rule was set are always shown.
 * With `minLagMs` each read has a random lag between the two, so that reads may go back and forth. The rule
 * ends after `forMs`.
 */
type StaleRule = Static<typeof StaleRule>;
const StaleRule = Type.Object(
  {
    accountId: scope.accountId,
    lagMs: Type.Number({ minimum: 0 }),
    minLagMs: Type.Optional(Type.Number({ minimum: 0 })),
    forMs: Type.Optional(Type.Number({ minimum: 0 })),
  },
  closed,
);

export type FaultSpec = Static<typeof FaultSpec>;
export const FaultSpec = Type.Object(
  {
    latency: Type.Optional(Type.Array(LatencyRule)),
    throttle: Type.Optional(Type.Array(ThrottleRule)),
    fail: Type.Optional(Type.Array(FailRule)),
    stale: Type.Optional(Type.Array(StaleRule)),
  },
  closed,
);

/** The properties of a call that rules match. */
export interface Subject {
  accountId: string;
  action: string;
  roleName: string | null;
  region?: string;
  clusterName?: string | null;
}

export interface Faults {
  /** Adds rules. If several match a call, the newest applies. */
  add(spec: FaultSpec): void;
  clear(): void;
  latency(subject: Subject): number;
  /** Takes a token from the calling account's bucket. False when there is none. */
  admit(callerAccountId: string, subject: Pick<Subject, 'action' | 'region'>): boolean;
  /** The rule that applies to this call. Counts one of its `times`. */
  strike(subject: Subject, when: 'before' | 'after'): FailRule | null;
  /** Records a role that is about to be replaced. */
  remember(accountId: string, key: string, before: Role | null): void;
  /** The older states that reads must show. Null: the role did not exist yet. */
  staleRoles(accountId: string): ReadonlyMap<string, Role | null>;
}

const none: ReadonlyMap<string, Role | null> = new Map();

type Scoped = LatencyRule & { roleName?: string };
const isAbout = (rule: Omit<Scoped, 'ms'>, subject: Subject) =>
  (rule.accountId ?? subject.accountId) === subject.accountId &&
  (rule.action ?? subject.action) === subject.action &&
  (rule.region ?? subject.region) === subject.region &&
  (rule.clusterName ?? subject.clusterName) === subject.clusterName &&
  (rule.roleName === undefined || rule.roleName.toLowerCase() === subject.roleName?.toLowerCase());

export const createFaults = (now: () => number, random: () => number): Faults => {
  let latencies: LatencyRule[] = [];
  let throttles: ThrottleRule[] = [];
  let failures: { rule: FailRule; left: number }[] = [];
  let stale: { rule: StaleRule; until: number }[] = [];
  const buckets = new Map<string, { tokens: number; at: number }>();
  const history: { accountId: string; key: string; before: Role | null; at: number }[] = [];

  const staleRule = (accountId: string) =>
    stale.find(({ rule, until }) => until > now() && (rule.accountId ?? accountId) === accountId)?.rule;

  return {
    add: (spec) => {
      latencies = [...(spec.latency ?? []).toReversed(), ...latencies];
      throttles = [...(spec.throttle ?? []).toReversed(), ...throttles];
      failures = [
        ...(spec.fail ?? [])
          .map((rule) => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }))
          .toReversed(),
        ...failures,
      ];
      stale = [
        ...(spec.stale ?? [])
          .map((rule) => ({ rule, until: now() + (rule.forMs ?? Number.POSITIVE_INFINITY) }))
          .toReversed(),
        ...stale,
      ];
    },
    clear: () => {
      latencies = [];
      throttles = [];
      failures = [];
      stale = [];
      buckets.clear();
      history.length = 0;
    },
    latency: (subject) => latencies.find((rule) => isAbout(rule, subject))?.ms ?? 0,
    admit: (accountId, { action, region = '' }) => {
      const service = action.slice(0, action.indexOf(':'));
      const rule = throttles.find(
        (candidate) =>
          (candidate.accountId ?? accountId) === accountId && (candidate.service ?? service) === service,
      );
      if (!rule) return true;
      const size = rule.burst ?? Math.max(1, rule.perSecond);
      const at = now();
      const name = `${accountId} ${rule.service ?? ''} ${region}`;
      const bucket = buckets.get(name) ?? { tokens: size, at };
      buckets.set(name, bucket);
      bucket.tokens = Math.min(size, bucket.tokens + ((at - bucket.at) / 1000) * rule.perSecond);
      bucket.at = at;
      if (bucket.tokens < 1) return false;
      bucket.tokens -= 1;
      return true;
    },
    strike: (subject, when) => {
      const failure = failures.find(
        ({ rule, left }) =>
          left > 0 &&
          (rule.when ?? 'before') === when &&
          isAbout(rule, subject) &&
          (rule.chance === undefined || random() < rule.chance),
      );
      if (!failure) return null;
      failure.left -= 1;
      return failure.rule;
    },
    remember: (accountId, key, before) => {
      if (staleRule(accountId)) history.push({ accountId, key, before, at: now() });
    },
    staleRoles: (accountId) => {
      const rule = staleRule(accountId);
      if (!rule) return none;
      const { lagMs, minLagMs = lagMs } = rule;
      const shownUntil = now() - (minLagMs + random() * (lagMs - minLagMs));
      const older = new Map<string, Role | null>();
      for (const past of history) {
        // The first write that is too young to show. Reads show the state before it.
        if (past.accountId === accountId && past.at > shownUntil && !older.has(past.key))
          older.set(past.key, past.before);
      }
      return older;
    },
  };
};
