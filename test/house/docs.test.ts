import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path/posix';
import t from 'tap';
import { settings } from '#src/settings.ts';

// Readers rely on this in every page: it is short, its links work, and no setting is missing.

const pages = [
  '*.md',
  'docs/**/*.md',
  '{src,dev,deploy,test}/**/README.md',
  '{clients,integrations}/*/README.md',
]
  .flatMap((pattern) => globSync(pattern))
  .sort();
/** Reference pages, which grow with their subject. */
const mayBeLong = /^(CHANGELOG\.md|docs\/(decisions\/.*|licences\.md|findings\.md))$/;

t.test('pages are short', async (t) => {
  t.ok(statSync('README.md').size <= 6144, 'README.md has at most 6 KB');
  for (const page of pages.filter((one) => !mayBeLong.test(one)))
    t.ok(statSync(page).size <= 15 * 1024, `${page} has at most 15 KB: ${statSync(page).size}`);
});

/** The text of a page without blocks of code and without code in a line. */
const proseOf = (page: string) =>
  readFileSync(page, 'utf8')
    .replace(/^```[\s\S]*?^```/gm, '')
    .replace(/`[^`\n]*`/g, (code) => (code.includes('](') ? '' : code));

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(page: string): Set<string> {
  const seen = new Map<string, number>();
  const headings = [...proseOf(page).matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) => {
      const slug = heading
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\- _]/gu, '')
        .replace(/ /g, '-');
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      return count === 0 ? slug : `${slug}-${count}`;
    }),
  );
}

t.test('every link within the repository leads somewhere', async (t) => {
  for (const page of pages)
    for (const [, link = ''] of proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link)) continue;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(target)) t.fail(`${page}: ${link} does not exist`);
      else if (anchor !== undefined && !anchorsOf(target).has(anchor))
        t.fail(`${page}: ${link} has no such heading`);
    }
  t.ok(pages.includes('docs/tutorial.md'), 'the pages were found');
});

t.test('every page is in the index', async (t) => {
  const index = readFileSync('docs/README.md', 'utf8');
  for (const page of globSync('docs/*.md').filter((one) => one !== 'docs/README.md'))
    t.ok(index.includes(`](${relative('docs', page)})`), `docs/README.md names ${page}`);
});

t.test('pages named in code exist', async (t) => {
  const files = [
    '{src,dev,test,deploy}/**/*.{ts,tf,yaml,sh,py}',
    'clients/*/src/**/*.ts',
    'prisma/schema.prisma',
    'Dockerfile',
    'docker-compose.yml',
    'openapi.yaml',
  ];
  for (const file of files
    .flatMap((pattern) => globSync(pattern))
    .filter((one) => !one.includes('/generated/')))
    for (const [name] of readFileSync(file, 'utf8').matchAll(/\bdocs\/[\w/-]+\.md\b/g))
      t.ok(existsSync(name), `${file}: ${name}`);
});

t.test('files named in pages exist', async (t) => {
  for (const page of pages.filter((one) => one !== 'CHANGELOG.md'))
    for (const [, name = ''] of readFileSync(page, 'utf8').matchAll(
      /`((?:src|dev|test|deploy|prisma|clients)\/[\w./-]+)`/g,
    ))
      if (!name.includes('NOUN')) t.ok(existsSync(name), `${page}: ${name}`);
});

/** The folders, or files, below `root` that import others below it, as `from --> to`; types included. */
function importsBelow(root: string): Set<string> {
  const found = new Set<string>();
  const partOf = (path: string) => relative(root, path).split('/')[0]?.replace(/\.ts$/, '') ?? '';
  for (const path of globSync(`${root}/**/*.ts`).filter((one) => !one.includes('/generated/')))
    for (const [, name = ''] of readFileSync(path, 'utf8').matchAll(
      /(?:\bfrom |\bimport\(|^import )'(\.[^']+)'/gm,
    )) {
      const [from, to] = [partOf(path), partOf(join(dirname(path), name))];
      if (from !== to && !/^(\.\.|package\.json|schema|fault|version)$/.test(to))
        found.add(`${from} --> ${to}`);
    }
  return found;
}

t.test('the drawings of imports match the code', async (t) => {
  const drawings = [
    ...readFileSync('docs/how-it-is-built.md', 'utf8').matchAll(/```mermaid\nflowchart TD\n([\s\S]*?)```/g),
  ];
  for (const [index, root] of ['src', 'src/domain'].entries()) {
    const drawn = [...(drawings[index]?.[1] ?? '').matchAll(/^ +(\S+) --> (.*)$/gm)].flatMap(
      ([, from, to = '']) => to.split(' & ').map((one) => `${from} --> ${one}`),
    );
    t.same(
      drawn.sort(),
      [...importsBelow(root)].sort(),
      `${root}: docs/how-it-is-built.md has the command that draws it`,
    );
  }
});

t.test('docs/settings.md has every setting with its default', async (t) => {
  const rows = [
    ...readFileSync('docs/settings.md', 'utf8').matchAll(/^\| (.*?) \| (.*?) \| .* \|$/gm),
  ].flatMap(([, names = '', value = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => [name, value] as const),
  );
  const written = new Map(rows);
  for (const [name, schema] of Object.entries(settings)) {
    const value = 'default' in schema ? `\`${schema.default}\`` : 'none';
    t.match(written.get(name), new RegExp(`^${value}(?!\\w)`), name);
  }
});
