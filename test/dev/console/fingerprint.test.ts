import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { fingerprintFile, fingerprintSources, isConsoleCurrent } from '#dev/console/fingerprint.ts';

t.test('the fingerprint changes with each source, and with nothing else', async (t) => {
  const folder = t.testdir({
    'package-lock.json': '{}',
    console: {
      'index.html': 'a',
      dist: { 'index.html': 'a' },
      node_modules: { x: 'a' },
      src: { ui: { x: 'a' } },
    },
    clients: { typescript: { src: { 'index.ts': 'a', lists: { x: 'a' } } }, cli: { src: { x: 'a' } } },
  });
  const edit = (path: string) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), `b ${path}`);
    return fingerprintSources(folder);
  };
  let last = fingerprintSources(folder);
  for (const path of [
    'package-lock.json',
    'console/index.html',
    'console/vite.config.ts',
    'console/src/main.tsx',
    'console/src/ui/x',
    'clients/typescript/src/index.ts',
    'clients/typescript/src/lists/x',
  ]) {
    const next = edit(path);
    t.not(next, last, path);
    last = next;
  }
  for (const path of ['console/dist/index.html', 'console/node_modules/x', 'clients/cli/src/x', 'README.md'])
    t.equal(edit(path), last, path);
});

t.test('a console without a fingerprint, or with another one, is built again', async (t) => {
  const built = t.testdir({});
  t.notOk(isConsoleCurrent(join(built, 'none')));
  t.notOk(isConsoleCurrent(built));
  writeFileSync(join(built, fingerprintFile), fingerprintSources());
  t.ok(isConsoleCurrent(built));
  writeFileSync(join(built, fingerprintFile), 'another');
  t.notOk(isConsoleCurrent(built));
});
