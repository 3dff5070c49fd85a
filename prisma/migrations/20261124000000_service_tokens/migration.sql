-- Credentials of machines: docs/decisions/0011-identity.md. A row holds the SHA-256 of the secret, which nobody can turn back.
-- Rows stay for good, and a name is taken once: what the log says of token:NAME is always about the same one.
CREATE TABLE "service_token" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "secret_hash" BYTEA NOT NULL,
    "groups" TEXT[] NOT NULL,
    "scope" JSONB NOT NULL,
    "created_by" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_by" JSONB,
    CONSTRAINT "service_token_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "service_token_secret_hash_check" CHECK (length("secret_hash") = 32)
);
CREATE UNIQUE INDEX "service_token_name_key" ON "service_token" ("name");
