import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { copyFromContext, copyFromStage, readContext } from '#dev/deploy/copy.ts';

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).slice(folder.length + 1))
    .sort();

t.test('.dockerignore is obeyed, and COPY copies as an engine does', async (t) => {
  const root = t.testdir({
    '.npmrc': '',
    'a.json': '',
    b: { 'b.ts': '', node_modules: { x: { 'x.js': '' } }, deep: { 'c.ts': '' } },
    secret: { key: '' },
    target: {},
  });
  writeFileSync(join(root, '.dockerignore'), '*\n!.npmrc\n!a.json\n!b\n**/node_modules\n');
  const context = readContext(root);
  t.same(context.files.sort(), ['.npmrc', 'a.json', 'b/b.ts', 'b/deep/c.ts']);
  const target = join(root, 'target');
  copyFromContext(context, ['a.json', '.npmrc'], target, './');
  copyFromContext(context, ['b'], target, 'sources');
  copyFromContext(context, ['a.json'], target, 'renamed.json');
  copyFromContext(context, ['a.json'], target, 'into/');
  const copied = ['.npmrc', 'a.json', 'into/a.json', 'renamed.json', 'sources/b.ts', 'sources/deep/c.ts'];
  t.same(filesIn(target), copied);
  for (const path of ['secret', 'b/node_modules', 'nowhere', 'a.jso'])
    t.throws(() => copyFromContext(context, [path], target, 'x'), /there is no such file/, path);

  const other = t.testdir({ app: { 'a.json': '', src: { 'm.ts': '' } }, target: {} });
  const second = join(other, 'target');
  copyFromStage(other, ['/app/src'], second, 'src');
  copyFromStage(other, ['/app/a.json'], second, './');
  t.same(filesIn(second), ['a.json', 'src/m.ts']);
  t.throws(() => copyFromStage(other, ['/app/none'], second, 'x'), /there is no such file/);
});
