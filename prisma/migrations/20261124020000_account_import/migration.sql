-- Accounts from AWS Organizations: docs/decisions/0015-organizations.md. `organization` is what it said last, {id, name, labels}:
-- what is registered otherwise was set by hand, and stays.
ALTER TABLE "account" ADD COLUMN "organization" JSONB;

CREATE TABLE "account_import" (
    "id" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'RUNNING',
    "dry_run" BOOLEAN NOT NULL,
    "total" INTEGER NOT NULL DEFAULT 0,
    "added" INTEGER NOT NULL DEFAULT 0,
    "changed" INTEGER NOT NULL DEFAULT 0,
    "closed" INTEGER NOT NULL DEFAULT 0,
    "unchanged" INTEGER NOT NULL DEFAULT 0,
    "untagged" INTEGER NOT NULL DEFAULT 0,
    "error" JSONB,
    "actor" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    CONSTRAINT "account_import_pkey" PRIMARY KEY ("id")
);

-- What an import did to each account, or in a dry run would have; accounts that stay as they are have no row.
CREATE TABLE "account_import_change" (
    "import_id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "effect" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB NOT NULL,
    CONSTRAINT "account_import_change_pkey" PRIMARY KEY ("import_id", "account_id"),
    CONSTRAINT "account_import_change_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "account_import" ("id") ON DELETE CASCADE
);
