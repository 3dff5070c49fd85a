import { defineConfig } from 'prisma/config';

// `prisma generate` and `validate` never run the schema engine, yet look for its binary and try to download
// it. Naming any existing file keeps them offline. `prisma migrate …` needs the real one.
if (!process.argv.includes('migrate')) process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? '' },
});
