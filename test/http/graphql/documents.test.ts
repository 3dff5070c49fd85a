import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import { createDocuments, InvalidDocument } from '#src/http/graphql/documents.ts';
import { createGraphqlSchema } from '#src/http/graphql/schema.ts';
import { buildServer } from '#src/http/server.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import type { Identity } from '#src/schema/caller.ts';
import { unwatched } from '#test/support/unwatched.ts';

const schema = createGraphqlSchema();
const many = (count: number, one: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => one(i)).join(' ');
const query = (i: number, more = '') => `{ a${i}: accounts { edges { cursor } } } ${more}`;
const anything = () => {};

t.test('a document is cached on request only', async (t) => {
  const { prepare, keep } = createDocuments(schema, false);
  const text = query(1);
  const first = prepare(text, anything);
  t.not(prepare(text, anything), first);
  keep(text, first);
  t.equal(prepare(text, anything), first);
  t.not(prepare(query(2), anything), first);
  const refused = new Error('refused');
  t.throws(
    () =>
      prepare(text, () => {
        throw refused;
      }),
    refused,
    'a cached document can still be refused',
  );
});

t.test('the cache is limited in bytes: the least recently used go first', async (t) => {
  const { prepare, keep } = createDocuments(schema, false);
  const kept = (i: number) => {
    // Some 100,000 bytes, mostly text.
    const text = query(i, `# ${'x'.repeat(50_000)}`);
    const prepared = prepare(text, anything);
    keep(text, prepared);
    return { text, prepared };
  };
  const [first, second] = [kept(0), kept(1)];
  for (let i = 2; i < 80; i += 1) kept(i);
  t.equal(prepare(first.text, anything), first.prepared, '80 of them have room');
  for (let i = 80; i < 100; i += 1) kept(i);
  t.equal(prepare(first.text, anything), first.prepared, 'used recently');
  t.not(prepare(second.text, anything), second.prepared);
  const large = query(0, `# ${'x'.repeat(300_000)}`);
  const prepared = prepare(large, anything);
  keep(large, prepared);
  t.not(prepare(large, anything), prepared, 'one document alone is too large');
});

t.test('an invalid document: all errors in development, else one', async (t) => {
  const text = `{ ${many(5, (i) => `acounts${i}`)} }`;
  const errorsOf = (explorable: boolean) => {
    try {
      createDocuments(schema, explorable).prepare(text, anything);
    } catch (error) {
      if (error instanceof InvalidDocument) return error.errors;
    }
    return [];
  };
  t.match(errorsOf(true), { length: 5, 0: { message: /Did you mean "accounts"/ } });
  t.notMatch(errorsOf(false)[0]?.message, /Did you mean/);
  const circle = `{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }`;
  t.throws(() => createDocuments(schema, false).prepare(circle, anything), {
    message: 'invalid document',
    errors: { length: 1 },
  });
});

t.test('documents of unauthenticated callers are not cached', async (t) => {
  setFlagsFromString('--expose-gc');
  const gc: () => void = runInNewContext('gc');
  const identity: Identity = {
    actor: { subject: 'nobody', issuer: 'https://id.example' },
    groups: [],
    scope: null,
  };
  const permissions = { allows: (caller: { groups: string[] }) => caller.groups.includes('viewers') };
  const deps = { ...unwatched, permissions, accounts: { list: async () => [] } } as unknown as Deps;
  const log: string[] = [];
  const app = await buildServer({
    deps,
    ready: async () => {},
    authenticate: async ([group]) => ({ identity: { ...identity, groups: [group ?? ''] } }),
    logLevel: 'silent',
    logTo: { write: (line) => void log.push(line) },
  });
  t.teardown(() => app.close());
  const send = async (group: string, text: string) => {
    const headers = { authorization: group, 'content-type': 'application/json' };
    return (
      await app.inject({ method: 'POST', url: '/graphql', headers, payload: JSON.stringify({ query: text }) })
    ).statusCode;
  };
  const padding = () => `# ${String(Math.random()).repeat(13_000).slice(0, 240_000)}`;
  const cases: [string, string, number, (i: number) => string][] = [
    ['whoever may do nothing', 'none', 200, (i) => query(i, padding())],
    ['documents of no operation', 'none', 200, (i) => `{ a${i}: __typename } ${padding()}`],
    ['documents that are not valid', 'none', 400, (i) => `{ a${i}: acounts } ${padding()}`],
    ['broken documents', 'none', 400, () => `{ ${padding()}`],
    ['large documents of a viewer', 'viewers', 200, (i) => query(i, padding())],
  ];
  for (const [what, group, status, textOf] of cases) {
    for (let i = 0; i < 3; i += 1) t.equal(await send(group, textOf(i)), status, what);
    gc();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 100; i += 1) await send(group, textOf(i));
    gc();
    const grown = (process.memoryUsage().heapUsed - before) / 1e6;
    // They are 24 MB of text.
    t.ok(grown < 8, `${what}: grown by ${grown.toFixed(1)} MB`);
  }
});
