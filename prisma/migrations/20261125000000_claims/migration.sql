-- Claims: which claimant needs which cluster of a role (docs/decisions/0020-claims.md). The table is derived from the log: a
-- trigger writes it in the transaction of the entry that keeps or ends a claim, so that the two cannot differ. The service
-- itself may only read it.
CREATE TABLE "claim" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "role_key" TEXT NOT NULL,
    "role_name" TEXT NOT NULL,
    "role_id" TEXT NOT NULL,
    "region" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "claimant" TEXT NOT NULL,
    "issuer" TEXT,
    "subject" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "change_id" TEXT NOT NULL,
    CONSTRAINT "claim_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "claim_key" UNIQUE ("account_id", "role_key", "role_id", "region", "name", "claimant")
);
CREATE INDEX "claim_newest_idx" ON "claim" ("since", "id");
CREATE INDEX "claim_claimant_idx" ON "claim" ("claimant", "since", "id");

-- As the owner, so that who may append entries cannot write here; and nothing is looked up that a session could put in between.
CREATE FUNCTION "claim_of"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- A claim ends when its line is taken away, when it is released, when the change that was to keep it has failed, and with
    -- the ID of its role. A read of IAM may be an hour old (IAM_STALE_SECONDS) and show an ID of before: only a role that we
    -- created ourselves ends younger claims. Each body is parsed once, and only where its role has claims.
    EXECUTE format('WITH entry AS MATERIALIZED (
            SELECT account_id, role_key, change_id, kind, outcome, clusters, at::timestamptz AS at,
                change ->> ''claimant'' AS claimant, change ->> ''roleId'' AS role_id
            FROM appended CROSS JOIN LATERAL (SELECT %1$I.ledger_json(body) AS change) parsed
            WHERE EXISTS (SELECT FROM %1$I.claim held WHERE held.account_id = appended.account_id AND held.role_key = appended.role_key))
        DELETE FROM %1$I.claim USING entry
        WHERE claim.account_id = entry.account_id AND claim.role_key = entry.role_key AND CASE
            WHEN entry.outcome = ''FAILED'' THEN claim.change_id = entry.change_id
            WHEN claim.role_id <> entry.role_id THEN entry.kind = ''CREATE'' OR claim.since < entry.at - INTERVAL ''2 hours''
            ELSE entry.kind IN (''RETRACT'', ''RELEASE'') AND entry.outcome = ''SUCCEEDED'' AND claim.claimant = entry.claimant
                AND claim.region || ''/'' || claim.name = ANY (entry.clusters) END', TG_TABLE_SCHEMA);
    -- A claim is there before AWS is asked to write. Of a claim that is there already nothing changes.
    EXECUTE format('INSERT INTO %1$I.claim (id, account_id, role_key, role_name, role_id, region, name, claimant, issuer, subject, since, change_id)
        SELECT ''claim_'' || left(encode(sha256(convert_to(change_id || '' '' || cluster, ''UTF8'')), ''hex''), 32),
            account_id, role_key, change ->> ''roleName'', change ->> ''roleId'', split_part(cluster, ''/'', 1), split_part(cluster, ''/'', 2),
            change ->> ''claimant'', change -> ''actor'' ->> ''issuer'', change -> ''actor'' ->> ''subject'', at::timestamptz, change_id
        FROM (SELECT *, %1$I.ledger_json(body) AS change FROM appended
            WHERE outcome = ''PENDING'' AND kind NOT IN (''RETRACT'', ''RELEASE'')
                AND strpos(body, ''"claimant":"'') > 0) entry CROSS JOIN unnest(clusters) AS cluster
        WHERE change ->> ''claimant'' IS NOT NULL AND change ->> ''roleId'' IS NOT NULL
        ON CONFLICT DO NOTHING', TG_TABLE_SCHEMA);
    RETURN NULL;
END
$$;
CREATE TRIGGER "ledger_entry_claims" AFTER INSERT ON "ledger_entry" REFERENCING NEW TABLE AS "appended"
    FOR EACH STATEMENT EXECUTE FUNCTION "claim_of"();
ALTER TABLE "ledger_entry" ENABLE ALWAYS TRIGGER "ledger_entry_claims";
