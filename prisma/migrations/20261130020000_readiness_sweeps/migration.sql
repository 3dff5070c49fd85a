-- Sweeps of clusters: the Regions that they ask for, and how many clusters have each verdict.
ALTER TABLE "sweep"
    ADD COLUMN "regions" TEXT,
    ADD COLUMN "ready" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "not_ready" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "unknown" INTEGER NOT NULL DEFAULT 0;

-- A result of a cluster has no role name. "cluster" is REGION/NAME, REGION/ of a Region without one, and '' in results of roles.
ALTER TABLE "sweep_result" ADD COLUMN "cluster" TEXT NOT NULL DEFAULT '';
ALTER TABLE "sweep_result" DROP CONSTRAINT "sweep_result_role_key";
CREATE UNIQUE INDEX "sweep_result_role_key" ON "sweep_result" ("sweep_id", "account_id", "role_name", "cluster");
