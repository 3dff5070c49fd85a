import { readFileSync, writeFileSync } from 'node:fs';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { createGraphqlSchema } from '#src/http/graphql/schema.ts';
import { buildServer } from '#src/http/server.ts';
import { unobserved } from '#src/observe.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import { actions } from '#src/operations/index.ts';
import { cedarSchema } from './cedar-schema.ts';
import { explanationsOf } from './explanations.ts';

/** The files that are derived from the table of operations, and from docs/findings.md: file name and text. */
export async function apiFiles(): Promise<Record<string, string>> {
  // No operation is called, so the dependencies are not needed.
  const app = await buildServer({
    deps: { observer: unobserved } as Deps,
    ready: async () => {},
    authenticate: null,
    logLevel: 'silent',
  });
  const openapi = app.swagger({ yaml: true });
  await app.close();
  return {
    'openapi.yaml': openapi,
    'schema.graphql': `${printSchema(lexicographicSortSchema(createGraphqlSchema()))}\n`,
    'src/permissions/rolewright.cedarschema': cedarSchema(actions),
    'src/http/mcp/explanations.json': explanationsOf(readFileSync('docs/findings.md', 'utf8')),
  };
}

if (import.meta.main) for (const [name, text] of Object.entries(await apiFiles())) writeFileSync(name, text);
