-- The clusters that EKS has shown: docs/decisions/0029-seen-clusters.md. They end with the account's registration.
CREATE TABLE "seen_cluster" (
    "account_id" TEXT NOT NULL,
    "region" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    -- EKS showed it at the last look.
    "is_shown" BOOLEAN NOT NULL,
    CONSTRAINT "seen_cluster_pkey" PRIMARY KEY ("account_id", "region", "name"),
    CONSTRAINT "seen_cluster_account_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("account_id") ON DELETE CASCADE ON UPDATE NO ACTION
);

-- The roles of the Fargate profiles of those clusters, at the last look.
CREATE TABLE "seen_profile" (
    "account_id" TEXT NOT NULL,
    "region" TEXT NOT NULL,
    "cluster_name" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role_arn" TEXT NOT NULL,
    CONSTRAINT "seen_profile_pkey" PRIMARY KEY ("account_id", "region", "cluster_name", "name"),
    CONSTRAINT "seen_profile_cluster_fkey" FOREIGN KEY ("account_id", "region", "cluster_name") REFERENCES "seen_cluster"("account_id", "region", "name") ON DELETE CASCADE ON UPDATE NO ACTION
);
CREATE INDEX "seen_profile_role_idx" ON "seen_profile" ("account_id", "role_arn");

-- When all clusters of a Region were last listed.
CREATE TABLE "listed_region" (
    "account_id" TEXT NOT NULL,
    "region" TEXT NOT NULL,
    "listed_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "listed_region_pkey" PRIMARY KEY ("account_id", "region"),
    CONSTRAINT "listed_region_account_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("account_id") ON DELETE CASCADE ON UPDATE NO ACTION
);
