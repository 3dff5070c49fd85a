-- What a result adds to the counters of its sweep, so that they can be counted anew for callers who may not see all of its accounts.
-- Results that were kept before have neither, and go with their sweeps after 90 days.
ALTER TABLE "sweep_result" ADD COLUMN "verdict" TEXT, ADD COLUMN "has_failed" BOOLEAN;

-- How many sweeps a caller has stored.
CREATE INDEX "sweep_caller_idx" ON "sweep" ("subject", "issuer", "ended_at");
