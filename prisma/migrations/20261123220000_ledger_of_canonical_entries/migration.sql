-- The log anew: docs/decisions/0004-ledger.md. Entries of before 0.2 were hashed in another way, and cannot be carried over
-- without breaking the chain that proves them.
DO $$
BEGIN
    IF EXISTS (SELECT FROM "ledger_entry") THEN
        RAISE EXCEPTION 'this database holds a log of Rolewright 0.1, which 0.2 cannot continue'
            USING HINT = 'Keep it, and start 0.2 on an empty database. Of a sandbox, delete the directory .sandbox.';
    END IF;
END
$$;
DROP TABLE "ledger_entry";

-- PostgreSQL cannot take a NUL or half a surrogate pair from JSON; nothing that is filtered by may hold one.
CREATE FUNCTION "ledger_json"(body text) RETURNS json LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN (
    CASE WHEN strpos(body, '\u') = 0 THEN body
         ELSE regexp_replace(body, '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') END)::json;

-- `body` is the text that is hashed. All columns after `hash` are made from it by a trigger, whatever an INSERT says, so that none
-- can say otherwise. Generated columns would each parse it anew: that took most of the time of an append.
-- `position` is the seq with which a change was opened: its place in the history. Times are RFC 3339 in UTC: as text they sort.
CREATE TABLE "ledger_entry" (
    "seq" BIGINT NOT NULL,
    "body" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "change_id" TEXT COLLATE "C" NOT NULL,
    "settles" BIGINT,
    "position" BIGINT NOT NULL,
    "at" TEXT COLLATE "C" NOT NULL,
    "kind" TEXT COLLATE "C" NOT NULL,
    "outcome" TEXT COLLATE "C" NOT NULL,
    "account_id" TEXT COLLATE "C" NOT NULL,
    "role_key" TEXT COLLATE "C" NOT NULL,
    "actor" TEXT COLLATE "C" NOT NULL,
    "idempotency_key" TEXT COLLATE "C",
    "clusters" TEXT[],
    CONSTRAINT "ledger_entry_pkey" PRIMARY KEY ("seq"),
    CONSTRAINT "ledger_entry_settles_fkey" FOREIGN KEY ("settles") REFERENCES "ledger_entry" ("seq"),
    CONSTRAINT "ledger_entry_hash_check" CHECK (length("hash") = 32),
    CONSTRAINT "ledger_entry_settles_check" CHECK ("settles" < "seq" AND "outcome" <> 'PENDING' OR "settles" IS NULL)
);

-- Who inserts could have put a type of its own before pg_catalog's, as a temporary one; operators and functions it cannot.
CREATE FUNCTION "ledger_entry_columns"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    change pg_catalog.jsonb := "ledger_json"(NEW.body);
BEGIN
    NEW.change_id := change ->> 'id';
    NEW.settles := change ->> 'settles';
    NEW.position := COALESCE(NEW.settles, NEW.seq);
    NEW.at := change ->> 'at';
    NEW.kind := change ->> 'kind';
    NEW.outcome := change ->> 'outcome';
    NEW.account_id := change ->> 'accountId';
    NEW.role_key := lower(change ->> 'roleName');
    NEW.actor := change -> 'actor' ->> 'subject';
    NEW.idempotency_key := change ->> 'idempotencyKey';
    NEW.clusters := ARRAY(SELECT (cluster ->> 'region') || '/' || (cluster ->> 'name') FROM jsonb_array_elements(change -> 'clusters') cluster);
    RETURN NEW;
END
$$;
CREATE TRIGGER "ledger_entry_columns" BEFORE INSERT ON "ledger_entry"
    FOR EACH ROW EXECUTE FUNCTION "ledger_entry_columns"();
ALTER TABLE "ledger_entry" ENABLE ALWAYS TRIGGER "ledger_entry_columns";

-- A change has one opening entry and at most one outcome.
CREATE UNIQUE INDEX "ledger_entry_opening_key" ON "ledger_entry" ("change_id") WHERE "settles" IS NULL;
CREATE UNIQUE INDEX "ledger_entry_settles_key" ON "ledger_entry" ("settles") WHERE "settles" IS NOT NULL;

-- What a change has come to is its one entry that is not PENDING; the few that have none yet are in open_change. Every index
-- ends with the place in the history, so that a page is read in its order and no further: bench/history.ts, docs/performance.md.
CREATE INDEX "ledger_entry_newest_idx" ON "ledger_entry" ("position") WHERE "outcome" <> 'PENDING';
CREATE INDEX "ledger_entry_account_idx" ON "ledger_entry" ("account_id", "position") WHERE "outcome" <> 'PENDING';
CREATE INDEX "ledger_entry_role_idx" ON "ledger_entry" ("account_id", "role_key", "position") WHERE "outcome" <> 'PENDING';
CREATE INDEX "ledger_entry_account_outcome_idx" ON "ledger_entry" ("account_id", "outcome", "position") WHERE "outcome" <> 'PENDING';
CREATE INDEX "ledger_entry_account_kind_idx" ON "ledger_entry" ("account_id", "kind", "position") WHERE "outcome" <> 'PENDING';
CREATE INDEX "ledger_entry_role_name_idx" ON "ledger_entry" ("role_key", "position") WHERE "outcome" <> 'PENDING';
CREATE INDEX "ledger_entry_actor_idx" ON "ledger_entry" ("actor", "position") WHERE "outcome" <> 'PENDING';
CREATE INDEX "ledger_entry_kind_idx" ON "ledger_entry" ("kind", "position") WHERE "outcome" <> 'PENDING';
CREATE INDEX "ledger_entry_outcome_idx" ON "ledger_entry" ("outcome", "position") WHERE "outcome" <> 'PENDING';
-- Of the openings: it turns times into places, and must not tempt the planner to read a page in the order of time.
CREATE INDEX "ledger_entry_at_idx" ON "ledger_entry" ("at", "seq") WHERE "settles" IS NULL;

-- Which changes that have an outcome are about a cluster. An index on the array knows no order.
CREATE TABLE "ledger_cluster" (
    "cluster" TEXT COLLATE "C" NOT NULL,
    "position" BIGINT NOT NULL,
    CONSTRAINT "ledger_cluster_pkey" PRIMARY KEY ("cluster", "position")
);
-- As the owner, so that who may append entries cannot write here; and nothing is looked up that a session could put in between.
CREATE FUNCTION "ledger_cluster_of"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('INSERT INTO %I.ledger_cluster (cluster, position) SELECT DISTINCT named.cluster, appended.position
        FROM appended, unnest(appended.clusters) AS named (cluster) WHERE appended.outcome <> ''PENDING''', TG_TABLE_SCHEMA);
    RETURN NULL;
END
$$;
CREATE TRIGGER "ledger_entry_clusters" AFTER INSERT ON "ledger_entry" REFERENCING NEW TABLE AS "appended"
    FOR EACH STATEMENT EXECUTE FUNCTION "ledger_cluster_of"();
ALTER TABLE "ledger_entry" ENABLE ALWAYS TRIGGER "ledger_entry_clusters";
CREATE TRIGGER "ledger_cluster_append_only" BEFORE UPDATE OR DELETE ON "ledger_cluster"
    FOR EACH ROW EXECUTE FUNCTION "ledger_entry_refuse"();
CREATE TRIGGER "ledger_cluster_no_truncate" BEFORE TRUNCATE ON "ledger_cluster"
    FOR EACH STATEMENT EXECUTE FUNCTION "ledger_entry_refuse"();
ALTER TABLE "ledger_cluster" ENABLE ALWAYS TRIGGER "ledger_cluster_append_only";
ALTER TABLE "ledger_cluster" ENABLE ALWAYS TRIGGER "ledger_cluster_no_truncate";

-- What a request with an Idempotency-Key did before it was cut short.
CREATE INDEX "ledger_entry_idempotency_key_idx" ON "ledger_entry" ("idempotency_key", "seq") WHERE "settles" IS NULL AND "idempotency_key" IS NOT NULL;

CREATE TRIGGER "ledger_entry_append_only" BEFORE UPDATE OR DELETE ON "ledger_entry"
    FOR EACH ROW EXECUTE FUNCTION "ledger_entry_refuse"();
-- A row trigger does not fire on TRUNCATE.
CREATE TRIGGER "ledger_entry_no_truncate" BEFORE TRUNCATE ON "ledger_entry"
    FOR EACH STATEMENT EXECUTE FUNCTION "ledger_entry_refuse"();
-- ALWAYS: also in a session that sets session_replication_role.
ALTER TABLE "ledger_entry" ENABLE ALWAYS TRIGGER "ledger_entry_append_only";
ALTER TABLE "ledger_entry" ENABLE ALWAYS TRIGGER "ledger_entry_no_truncate";

-- The changes that wait for their outcome: what recovery has to look at. A row comes and goes with the entries of its change,
-- in their statements: a trigger sees to it, so that who may append entries can hide none here. A foreign key would have each
-- append write to the entry once more.
CREATE TABLE "open_change" (
    "seq" BIGINT NOT NULL,
    "change_id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "role_key" TEXT NOT NULL,
    CONSTRAINT "open_change_pkey" PRIMARY KEY ("seq")
);
CREATE INDEX "open_change_role_idx" ON "open_change" ("account_id", "role_key");
CREATE FUNCTION "open_change_of"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('INSERT INTO %I.open_change (seq, change_id, account_id, role_key)
        SELECT seq, change_id, account_id, role_key FROM appended WHERE outcome = ''PENDING''', TG_TABLE_SCHEMA);
    EXECUTE format('DELETE FROM %I.open_change opened USING appended WHERE opened.seq = appended.settles', TG_TABLE_SCHEMA);
    RETURN NULL;
END
$$;
CREATE TRIGGER "ledger_entry_open" AFTER INSERT ON "ledger_entry" REFERENCING NEW TABLE AS "appended"
    FOR EACH STATEMENT EXECUTE FUNCTION "open_change_of"();
ALTER TABLE "ledger_entry" ENABLE ALWAYS TRIGGER "ledger_entry_open";

-- The requests that came with an Idempotency-Key, each with its answer once it has one. A key is its caller's own; an issuer of
-- '' is none. What the request did comes in the log after "log_head". Answers are JSON, kept as the text that they were.
CREATE TABLE "idempotency_key" (
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "log_head" BIGINT NOT NULL,
    "answer" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("issuer", "subject", "key")
);
CREATE INDEX "idempotency_key_created_at_idx" ON "idempotency_key" ("created_at");
