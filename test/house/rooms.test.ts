import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import t from 'tap';

// The imports that each folder of `src` and `clients` may have, besides its own files: other folders with
// all below them, and packages. "type": as types alone. The key is the folder; the longest that fits a file
// is the file's. The comment says why.

const node = 'node:*';
const rights: Record<string, string[]> = {
  // The base of all others.
  fault: [],
  within: [],
  observe: ['type ports'],
  version: ['package.json'],
  schema: ['typebox'],
  ports: ['type schema', 'type domain', 'type fault'],

  // Pure: no clock, nothing asynchronous, no package. Downwards alone:
  // check and patch → plan → rewrite and remedies → trust → patterns → role → policy and kinds.
  'domain/kinds': ['type schema'],
  'domain/policy': ['type schema'],
  'domain/role': ['type schema', 'type domain/kinds', 'domain/policy'],
  'domain/patterns': [
    'schema', // the partitions, and how their Regions are named
    'type domain/kinds',
    'domain/role',
  ],
  'domain/trust/condition': ['domain/patterns', 'domain/policy', 'domain/role'],
  'domain/trust': [
    'domain/trust',
    'schema', // the severity of each finding
    'domain/patterns',
    'domain/policy',
    'domain/role',
  ],
  'domain/remedies': ['type schema', 'domain/role'],
  'domain/rewrite': ['type schema', 'domain/trust', 'domain/patterns', 'domain/policy', 'domain/role'],
  'domain/plan': [
    'type schema',
    'type fault', // a refusal has the code of its fault
    'type domain/kinds',
    'domain/rewrite',
    'domain/remedies',
    'domain/trust',
    'domain/patterns',
    'domain/policy',
    'domain/role',
  ],
  'domain/patch': ['type schema', 'type domain/plan', 'type domain/kinds', 'domain/policy', 'domain/role'],
  'domain/check': [
    'type schema',
    'domain/plan', // a remedy names a request only after its plan has been tried
    'domain/rewrite',
    'domain/remedies',
    'domain/trust',
    'domain/patterns',
    'domain/policy',
    'domain/role',
    'type domain/kinds',
  ],
  'domain/readiness': ['schema'], // the severity of each finding
  audit: ['type schema', 'node:crypto'],

  // Every call passes through this folder. It imports no noun.
  'operations/call': [
    'schema',
    'type ports',
    'type domain/remedies', // remedies are put into the words of the caller's face
    'domain/role', // IAM role names ignore case, and so do permissions
    'fault',
    'typebox',
  ],
  // A noun may import `call`. The other nouns that it may import are named.
  'operations/accounts': ['operations/call', 'schema', 'type ports', 'domain/role', 'fault', 'typebox', node],
  // One way: roles → changes → guards → the report of a role and a claim → accounts → call.
  'operations/roles/report': [
    'operations/call',
    'operations/accounts',
    'type schema',
    'domain',
    'fault',
    node,
  ],
  'operations/claims/claim': ['operations/call', 'type schema', 'type ports', 'fault'],
  'operations/clusters': [
    'within',
    'operations/call',
    'operations/accounts',
    'operations/roles/report', // a cluster is ready if the roles of its profiles are
    'schema',
    'type ports',
    'operations/roles/discover-roles', // the Regions of a sweep are those that the roles of the account name
    'domain/readiness',
    'domain/patterns',
    'domain/trust',
    'domain/role',
    'fault',
    'typebox',
    'p-limit',
  ],
  'operations/guards': [
    'operations/call',
    'operations/claims/claim', // a refusal shows the claims
    'type schema',
    'type ports',
    'domain',
    'fault',
  ],
  'operations/changes': [
    'within',
    'operations/call',
    'operations/accounts',
    'operations/roles/report', // the answer of a write holds a report
    'operations/guards',
    'schema',
    'type ports',
    'domain',
    'fault',
    'diff',
    'p-limit',
    node,
  ],
  'operations/roles': [
    'operations/call',
    'operations/accounts',
    'operations/changes', // every write of a role goes through apply
    'operations/guards',
    'operations/roles/report',
    'schema',
    'type ports',
    'domain',
    'fault',
    'typebox',
    node,
  ],
  'operations/claims': [
    'operations/call',
    'operations/changes', // the end of a claim is a change in the log
    'operations/claims/claim',
    'schema',
    'type ports',
    'fault',
  ],
  'operations/sweeps': [
    'operations/call',
    'operations/roles/report', // the error about a Region that AWS does not list
    'schema',
    'type ports',
    'domain/patterns',
    'domain/role',
    'fault',
  ],
  'operations/schedules': [
    'operations/call',
    'operations/sweeps', // a schedule holds the sweep that it starts
    'schema',
    'type ports',
    'fault',
    'typebox',
  ],
  'operations/caller': ['operations/call', 'schema', 'type ports'],
  'operations/posture': ['operations/call', 'schema', 'type ports', 'domain/role', node],
  'operations/audit': [
    'operations/call',
    'operations/changes', // the fault of a change that is not there
    'schema',
    'fault',
  ],
  'operations/tokens': ['operations/call', 'schema', 'type ports', 'fault'],
  'operations/webhooks': ['operations/call', 'schema', 'type ports', 'fault'],
  // The table of operations.
  operations: ['operations'],

  // Adapters: their port, and the library that they are made of. Never each other.
  auth: ['type ports', 'schema', 'fault', 'jose', 'lru-cache', node],
  // Downwards alone: aws → roles and clusters → sessions → clients → query → retries → faults → partitions.
  'aws/aws': ['observe', 'aws/roles', 'aws/clusters', 'aws/sessions', 'aws/clients', 'type ports'],
  'aws/partitions': ['schema'],
  'aws/faults': [
    'aws/partitions',
    'type schema',
    'type domain/readiness', // what is hidden is an answer
    'fault',
  ],
  'aws/retries': ['aws/faults', 'type ports/observer', '@smithy/*'],
  'aws/watch-calls': ['aws/retries', 'type ports/observer', 'type @smithy/*'],
  'aws/query': [
    'observe',
    'type ports/observer',
    'aws/retries',
    'aws/partitions',
    'type schema',
    '@aws-sdk/*',
    '@smithy/*',
    'undici',
    node,
  ],
  'aws/clients': [
    'observe',
    'type ports/observer',
    'aws/watch-calls',
    'aws/query',
    'aws/retries',
    'aws/partitions',
    'type schema',
    '@aws-sdk/*',
    '@smithy/*',
    'lru-cache',
    node,
  ],
  'aws/sessions': [
    'observe',
    'type aws/clients',
    'type aws/query',
    'aws/retries',
    'aws/faults',
    'type ports',
    'type schema',
    'type domain/role',
    'type domain/plan', // a session for writes may do the planned steps alone
    'fault',
    '@aws-sdk/*',
    '@smithy/*',
    'lru-cache',
    node,
  ],
  'aws/roles': [
    'aws/sessions',
    'aws/clients',
    'aws/faults',
    'aws/partitions',
    'type ports',
    'type schema',
    'type domain/plan',
    'type domain/role',
    'fault',
    '@aws-sdk/*',
  ],
  'aws/clusters': [
    'aws/sessions',
    'aws/clients',
    'aws/faults',
    'type ports',
    'type schema',
    'type domain/readiness',
    'fault',
    '@aws-sdk/*',
  ],
  'aws/organizations': [
    'aws/sessions',
    'aws/clients',
    'aws/retries',
    'aws/faults',
    'type ports',
    'schema',
    'type domain/role',
    'fault',
    '@aws-sdk/*',
  ],
  'aws/checkpoint-bucket': [
    'observe',
    'aws/watch-calls',
    'aws/faults',
    'audit',
    'type ports',
    'type schema',
    '@aws-sdk/*',
    '@smithy/*',
  ],

  'postgres/connection': ['postgres/generated', 'type ports', 'fault', '@prisma/*', 'pg', node],
  'postgres/migrations': ['type ports', 'postgres/connection', 'pg', node],
  'postgres/accounts': [
    'within',
    'postgres/connection',
    'postgres/generated',
    'type ports',
    'type schema',
    'type domain/role',
    'lru-cache',
  ],
  'postgres/audit': [
    'observe',
    'postgres/connection',
    'postgres/changes', // verification makes the words of a search again, to compare them
    'type ports',
    'type schema',
    'domain/role',
    'audit',
    'fault',
    'pg',
    node,
  ],
  'postgres/changes': [
    'postgres/connection',
    'postgres/generated',
    'type ports',
    'type schema',
    'domain/role',
    'audit',
    'fault',
    'pg',
    node,
  ],
  'postgres/claims': ['postgres/connection', 'postgres/generated', 'type ports'],
  'postgres/clusters': [
    'within',
    'postgres/connection',
    'postgres/generated',
    'type ports',
    'type schema',
    'domain/role',
    'fault',
    'lru-cache',
  ],
  'postgres/figures': ['postgres/connection', 'postgres/queue', 'type ports', 'type schema', 'type pg'],
  'postgres/idempotency': [
    'postgres/connection',
    'postgres/generated',
    'type ports',
    'type schema',
    'audit',
    'fault',
    'lru-cache',
  ],
  'postgres/locks': [
    'within',
    'observe',
    'postgres/connection',
    'type ports',
    'domain/role',
    'fault',
    'pg',
    node,
  ],
  'postgres/posture': [
    'postgres/connection',
    'postgres/generated',
    'type ports',
    'type schema',
    'domain/role',
    'type pg',
    node,
  ],
  'postgres/queue': ['observe', 'postgres/connection', 'type ports', 'fault', 'pg', 'pg-boss'],
  // pg-boss's row of a schedule, and the jobs of a sweep, come in the transaction of the noun's own rows.
  'postgres/schedules': [
    'postgres/connection',
    'postgres/generated',
    'type postgres/queue',
    'type ports',
    'type schema',
    'fault',
    'type pg',
  ],
  'postgres/sweeps': [
    'postgres/connection',
    'postgres/queue',
    'postgres/generated',
    'postgres/posture', // what a sweep finds is the posture from then on, in one transaction
    'type ports',
    'type schema',
    'fault',
    'pg',
  ],
  'postgres/tokens': ['postgres/connection', 'postgres/generated', 'type ports', 'type schema'],
  'postgres/webhooks': ['postgres/connection', 'postgres/generated', 'type ports', 'type schema'],
  // `database.ts`: the composition.
  postgres: ['observe', 'postgres', 'type ports', 'type audit'],
  permissions: ['type ports', '@cedar-policy/*', 'lru-cache', node],
  webhook: ['type ports', node],
  tracing: ['fault', 'type ports', '@opentelemetry/*', node],
  // What Prometheus scrapes. Loaded only where METRICS_PORT is set.
  metrics: ['type ports', 'fault', 'version', 'within', 'prom-client', node],

  // Faces: their own words into one call of an operation.
  problem: ['fault', 'type schema'],
  http: [
    'http',
    'type ports/observer',
    'operations',
    'schema',
    'problem',
    'fault',
    'version',
    'fastify',
    '@fastify/*',
    'type typebox',
    node,
  ],
  'http/connection': ['fault', 'type fastify', node],
  'http/console': ['version', 'type fastify', '@fastify/*', node],
  'http/log': [
    'type ports/observer',
    'http/console/paths', // which answers are the console's
    'fastify',
    node,
  ],
  'http/callers': [
    'http/connection',
    'http/console/paths', // which paths are open
    'type http/log',
    'type ports/authenticate', // the one port that this face itself works with
    'type schema',
    'fault',
    'type fastify',
    '@fastify/*',
    'lru-cache',
    node,
  ],
  'http/rest': [
    'http/components',
    'http/rest/examples',
    'type http/callers',
    'operations',
    'schema',
    'fault',
    'type fastify',
    'csv-stringify',
    'typebox',
    node,
  ],
  'http/rest/examples': ['type http/rest/parameter-locations', 'type typebox'],
  // Its tools call operations, as the fields of GraphQL do.
  'http/mcp': [
    'operations',
    'schema',
    'problem',
    'fault',
    'version',
    'type http/callers',
    'type http/log',
    'type fastify',
    '@modelcontextprotocol/*',
    'typebox',
  ],
  'http/graphql': [
    'http/connection',
    'type http/callers',
    'operations',
    'schema',
    'problem',
    'fault',
    'type fastify',
    'mercurius',
    'graphql',
    'graphql-ws',
    '@fastify/*',
    '@graphql-yoga/*',
    'type typebox',
  ],
  jobs: [
    'operations',
    'type ports', // what the queue hands to a worker, and a sweep as it is stored
    'type schema',
    'problem',
    'fault',
    'p-limit',
    node,
  ],
  // For operators, on the service's own machine.
  cli: [
    'audit',
    'postgres/audit',
    'config', // of the database alone
    'postgres/connection',
    'postgres/migrations',
    'type schema',
    'fault',
    node,
  ],

  // The composition of the service.
  settings: ['schema', 'typebox'],
  'secret-files': ['settings', node],
  config: [
    'settings',
    'secret-files',
    'audit',
    'domain/patterns',
    'http/connection',
    'permissions',
    'webhook',
    'typebox',
    node,
  ],
  adapters: [
    'observe',
    'type config',
    'version',
    'audit',
    'auth',
    'aws',
    'operations/guards',
    'permissions',
    'postgres',
    'webhook',
    'type ports',
  ],
  background: ['type adapters', 'type config', 'jobs', 'operations', 'postgres/audit', 'type fastify'],
  'create-deps': ['type adapters', 'type config', 'auth', 'type http', 'operations', node],
  wire: [
    'adapters',
    'create-deps',
    'background',
    'type config',
    'auth',
    'http',
    'operations',
    'type fastify',
    'type metrics',
    'observe',
    node,
  ],
  // `#dev`: the embedded database of a developer, where it is asked for.
  main: [
    'config',
    'wire',
    'metrics',
    'version',
    'tracing', // asked for by the environment, before anything else is loaded
    'http/log',
    'postgres/connection',
    '#dev',
    'close-with-grace',
    'type fastify',
    node,
  ],

  // Clients know the public API alone. This one also runs in browsers: nothing of Node, and no package.
  'clients/typescript': [],
  'clients/cli': [
    'clients/typescript',
    'clients/cli/package.json',
    '@modelcontextprotocol/*', // messages on standard input and output
    'commander',
    '@bomb.sh/tab/commander',
    'openid-client',
    node,
  ],
};

const ours = Object.keys(rights).sort((a, b) => b.length - a.length);
const isIn = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
const isOurs = (target: string) => /^(src|clients)\//.test(target);
/** The folder of a path, as the table has it. */
const folderOf = (path: string) => ours.find((folder) => isIn(path, folder));
const inSource = (path: string) => path.replace(/^src\//, '').replace(/\.m?[jt]s$/, '');
const packages = (name: string) => [
  name,
  name.replace(/^([^@/][^/]*)\/.*$/, '$1'),
  name.replace(/^(@[^/]+\/|node:).*$/, '$1*'),
];

/** Every import of a file: its target, and whether it imports types only. */
function importsOf(path: string): { target: string; isType: boolean; text: string }[] {
  const found = readFileSync(path, 'utf8').matchAll(
    /^(?:import|export)\s(type\s)?[^;'"]*?from '([^']+)'|\bimport\([`'"]([^`'"]+)|^import '([^']+)'/gm,
  );
  return [...found].map(([text, onlyTypes, from, dynamic, bare]) => {
    const name = from ?? dynamic ?? bare ?? '';
    return {
      target: name.startsWith('.') ? join(dirname(path), name) : name,
      isType: onlyTypes !== undefined,
      text,
    };
  });
}

function mayImport(folder: string, { target, isType }: { target: string; isType: boolean }): boolean {
  const fits = (right: string) => {
    const allowed = right.replace(/^type /, '');
    if (right !== allowed && !isType) return false;
    return isOurs(target) ? isIn(inSource(target), allowed) : packages(target).includes(allowed);
  };
  return (isOurs(target) && folderOf(inSource(target)) === folder) || (rights[folder] ?? []).some(fits);
}

const files = globSync(['src/**/*.{ts,mjs}', 'clients/*/src/**/*.ts']).filter(
  (path) => !path.startsWith('src/postgres/generated/'),
);

for (const path of files.sort())
  t.test(path, async (t) => {
    const folder = folderOf(inSource(path));
    t.ok(folder, 'the table has its folder');
    for (const one of importsOf(path))
      t.ok(mayImport(folder ?? '', one), `may it: ${one.text.replace(/\s+/g, ' ')}`);
  });

t.ok(files.length > 50 && files.includes('clients/typescript/src/client.ts'), 'the files were found');

t.test('folders of operations import each other one way', async (t) => {
  const imported = new Map<string, Set<string>>();
  for (const path of files.filter((one) => one.startsWith('src/operations/'))) {
    const from = folderOf(inSource(path)) ?? '';
    const targets = importsOf(path).flatMap(({ target }) => folderOf(inSource(target)) ?? []);
    imported.set(from, new Set([...(imported.get(from) ?? []), ...targets.filter((one) => one !== from)]));
  }
  /** Every folder that this one reaches by imports. */
  function reach(folder: string, seen = new Set<string>()): Set<string> {
    for (const next of imported.get(folder) ?? []) if (!seen.has(next)) reach(next, seen.add(next));
    return seen;
  }
  t.ok(reach('operations').has('operations/call'), 'imports were found');
  for (const folder of imported.keys())
    t.notOk(reach(folder).has(folder), `${folder} does not import itself`);
});
