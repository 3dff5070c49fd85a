import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// `npm run licences`: every package that the service's image holds, with its licence, into docs/licences.md. Exit 1 where one has a
// licence that is not in the list of those that we may ship, or says none. A test says when the file is stale.

const root = join(import.meta.dirname, '../..');

/** What may be shipped in a closed product. AGPL, GPL and what says nothing are not here, nor is what nobody has looked at yet. */
const permitted = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC', 'MIT', 'Unlicense'];
/** Weak copyleft, which binds the package alone; of packages that are installed beside the service, and not in its image. */
const besides = [...permitted, 'EPL-2.0', 'MPL-2.0'];

/**
 * May we, by an SPDX expression of names with AND or with OR between? One with both is not for a script to read: no package has such,
 * and a person may look at the first.
 */
export function mayShip(licence: string, list: readonly string[] = permitted): boolean {
  const names = licence.replace(/^\((.*)\)$/, '$1');
  const all = names.split(/ and /i);
  return all.length > 1 ? all.every((one) => list.includes(one)) : names.split(/ or /i).some((one) => list.includes(one));
}

interface Package {
  /** node_modules/… */
  path: string;
  name: string;
  version: string;
  /** SPDX, as the package itself says it; UNKNOWN where it does not. */
  licence: string;
  /** Of an optional dependency: the image is installed without. */
  isOptional: boolean;
}

interface Locked {
  version: string;
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
}

/** The tree of package-lock.json without what only development needs. Optional packages of other platforms are not installed, and left out. */
export function productionPackages(): Package[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> };
  return Object.entries(packages).flatMap(([path, { version, dev, optional, devOptional }]): Package[] => {
    if (path === '' || dev) return [];
    const isOptional = optional === true || devOptional === true;
    const file = join(root, path, 'package.json');
    if (isOptional && !existsSync(file)) return [];
    const own = JSON.parse(readFileSync(file, 'utf8')) as { version: string; license?: string | { type?: string } };
    if (!isOptional && own.version !== version)
      throw new Error(`${path} is installed as ${own.version}, and locked as ${version}: npm install`);
    const licence = typeof own.license === 'string' ? own.license : (own.license?.type ?? 'UNKNOWN');
    return [
      { path, name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length), version: own.version, licence, isOptional },
    ];
  });
}

/** Those whose licence is not permitted. */
export const refused = (packages: Package[]): Package[] =>
  packages.filter(({ licence, isOptional }) => !mayShip(licence, isOptional ? besides : permitted));

/** The text of docs/licences.md. */
export function licencesFile(packages: Package[]): string {
  const shipped = packages.filter(({ isOptional }) => !isOptional);
  const lines = [...new Set(shipped.map(({ name, version, licence }) => `- \`${name}\` ${version}: ${licence}`))].sort();
  return `# Licences

What the service's image holds beside the service: the production dependencies of \`package-lock.json\` without optional ones, as the
\`Dockerfile\` installs them. Written by \`npm run licences\`, which fails on AGPL, GPL and whatever is not in its list.

${tally(shipped).join(', ')}.

${lines.join('\n')}
`;
}

/** How many packages have which licence, the most frequent first. */
function tally(packages: Package[]): string[] {
  const counts = new Map<string, number>();
  for (const { licence } of packages) counts.set(licence, (counts.get(licence) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || a.localeCompare(b)).map(([licence, count]) => `${count} ${licence}`);
}

if (import.meta.main) {
  const packages = productionPackages();
  writeFileSync(join(root, 'docs/licences.md'), licencesFile(packages));
  const [shipped, beside] = [packages.filter(({ isOptional }) => !isOptional), packages.filter(({ isOptional }) => isOptional)];
  console.log(`in the image: ${shipped.length} packages: ${tally(shipped).join(', ')}`);
  console.log(`optional, not in the image: ${beside.length}: ${tally(beside).join(', ')}`);
  for (const { name, version, licence } of refused(packages)) console.error(`${name} ${version} has the licence ${licence}`);
  if (refused(packages).length > 0) process.exitCode = 1;
}
