-- The verdicts of each account by day, for a trend: docs/decisions/0032-posture-trend.md. A row holds from its day until the next
-- row of the account, so a fleet that does not change adds none.
CREATE TABLE "posture_day" (
    "account_id" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "compliant" INTEGER NOT NULL,
    "needs_extension" INTEGER NOT NULL,
    "needs_repair" INTEGER NOT NULL,
    "missing" INTEGER NOT NULL,
    CONSTRAINT "posture_day_pkey" PRIMARY KEY ("account_id", "day")
);

-- The trend begins today, with what is known.
INSERT INTO "posture_day" SELECT "account_id", (clock_timestamp() AT TIME ZONE 'UTC')::date,
    count(*) FILTER (WHERE "verdict" = 'COMPLIANT'), count(*) FILTER (WHERE "verdict" = 'NEEDS_EXTENSION'),
    count(*) FILTER (WHERE "verdict" = 'NEEDS_REPAIR'), count(*) FILTER (WHERE "verdict" = 'MISSING')
    FROM "posture" GROUP BY "account_id";
