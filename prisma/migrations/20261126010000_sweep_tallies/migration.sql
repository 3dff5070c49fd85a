-- What a result adds to the counters of its sweep, so that they can be counted anew for callers who may not see all of its accounts.
-- Results that were kept before have neither, and go with their sweeps after 90 days.
ALTER TABLE "sweep_result" ADD COLUMN "verdict" TEXT, ADD COLUMN "has_failed" BOOLEAN;

-- How many sweeps a caller has stored.
CREATE INDEX "sweep_caller_idx" ON "sweep" ("subject", "issuer", "ended_at");

-- pg-boss keeps what its clock did for a week: with a schedule for each minute that is ten thousand rows.
UPDATE pgboss.queue SET deletion_seconds = 3600, retention_seconds = 3600 WHERE name = '__pgboss__send-it';
