-- One operation over many accounts: docs/decisions/0013-sweeps.md. Its counters are kept with its results, in their
-- transaction, so that nobody has to count; "version" grows with every change that a watcher may see.
CREATE TABLE "sweep" (
    "id" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "dry_run" BOOLEAN NOT NULL,
    "role_name" TEXT,
    "clusters" TEXT,
    "reason" TEXT,
    "issuer" TEXT,
    "subject" TEXT NOT NULL,
    "groups" TEXT[] NOT NULL,
    "scope" TEXT,
    "request_id" TEXT NOT NULL,
    "idempotency_key" TEXT,
    "total" INTEGER NOT NULL DEFAULT 0,
    "done" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "results" INTEGER NOT NULL DEFAULT 0,
    "compliant" INTEGER NOT NULL DEFAULT 0,
    "needs_extension" INTEGER NOT NULL DEFAULT 0,
    "needs_repair" INTEGER NOT NULL DEFAULT 0,
    "missing" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    CONSTRAINT "sweep_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "sweep_created_at_idx" ON "sweep" ("created_at", "id");
CREATE INDEX "sweep_idempotency_key_idx" ON "sweep" ("subject", "idempotency_key") WHERE "idempotency_key" IS NOT NULL;
CREATE INDEX "sweep_ended_at_idx" ON "sweep" ("ended_at");

-- The accounts of a sweep that have no results yet. No foreign key: checking it ten thousand times is most of what a start would take. Who takes one away, in one statement with its results, has done it.
CREATE TABLE "sweep_pending" (
    "sweep_id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    CONSTRAINT "sweep_pending_pkey" PRIMARY KEY ("sweep_id", "account_id")
);

-- What came of one role, or of an account in which none was found (its role_name is ''). "seq" is the order in which they came.
CREATE TABLE "sweep_result" (
    "sweep_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "account_id" TEXT NOT NULL,
    "role_name" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    CONSTRAINT "sweep_result_pkey" PRIMARY KEY ("sweep_id", "seq"),
    CONSTRAINT "sweep_result_role_key" UNIQUE ("sweep_id", "account_id", "role_name")
);
