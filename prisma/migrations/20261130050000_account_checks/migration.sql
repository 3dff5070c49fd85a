-- How the last check of each account ended, so that accounts that cannot be read are known: docs/drift.md.
CREATE TABLE "account_check" (
    "account_id" TEXT NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL,
    "error" TEXT,
    CONSTRAINT "account_check_pkey" PRIMARY KEY ("account_id")
);

INSERT INTO "account_check" SELECT "account_id", max("checked_at"), NULL FROM "posture" GROUP BY "account_id";
