import { readFileSync } from 'node:fs';
import t from 'tap';
import { findOrphans } from '#test/support/orphans.ts';

// A promise that rejects while nothing handles it ends a process of Node. `findOrphans` says which shapes of
// code let that happen.

const root = process.cwd();
const file = 'src/http/connection/loopback.ts';
const declarations = `
declare const ask: (x?: unknown) => Promise<number>;
declare const tell: (f: () => void) => void;
declare const log: (error: unknown) => void;
declare const map: Map<string, Promise<number>>;
declare const isIt: boolean;
export let kept: Promise<number> | null = null;
`;

/** The shapes that are found in each of these pieces of code, as the body of an asynchronous function. */
function shapesIn(pieces: string[]): string[][] {
  const functions = pieces.map((code, i) => `export async function f${i}(p: number) {\n${code}\n}\n`);
  const lineOf = (i: number) => (declarations + functions.slice(0, i).join('')).split('\n').length;
  const found = findOrphans(root, { [`${root}/${file}`]: declarations + functions.join('') });
  return pieces.map((_, i) =>
    found.filter(({ line }) => line >= lineOf(i) && line < lineOf(i + 1)).map(({ shape }) => shape),
  );
}

t.test('code that leaves a rejection unhandled is found', async (t) => {
  const cases = [
    ['expression', 'in an array, before an await', 'await Promise.all([ask(), ask(await ask())]);'],
    ['expression', 'in an object, before an await', 'return { a: ask(), b: await ask() };'],
    ['expression', 'an argument, before an await', 'log([ask(), 1, await ask()]);'],
    ['expression', 'a spread, before an await', 'return [...[1].map(ask), await ask()];'],
    ['variable', 'awaited after something else', 'const a = ask();\nawait ask();\nawait a;'],
    [
      'variable',
      'several, awaited after something else',
      'const a = [1].map(ask);\nawait ask();\nawait Promise.all(a);',
    ],
    ['variable', 'something may be thrown first', 'const a = ask();\nif (p) throw new Error();\nawait a;'],
    ['variable', 'awaited in one case alone', 'const a = ask();\nif (p) await a;\nawait ask();'],
    ['variable', 'awaited at the end', 'const a = ask();\ntry {\nawait ask();\n} finally {\nawait a;\n}'],
    ['variable', 'awaited elsewhere', 'const a = ask();\nreturn () => a;'],
    ['variable', 'put into a map', 'const a = ask();\nmap.set("a", a);\nawait ask();'],
    ['variable', 'assigned', 'kept ??= ask();\nawait ask();\nawait kept;'],
    [
      'variable',
      'with resolvers',
      'const a = Promise.withResolvers();\na.reject(new Error());\nawait ask();\nawait a.promise;',
    ],
    [
      'variable',
      'of a parameter',
      'return async (a: Promise<number>) => {\nawait ask();\nreturn await a;\n};',
    ],
    ['discarded', 'called for its effect', 'ask();'],
    ['discarded', 'voided', 'void ask();'],
    ['discarded', 'followed by something else', 'ask().then(log);'],
    ['discarded', 'followed by an end', 'ask().finally(() => log(1));'],
    ['discarded', 'put into a map at once', 'map.set("a", ask());'],
    ['callback', 'of a timer', 'setTimeout(ask, 1);'],
    ['callback', 'asynchronous', 'tell(async () => log(await ask()));'],
    ['callback', 'that answers a promise', 'tell(() => ask());'],
  ] as const;
  const found = shapesIn(cases.map(([, , code]) => code));
  for (const [i, [shape, what]] of cases.entries()) t.same(found[i], [shape], what);
});

t.test('code that handles a rejection is not reported', async (t) => {
  const cases = [
    ['together', 'const [a, b] = await Promise.all([ask(), ask()]);\nlog([a, b]);'],
    ['one after another', 'return [await ask(), await ask()];'],
    ['either of two', 'return isIt ? ask() : await ask();'],
    ['awaited next', 'const a = ask();\nlog(p);\nawait a;'],
    [
      'raced next',
      'const a = ask();\nif (!isIt) return await a;\nawait Promise.race([a.catch(() => 1), ask()]);',
    ],
    ['handled next', 'const a = ask();\na.then(log, log);\nawait ask();'],
    ['handled at once', 'const a = ask().catch(log);\nawait ask();\nawait a;'],
    ['in both cases', 'return (a: Promise<number>) => (isIt ? a : ask(a));'],
    ['returned', 'const a = ask();\nmap.set("a", a);\nreturn a;'],
    ['handled in the end', 'ask().catch(log).finally(() => log(1));'],
    ['assigned and awaited', 'kept ??= ask();\nawait kept;'],
    ['only resolved', 'const a = Promise.withResolvers();\nawait ask();\na.resolve(1);\nawait a.promise;'],
    ['a callback that handles it', 'tell(() => ask().catch(log));'],
    ['kept elsewhere', 'const a = map.get("a");\nif (!a) throw new Error();\nawait ask();\nreturn a;'],
    ['marked', '// Not awaited: it never rejects.\nvoid ask();'],
  ] as const;
  const found = shapesIn(cases.map(([, code]) => code));
  for (const [i, [what]] of cases.entries()) t.same(found[i], [], what);
});

t.test('the place that once ended the service is found', async (t) => {
  const path = 'src/operations/posture/posture.ts';
  const text = readFileSync(path, 'utf8').replace(
    'countVisible(deps, caller, filter),',
    'countVisible(deps, caller, await ask(filter)),',
  );
  t.match(findOrphans(root, { [`${root}/${path}`]: text }), [{ path, shape: 'expression' }]);
});

t.test('there is none in src', async (t) => t.same(findOrphans(root), []));
