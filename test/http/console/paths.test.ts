import { readFileSync } from 'node:fs';
import t from 'tap';
import { pagePaths } from '#src/http/console/paths.ts';

/** The paths of the console's router, which is read as text: it imports styles. */
function routerPaths(): string[] {
  const text = readFileSync('console/src/app/router.tsx', 'utf8');
  const found = [...text.matchAll(/\b(?:path: |(page|setting)\()'(\/[^']*)'/g)];
  return found.map(([, maker, path = '']) => (maker === 'setting' ? `/settings${path}` : path));
}

const isServed = (path: string) =>
  pagePaths.some((page) =>
    page.endsWith('/*') ? path.startsWith(page.slice(0, -1)) : path.replace(/(.)\/$/, '$1') === page,
  );

t.test('every page of the router is served, and every served path has pages', async (t) => {
  const paths = routerPaths();
  t.ok(
    paths.includes('/') && paths.includes('/settings/tokens') && paths.includes('/sign-in'),
    paths.join(' '),
  );
  for (const path of paths) t.ok(isServed(path), path);
  for (const page of pagePaths) {
    const isPage = (path: string) =>
      page.endsWith('/*') ? path.startsWith(page.slice(0, -1)) : path === page;
    t.ok(paths.some(isPage), page);
  }
});
