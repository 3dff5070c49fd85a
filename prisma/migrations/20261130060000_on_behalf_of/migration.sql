-- On whose behalf a caller calls: docs/decisions/0034-on-behalf-of.md. Only adds. A change has it in its body.

-- JSON: the person's issuer and subject, and the groups that the caller named.
ALTER TABLE "sweep" ADD COLUMN "on_behalf_of" TEXT;
ALTER TABLE "schedule" ADD COLUMN "on_behalf_of" TEXT;

-- A change is found by the person too. Entries without one keep the words that they have.
CREATE OR REPLACE FUNCTION "ledger_search_words"(body text, actor text, role_key text, clusters text[]) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE RETURN
    "ledger_words"(concat_ws(' ', "ledger_json"(body) ->> 'reason', actor, role_key, array_to_string(clusters, ' '),
        "ledger_json"(body) -> 'onBehalfOf' ->> 'subject'));
