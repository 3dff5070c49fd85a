-- What was signed, and the tree that is signed: docs/decisions/0008-tamper-evidence.md. Neither is trusted: the signatures are
-- verified, and so are the proofs that are made with the nodes.
CREATE TABLE "ledger_checkpoint" (
    "body" TEXT NOT NULL,
    "seq" BIGINT NOT NULL GENERATED ALWAYS AS (("body"::json ->> 'seq')::bigint) STORED,
    CONSTRAINT "ledger_checkpoint_pkey" PRIMARY KEY ("seq")
);

-- Complete subtrees of 2^level entries, from level 8 on: a proof reads the entries of one or two such blocks, and some twenty nodes.
CREATE TABLE "ledger_node" (
    "level" SMALLINT NOT NULL,
    "position" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,
    CONSTRAINT "ledger_node_pkey" PRIMARY KEY ("level", "position"),
    CONSTRAINT "ledger_node_hash_check" CHECK (length("hash") = 32)
);

CREATE FUNCTION "ledger_refuse"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER "ledger_checkpoint_append_only" BEFORE UPDATE OR DELETE ON "ledger_checkpoint"
    FOR EACH ROW EXECUTE FUNCTION "ledger_refuse"();
CREATE TRIGGER "ledger_checkpoint_no_truncate" BEFORE TRUNCATE ON "ledger_checkpoint"
    FOR EACH STATEMENT EXECUTE FUNCTION "ledger_refuse"();
CREATE TRIGGER "ledger_node_append_only" BEFORE UPDATE OR DELETE ON "ledger_node"
    FOR EACH ROW EXECUTE FUNCTION "ledger_refuse"();
CREATE TRIGGER "ledger_node_no_truncate" BEFORE TRUNCATE ON "ledger_node"
    FOR EACH STATEMENT EXECUTE FUNCTION "ledger_refuse"();
ALTER TABLE "ledger_checkpoint" ENABLE ALWAYS TRIGGER "ledger_checkpoint_append_only";
ALTER TABLE "ledger_checkpoint" ENABLE ALWAYS TRIGGER "ledger_checkpoint_no_truncate";
ALTER TABLE "ledger_node" ENABLE ALWAYS TRIGGER "ledger_node_append_only";
ALTER TABLE "ledger_node" ENABLE ALWAYS TRIGGER "ledger_node_no_truncate";
