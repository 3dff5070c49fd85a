-- What is known of the fleet, and who is told when it changes: docs/decisions/0016-drift.md.

-- The last known verdict of every role, from the sweeps that check. IAM's role names ignore case: role_key is the name in lower case.
CREATE TABLE "posture" (
    "account_id" TEXT NOT NULL,
    "role_key" TEXT NOT NULL,
    "role_name" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "findings" TEXT[] NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    "sweep_id" TEXT NOT NULL,
    CONSTRAINT "posture_pkey" PRIMARY KEY ("account_id", "role_key")
);
CREATE INDEX "posture_verdict_idx" ON "posture" ("verdict", "changed_at");

-- A verdict that changed, from when it is known until the webhook's receiver has it. "body" is what is sent, to the byte. Its
-- "seq" is given while the row of its role in "posture" is locked, so that the order of a role's events is that of its verdicts.
CREATE TABLE "verdict_event" (
    "seq" BIGINT GENERATED ALWAYS AS IDENTITY,
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "role_key" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "dead_at" TIMESTAMPTZ(3),
    CONSTRAINT "verdict_event_pkey" PRIMARY KEY ("seq"),
    CONSTRAINT "verdict_event_id_key" UNIQUE ("id")
);
CREATE INDEX "verdict_event_role_idx" ON "verdict_event" ("account_id", "role_key", "seq") WHERE "dead_at" IS NULL;
CREATE INDEX "verdict_event_due_idx" ON "verdict_event" ("next_attempt_at") WHERE "dead_at" IS NULL;
CREATE INDEX "verdict_event_dead_idx" ON "verdict_event" ("created_at", "id") WHERE "dead_at" IS NOT NULL;

-- When to check again by itself, and in whose name. The times themselves are pg-boss's, which has a row of its own for each.
CREATE TABLE "schedule" (
    "name" TEXT NOT NULL,
    "cron" TEXT NOT NULL,
    "timezone" TEXT NOT NULL,
    "sweep" TEXT NOT NULL,
    "issuer" TEXT,
    "subject" TEXT NOT NULL,
    "groups" TEXT[] NOT NULL,
    "scope" TEXT,
    "request_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "last_sweep_id" TEXT,
    "last_started_at" TIMESTAMPTZ(3),
    "last_skipped_at" TIMESTAMPTZ(3),
    "last_skip_reason" TEXT,
    CONSTRAINT "schedule_pkey" PRIMARY KEY ("name")
);

-- A schedule that is due is a job; pg-boss's own queue leads there. A job that comes again starts no second sweep.
SELECT pgboss.create_queue('__pgboss__send-it', '{"policy": "standard"}'::jsonb);
SELECT pgboss.create_queue('schedule', '{
  "policy": "standard", "expireInSeconds": 300, "retryLimit": 5, "retryDelay": 5, "retentionSeconds": 3600, "deleteAfterSeconds": 3600
}'::jsonb);
