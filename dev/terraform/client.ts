import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NotRun, run } from '../conform/tools.ts';
import { type Document, readDocument } from '../tools/describe-client.ts';
import { goTool } from './go-tool.ts';

// Writes the API client of the Terraform provider. oapi-codegen makes it from the part of openapi.yaml that the
// provider uses, without examples and descriptions: only a change of a shape makes the file stale.

const path = join(import.meta.dirname, '../../integrations/terraform/internal/api/api.gen.go');
const version = 'v2.8.2';

const generator = {
  package: 'api',
  generate: { models: true, client: true },
  // Else a new enum with the same value renames the constants of another.
  compatibility: { 'always-prefix-enum-values': true },
};

/** The operations that the provider sends. */
const used = new Set([
  'getCluster',
  'putCluster',
  'retractCluster',
  'getExecutionRoleCheck',
  'getExecutionRole',
  'ensureExecutionRole',
  'listExecutionRoles',
  'getAccount',
  'putAccount',
  'deleteAccount',
  'getFargateReadiness',
  'listChanges',
]);

/** The part of the description that the client is made from. */
export function providerDocument({ paths, components }: Document): object {
  const operations = Object.entries(paths).flatMap(([url, methods]) => {
    const kept = Object.entries(methods).filter(([, { operationId }]) => used.has(operationId));
    return kept.length === 0 ? [] : [[url, Object.fromEntries(kept)] as const];
  });
  const kept = shapes(Object.fromEntries(operations)) as object;
  const schemas: Record<string, unknown> = {};
  collect({ kept, Problem: { $ref: '#/components/schemas/Problem' } });
  return {
    openapi: '3.1.0',
    info: { title: 'Rolewright', version: '1' },
    paths: kept,
    components: { schemas: Object.fromEntries(Object.entries(schemas).sort()) },
  };

  /** Adds each schema that the value refers to, and those that these refer to. */
  function collect(value: unknown): void {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/#\/components\/schemas\/(\w+)/g)) {
      if (name in schemas) continue;
      schemas[name] = shapes(components.schemas[name]);
      collect(schemas[name]);
    }
  }
}

/** `isMap`: the keys are names of properties, not words of OpenAPI. */
function shapes(value: unknown, isMap = false): unknown {
  if (Array.isArray(value)) return value.map((one) => shapes(one));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(
    ([name]) => isMap || !/^(examples?|description|summary|tags|security)$/.test(name),
  );
  return Object.fromEntries(
    members.map(([name, one]) => [name, shapes(one, name === 'properties' && !isMap)]),
  );
}

/** The first line of the file. */
const headOf = (document: object): string =>
  `// From ${createHash('sha256')
    .update(JSON.stringify([generator, document]))
    .digest('hex')} by oapi-codegen ${version}. \`npm run describe\` writes it.`;

/** The client was made from another shape of the API than that of openapi.yaml. */
export const isStale = (): boolean =>
  !existsSync(path) ||
  !readFileSync(path, 'utf8').startsWith(`${headOf(providerDocument(readDocument()))}\n`);

/** Writes the client. Throws NotRun without Go or its module proxy. */
export async function writeClient(): Promise<void> {
  const document = providerDocument(readDocument());
  const tool = await goTool('github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen', version);
  const directory = mkdtempSync(join(tmpdir(), 'rolewright-terraform-'));
  try {
    const inside = (name: string) => join(directory, name);
    const [from, settings, to] = [inside('openapi.json'), inside('settings.yaml'), inside('api.gen.go')];
    writeFileSync(from, JSON.stringify(document));
    writeFileSync(settings, JSON.stringify({ ...generator, output: to }));
    await run(tool, ['-config', settings, from]);
    writeFileSync(path, `${headOf(document)}\n\n${readFileSync(to, 'utf8')}`);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

if (import.meta.main && isStale())
  await writeClient().catch((error: unknown) => {
    if (!(error instanceof NotRun)) throw error;
    console.error(`The client of the Terraform provider is stale, and was not written: ${error.message}`);
    process.exitCode = 77;
  });
