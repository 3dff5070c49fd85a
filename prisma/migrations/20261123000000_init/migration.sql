CREATE TABLE "account" (
    "account_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "partition" TEXT NOT NULL,
    "member_role_arn" TEXT,
    "external_id" TEXT,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "status" TEXT NOT NULL DEFAULT 'ACTIVE',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "account_pkey" PRIMARY KEY ("account_id")
);

-- The log: docs/decisions/0004-ledger.md. `body` is json, not jsonb, so that it stays the text that was hashed.
CREATE TABLE "ledger_entry" (
    "seq" BIGINT NOT NULL,
    "change_id" TEXT NOT NULL,
    "settles" BIGINT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "role_name" TEXT NOT NULL,
    "actor_subject" TEXT NOT NULL,
    "clusters" TEXT[],
    "body" JSON NOT NULL,
    "previous_hash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    CONSTRAINT "ledger_entry_pkey" PRIMARY KEY ("seq"),
    CONSTRAINT "ledger_entry_settles_fkey" FOREIGN KEY ("settles") REFERENCES "ledger_entry" ("seq") ON DELETE RESTRICT ON UPDATE RESTRICT
);

-- A change has one opening entry and at most one outcome.
CREATE UNIQUE INDEX "ledger_entry_opening_key" ON "ledger_entry" ("change_id") WHERE "settles" IS NULL;
CREATE UNIQUE INDEX "ledger_entry_settles_key" ON "ledger_entry" ("settles");

-- The history reads opening entries, newest first; IAM role names ignore case.
CREATE INDEX "ledger_entry_newest_idx" ON "ledger_entry" ("seq" DESC) WHERE "settles" IS NULL;
CREATE INDEX "ledger_entry_role_idx" ON "ledger_entry" ("account_id", lower("role_name"), "seq" DESC) WHERE "settles" IS NULL;
CREATE INDEX "ledger_entry_role_name_idx" ON "ledger_entry" (lower("role_name"), "seq" DESC) WHERE "settles" IS NULL;
CREATE INDEX "ledger_entry_actor_idx" ON "ledger_entry" ("actor_subject", "seq" DESC) WHERE "settles" IS NULL;
CREATE INDEX "ledger_entry_at_idx" ON "ledger_entry" ("at") WHERE "settles" IS NULL;
CREATE INDEX "ledger_entry_clusters_idx" ON "ledger_entry" USING GIN ("clusters") WHERE "settles" IS NULL;

CREATE FUNCTION "ledger_entry_refuse"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only: % on ledger_entry is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER "ledger_entry_append_only" BEFORE UPDATE OR DELETE ON "ledger_entry"
    FOR EACH ROW EXECUTE FUNCTION "ledger_entry_refuse"();
-- A row trigger does not fire on TRUNCATE.
CREATE TRIGGER "ledger_entry_no_truncate" BEFORE TRUNCATE ON "ledger_entry"
    FOR EACH STATEMENT EXECUTE FUNCTION "ledger_entry_refuse"();
-- ALWAYS: also in a session that sets session_replication_role.
ALTER TABLE "ledger_entry" ENABLE ALWAYS TRIGGER "ledger_entry_append_only";
ALTER TABLE "ledger_entry" ENABLE ALWAYS TRIGGER "ledger_entry_no_truncate";
