-- The words by which a change is found: docs/decisions/0030-history-search.md. Only adds; the log is locked at the end alone.

-- Small letters and digits, one blank between two words, words of at most 64 characters: a longer one would not fit into the
-- index. No locale has a say, so that src/postgres/changes/words.ts answers the same.
CREATE FUNCTION "ledger_words"(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    btrim(regexp_replace(regexp_replace(
        translate(lower(said COLLATE "C"), 'ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞ', 'àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþ'),
        '[^0-9a-z\u00c0-\u1fff\u2070-\u2fff\u3040-\U0010ffff]+', ' ', 'g'),
        '([^ ]{64})[^ ]+', '\1', 'g'));

-- One row for each change, made from its opening. What the words are made from does not change with the outcome.
CREATE TABLE "ledger_search" (
    "position" BIGINT NOT NULL,
    "words" TEXT COLLATE "C" NOT NULL,
    CONSTRAINT "ledger_search_pkey" PRIMARY KEY ("position")
);

CREATE FUNCTION "ledger_search_words"(body text, actor text, role_key text, clusters text[]) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE RETURN
    "ledger_words"(concat_ws(' ', "ledger_json"(body) ->> 'reason', actor, role_key, array_to_string(clusters, ' ')));

-- As the owner, so that who may append entries cannot write here; and nothing is looked up that a session could put in between.
CREATE FUNCTION "ledger_search_of"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('INSERT INTO %1$I.ledger_search (position, words)
        SELECT position, %1$I.ledger_search_words(body, actor, role_key, clusters) FROM appended WHERE settles IS NULL', TG_TABLE_SCHEMA);
    RETURN NULL;
END
$$;

-- The changes that are there already: first without a lock, which takes minutes where there are millions; then those that were
-- opened meanwhile; then, with a lock that keeps appends out until the commit, the few that were opened since.
INSERT INTO "ledger_search" SELECT "position", "ledger_search_words"("body", "actor", "role_key", "clusters")
    FROM "ledger_entry" WHERE "settles" IS NULL ORDER BY "seq";
CREATE INDEX "ledger_search_words_idx" ON "ledger_search" USING GIN (string_to_array("words", ' '))
    -- In kB. The append that fills the list has to empty it, while all others wait.
    WITH (gin_pending_list_limit = 256);
ANALYZE "ledger_search";
INSERT INTO "ledger_search" SELECT "position", "ledger_search_words"("body", "actor", "role_key", "clusters")
    FROM "ledger_entry" WHERE "settles" IS NULL AND "seq" > (SELECT COALESCE(max("position"), 0) FROM "ledger_search") ORDER BY "seq";
LOCK TABLE "ledger_entry" IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO "ledger_search" SELECT "position", "ledger_search_words"("body", "actor", "role_key", "clusters")
    FROM "ledger_entry" WHERE "settles" IS NULL AND "seq" > (SELECT COALESCE(max("position"), 0) FROM "ledger_search") ORDER BY "seq";
CREATE TRIGGER "ledger_entry_search" AFTER INSERT ON "ledger_entry" REFERENCING NEW TABLE AS "appended"
    FOR EACH STATEMENT EXECUTE FUNCTION "ledger_search_of"();
ALTER TABLE "ledger_entry" ENABLE ALWAYS TRIGGER "ledger_entry_search";

CREATE TRIGGER "ledger_search_append_only" BEFORE UPDATE OR DELETE ON "ledger_search"
    FOR EACH ROW EXECUTE FUNCTION "ledger_refuse"();
CREATE TRIGGER "ledger_search_no_truncate" BEFORE TRUNCATE ON "ledger_search"
    FOR EACH STATEMENT EXECUTE FUNCTION "ledger_refuse"();
ALTER TABLE "ledger_search" ENABLE ALWAYS TRIGGER "ledger_search_append_only";
ALTER TABLE "ledger_search" ENABLE ALWAYS TRIGGER "ledger_search_no_truncate";
