import { readFileSync } from 'node:fs';
import t from 'tap';
import type { TObject } from 'typebox';
import { parse } from 'yaml';
import { fargate } from '#src/domain/kinds/fargate.ts';
import { lineFor } from '#src/domain/role/arn.ts';
import { answers } from '#src/http/rest/examples/answers.ts';
import role from '#src/http/rest/examples/role.json' with { type: 'json' };
import { routes } from '#src/http/rest/routes.ts';
import { validateInput } from '#src/operations/call/input.ts';

interface Part {
  $ref?: string;
  description?: string;
  type?: string;
  enum?: unknown[];
  properties?: Record<string, Part>;
  items?: Part;
}
interface Operation {
  operationId: string;
  summary?: string;
  description?: string;
  parameters?: { name: string; description?: string; schema: Part }[];
  requestBody?: { content: Record<string, { schema: Part }> };
  responses: Record<string, { content?: Record<string, { example?: unknown }> }>;
}
const api = parse(readFileSync('openapi.yaml', 'utf8')) as {
  components: { schemas: Record<string, Part> };
  paths: Record<string, Record<string, Operation>>;
};
const operations = Object.values(api.paths).flatMap((methods) => Object.values(methods));

/**
 * Lists the parts below `at` that lack a description, and enumerations that lack a type. A reference has the
 * description of its shape.
 */
function undescribed(
  at: string,
  { $ref, description, type, enum: values, properties = {}, items }: Part,
): string[] {
  if ($ref) return [];
  return [
    ...(description ? [] : [at]),
    ...(values && !type ? [`${at}: type`] : []),
    ...Object.entries(properties).flatMap(([name, part]) => undescribed(`${at}.${name}`, part)),
    ...(items?.properties ? undescribed(`${at}[]`, items) : []),
  ];
}

t.test('every shape, field and parameter is described, and every enumeration has its type', async (t) => {
  t.same(
    Object.entries(api.components.schemas).flatMap(([name, part]) => undescribed(name, part)),
    [],
  );
  for (const { operationId, summary, description, parameters = [], requestBody } of operations) {
    t.ok(summary && description, operationId);
    const fields = requestBody?.content['application/json']?.schema.properties ?? {};
    t.same(
      [
        ...parameters.flatMap(({ name, description, schema }) => (description || schema.$ref ? [] : [name])),
        ...Object.entries(fields).flatMap(([name, part]) => undescribed(name, part)),
      ],
      [],
      operationId,
    );
  }
});

t.test('every answer with a body has an example, and it fits its shape', async (t) => {
  for (const { operationId, responses } of operations) {
    const [status, { content = {} } = {}] =
      Object.entries(responses).find(([code]) => code.startsWith('2')) ?? [];
    if (status !== '204')
      t.ok(
        Object.values(content).some(({ example }) => example !== undefined),
        operationId,
      );
  }
  for (const { operationId, operation, method, status } of routes)
    if (method !== 'DELETE' || !status)
      t.same(validateInput(operation.output as TObject, answers[operationId]), [], operationId);
});

t.test(
  'a parameter with the name of a method that every Java object has is mapped in docs/portal.md',
  async (t) => {
    const ofEveryObject = [
      'wait',
      'notify',
      'notifyAll',
      'getClass',
      'hashCode',
      'toString',
      'clone',
      'finalize',
    ];
    const names = new Set(operations.flatMap(({ parameters = [] }) => parameters.map(({ name }) => name)));
    const portal = readFileSync('docs/portal.md', 'utf8');
    for (const name of ofEveryObject.filter((one) => names.has(one)))
      t.match(portal, new RegExp(`--parameter-name-mappings \\S*\\b${name}=`), name);
  },
);

t.test('operationIds begin with a verb, and no two are alike', async (t) => {
  const ids = operations.map(({ operationId }) => operationId);
  t.equal(new Set(ids).size, ids.length);
  const verbs =
    /^(list|get|put|delete|create|ensure|check|extend|retract|prune|revert|import|end|start|stream|cancel|verify|export|revoke|redeliver)[A-Z]/;
  for (const id of ids) t.match(id, verbs);
});

t.test('the examples show a role as its kind has it', async (t) => {
  const place = { kind: fargate, partition: 'aws', accountId: '111122223333' } as const;
  t.same(role, {
    roleName: fargate.usualName,
    service: fargate.principal('aws'),
    policies: fargate.requiredPolicies('aws'),
    lines: Object.fromEntries(
      Object.keys(role.lines).map((name) => [name, lineFor(place, { region: 'us-west-2', name })]),
    ),
  });
});
