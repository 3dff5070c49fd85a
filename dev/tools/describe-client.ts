import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { faults } from '#src/fault.ts';
import { installedPackages, run } from '../conform/tools.ts';

// Writes what clients derive from openapi.yaml. clients/typescript: its table of operations, and its types, which
// openapi-typescript makes. That needs TypeScript 5, so it is installed in a folder of its own. clients/cli: the
// inputs of operations, which become options.

interface Schema {
  [word: string]: unknown;
  $ref?: string;
  type?: string | string[];
  enum?: string[];
  anyOf?: Schema[];
  items?: Schema;
  description?: string;
  required?: string[];
  properties?: Record<string, Schema>;
}
interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  description?: string;
  schema: Schema;
}
interface Described {
  operationId: string;
  description: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: { $ref?: string } }> }>;
}
export interface Document {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, Schema> };
}

const folder = join(import.meta.dirname, '../../clients/typescript/src/generated');
const inputsPath = join(import.meta.dirname, '../../clients/cli/src/generated/inputs.ts');
const packages = { 'openapi-typescript': '7.13.0', typescript: '5.9.3' };

export const readDocument = (): Document =>
  parse(readFileSync(join(import.meta.dirname, '../../openapi.yaml'), 'utf8')) as Document;

const isSuccess = (status: string) => status.startsWith('2');

/** How the answer of an operation is read. */
function answerOf({ parameters = [], responses }: Described): 'json' | 'page' | 'lines' | 'events' {
  const types = Object.entries(responses)
    .filter(([status]) => isSuccess(status))
    .flatMap(([, { content = {} }]) => Object.keys(content));
  if (types.includes('text/event-stream')) return 'events';
  if (parameters.some(({ name }) => name === 'cursor')) return 'page';
  return types.includes('application/x-ndjson') ? 'lines' : 'json';
}

/** The text of operations.ts. */
export function operationsFile({ paths }: Document): string {
  const entries = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const { operationId, description, parameters = [] } = operation;
      const namesIn = (place: string) => parameters.filter((one) => one.in === place).map(({ name }) => name);
      const [query, header] = [namesIn('query'), namesIn('header')];
      const isWrite = query.includes('dryRun') || header.includes('idempotency-key');
      const lines = [
        `method: '${method.toUpperCase()}'`,
        `path: '${path}'`,
        `query: ${JSON.stringify(query)}`,
        `header: ${JSON.stringify(header)}`,
        `isWrite: ${isWrite}`,
        `answer: '${answerOf(operation)}'`,
      ];
      return `  /** ${description.replaceAll('*/', '* /')} */\n  ${operationId}: { ${lines.join(', ')} },\n`;
    }),
  );
  return `// Written by \`npm run describe\`. Do not edit it.

/**
 * Every operation by its operationId: where its input goes, and how its answer is read. What has no other place
 * goes into the path or the body.
 */
export const operations = {
${entries.join('')}} as const;
`;
}

const nameOf = ({ $ref = '' }: Schema) => $ref.replace('#/components/schemas/', '');

/** How a member of an input is written in a command line. `json`: as JSON. */
function kindOf(
  schema: Schema,
  schemas: Document['components']['schemas'],
): { kind: string; values?: string[] } {
  const name = nameOf(schema);
  if (name === 'SweepSelect') return { kind: 'selection' };
  const named = schemas[name];
  if (named) return kindOf(named, schemas);
  const plain = schema.anyOf?.find(({ type }) => type !== 'null');
  if (plain) return kindOf(plain, schemas);
  const type = [schema.type ?? 'string'].flat().find((one) => one !== 'null');
  if (schema.enum) return { kind: 'text', values: schema.enum };
  if (type === 'array') {
    const items = schema.items ?? {};
    if (/^(Cluster|ListedClusterName)$/.test(nameOf(items))) return { kind: 'clusters' };
    return { ...kindOf(items, schemas), kind: 'texts' };
  }
  if (type === 'object') return { kind: schema.properties ? 'json' : 'pairs' };
  return { kind: type === 'boolean' ? 'flag' : type === 'integer' ? 'number' : 'text' };
}

/** The text of inputs.ts. */
export function inputsFile({ paths, components: { schemas } }: Document): string {
  const entries = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId, parameters = [], requestBody, description, responses }) => {
      const body = requestBody?.content['application/json']?.schema;
      const members = [
        ...parameters
          .filter((one) => one.in !== 'header' && !/^(cursor|limit|format)$/.test(one.name))
          .map(({ name, schema, required = false, description }) => ({
            name,
            schema,
            required,
            description,
          })),
        ...Object.entries(body?.properties ?? {}).map(([name, schema]) => ({
          name,
          schema,
          required: body?.required?.includes(name) ?? false,
          description: schema.description ?? schemas[nameOf(schema)]?.description,
        })),
      ];
      const inputs = members.map(({ name, schema, required, description = '' }) => [
        name,
        { ...kindOf(schema, schemas), required, description },
      ]);
      const answer = responses['200']?.content?.['application/json']?.schema.$ref ?? '';
      const value = {
        description,
        plans: answer.endsWith('/WriteResult'),
        members: Object.fromEntries(inputs),
      };
      return `  ${operationId}: ${JSON.stringify(value)},\n`;
    }),
  );
  return `// Written by \`npm run describe\`. Do not edit it.

/** The input of each operation, as options of a command show it. \`plans\`: its answer has a plan. */
export const inputs = {
${entries.join('')}};
`;
}

/**
 * The document that the types are made from. It has no examples, and no problems, which are an exception of
 * the client. The problem itself gets what the client relies on: every code, and the members of a refusal.
 */
export function typedDocument({ paths, components }: Document): object {
  const problem = components.schemas.Problem;
  const codes = Object.keys(faults);
  const answers = Object.entries(paths).map(([path, methods]) => [
    path,
    Object.fromEntries(
      Object.entries(methods).map(([method, operation]) => [
        method,
        {
          ...operation,
          summary: undefined,
          responses: Object.fromEntries(
            Object.entries(operation.responses).filter(([status]) => isSuccess(status)),
          ),
        },
      ]),
    ),
  ]);
  return withoutExamples({
    openapi: '3.1.0',
    info: { title: 'Rolewright', version: '1' },
    paths: Object.fromEntries(answers),
    components: {
      schemas: {
        ...components.schemas,
        Problem: {
          ...problem,
          properties: {
            ...problem?.properties,
            code: { enum: codes, description: 'The code of the problem' },
            plan: { $ref: '#/components/schemas/Plan' },
            change: { $ref: '#/components/schemas/Change' },
          },
          additionalProperties: false,
        },
      },
    },
  }) as object;
}

/** `isMap`: the keys are names of properties, not words of OpenAPI. */
function withoutExamples(value: unknown, isMap = false): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutExamples(one));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([name]) => isMap || !/^examples?$/.test(name));
  return Object.fromEntries(
    members.map(([name, one]) => [name, withoutExamples(one, name === 'properties' && !isMap)]),
  );
}

/** The first line of schema.ts. A test reads it to see whether the file is stale. */
export const headOf = (document: object): string =>
  `// Written by \`npm run describe\` with openapi-typescript. Do not edit it. From ${createHash('sha256').update(JSON.stringify(document)).digest('hex')}`;

/** The text of schema.ts. Throws NotRun when openapi-typescript cannot be installed. */
async function schemaFile(document: object): Promise<string> {
  const tools = await installedPackages('openapi-typescript', packages);
  const directory = mkdtempSync(join(tmpdir(), 'rolewright-describe-'));
  try {
    const [from, to] = [join(directory, 'openapi.json'), join(directory, 'schema.ts')];
    writeFileSync(from, JSON.stringify(document));
    await run(join(tools, 'node_modules/.bin/openapi-typescript'), [
      ...[from, '--output', to, '--root-types', '--root-types-no-schema-prefix'],
    ]);
    return `${headOf(document)}\n${readFileSync(to, 'utf8')}`;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

if (import.meta.main) {
  const described = readDocument();
  writeFileSync(join(folder, 'operations.ts'), operationsFile(described));
  writeFileSync(inputsPath, inputsFile(described));
  const document = typedDocument(described);
  const path = join(folder, 'schema.ts');
  if (!readFileSync(path, 'utf8').startsWith(`${headOf(document)}\n`))
    writeFileSync(path, await schemaFile(document));
}
