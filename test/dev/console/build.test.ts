import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import t from 'tap';
import { buildConsole } from '#dev/console/build.ts';
import { isConsoleCurrent } from '#dev/console/fingerprint.ts';
import { mayShip } from '#dev/tools/licences.ts';

t.test('two builds at once leave one whole console', async (t) => {
  const folder = t.testdir({ dist: { 'index.html': 'old', gone: '' }, scratch: {} });
  const [target, scratch] = [join(folder, 'dist'), join(folder, 'scratch')];
  await Promise.all([buildConsole(target, scratch), buildConsole(target, scratch)]);
  t.ok(isConsoleCurrent(target));
  t.notOk(existsSync(join(target, 'gone')), 'nothing of the old one is left');
  t.equal(statSync(target).mode & 0o777, 0o755, 'another user may read it');
  const page = readFileSync(join(target, 'index.html'), 'utf8');
  const named = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, path = '']) => path);
  t.ok(named.length > 0, page);
  for (const path of named) t.ok(existsSync(join(target, path)), path);
  t.notMatch(
    page,
    /<script(?![^>]* src=)|<style|\s(?:style|on\w+)=/,
    'the policy of the page allows nothing inline',
  );
  const scripts = globSync('assets/*.js', { cwd: target }).map((one) => join(target, one));
  const compressed = scripts.filter((path) => statSync(path).size >= 1024);
  t.ok(compressed.length > 0);
  for (const path of compressed) {
    const content = readFileSync(path);
    t.ok(brotliDecompressSync(readFileSync(`${path}.br`)).equals(content));
    t.ok(gunzipSync(readFileSync(`${path}.gz`)).equals(content));
  }
  const licences = readFileSync(join(target, 'licences.md'), 'utf8');
  const bundled = [...licences.matchAll(/^## (\S+) - \S+ \((.*)\)$/gm)];
  t.ok(bundled.some(([, name]) => name === 'react-dom'));
  for (const [, name = '', licence = ''] of bundled) t.ok(mayShip(licence), `${name}: ${licence}`);
  t.same(readdirSync(scratch), [], 'nothing else is left');
});
